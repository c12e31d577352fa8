import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEmulator, type Emulator } from 'wechat-login-emulator';
import { startExample, type RunningApp } from '../example/running-app.js';
import { describeChromium } from './engines/describe-engines.js';
import { arrive, type Tab } from './engines/engine.js';
import type { View } from './engines/view.js';

// UPDATE_SCREENSHOTS=1 npx jest test/browser/example-pictures makes the pictures anew, with what they show.
const folder = join(__dirname, '../../docs/images');
const shownIn = ['README.md', 'README.zh-CN.md'].map((file) =>
  readFileSync(join(__dirname, '../..', file), 'utf8'),
);
const update = process.env['UPDATE_SCREENSHOTS'] === '1';
const pagesFile = join(folder, 'pages.json');

// Without emoji: not every machine has a font for them.
const users = [
  { name: 'amei', nickname: '阿梅', unionKey: 'amei' },
  { name: 'dawei', nickname: '大伟', unionKey: 'dawei' },
  { name: 'xiaolan', nickname: '小兰', unionKey: 'xiaolan' },
];

/** What a page says and which styles it has: what a picture shows, but for the fonts of a machine. */
async function contentsOf(...views: View[]): Promise<string> {
  const hash = createHash('sha256');
  for (const view of views) {
    await view.waitFor('document.readyState === "complete"');
    const text = await view.evaluate<string>('document.body.innerText');
    hash.update(text.replaceAll(/\s+/g, ' '));
    const sheets = await view.evaluate<string[]>(
      `[...document.querySelectorAll('link[rel=stylesheet]')].map(({ href }) => href)`,
    );
    for (const sheet of sheets) hash.update(await (await fetch(sheet)).text());
  }
  return hash.digest('hex').slice(0, 16);
}

// The frame with the QR code takes its resolution from the browser, not from its tab.
const SHARP = '--force-device-scale-factor=2';

describeChromium(
  'the pictures of the README',
  ({ visitor }) => {
    let wechat: Emulator;
    let app: RunningApp;

    beforeEach(async () => {
      wechat = createEmulator({ users });
      app = await startExample({ EMULATOR_URL: (await wechat.listen()).origin });
    });
    // The browser has left by then: the app waits for its connections to end.
    afterEach(async () => {
      await wechat.close();
      await app.stop();
    });

    it.each([
      ['en', ''],
      ['zh-CN', '.zh-CN'],
    ])('show the pages as they are: %s', async (language, suffix) => {
      const contents: Record<string, string> = {};

      async function picture(tab: Tab, file: string, ...frames: View[]): Promise<void> {
        contents[file] = await contentsOf(tab, ...frames);
        if (update) writeFileSync(join(folder, file), await tab.picture());
        expect(shownIn.some((text) => text.includes(`docs/images/${file}`))).toBe(true);
      }

      const page = await (await visitor({ language })).tab();
      await page.resize({ width: 1280, height: 800, density: 2 });
      await page.goto(app.origin);
      const frame = page.frame('#wechat-qr iframe');
      await frame.waitFor('document.querySelector(".js_qrcode_img").naturalWidth > 0');
      await picture(page, `login-1280${suffix}.png`, frame);

      const phone = await (await visitor({ language })).tab();
      await phone.resize({ width: 375, height: 720, density: 2 });
      await phone.goto((await frame.attribute('.js_phone', 'href')) ?? '');
      await phone.see('.person');
      await picture(phone, `phone-375${suffix}.png`);

      await phone.click('button.allow');
      await arrive(page, `${app.origin}/`);
      expect(await page.text('h1')).toContain('阿梅');
      await page.waitFor('document.querySelector(".avatar img").naturalWidth > 0');
      await picture(page, `greeting-1280${suffix}.png`);
      const made = JSON.parse(readFileSync(pagesFile, 'utf8')) as Record<string, string>;
      if (update) writeFileSync(pagesFile, `${JSON.stringify({ ...made, ...contents }, null, 2)}\n`);
      else {
        expect(contents).toEqual(Object.fromEntries(Object.keys(contents).map((file) => [file, made[file]])));
      }
    });
  },
  SHARP,
);
