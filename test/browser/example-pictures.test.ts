import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startExample } from '../example/running-app.js';
import { describeBrowser, launch } from './chromium.js';

const folder = join(__dirname, '../../docs/images');
const update = process.env['UPDATE_SCREENSHOTS'] === '1';

// Without emoji: not every machine has a font for them.
const users = [
  { name: 'amei', nickname: '阿梅', unionKey: 'amei' },
  { name: 'dawei', nickname: '大伟', unionKey: 'dawei' },
  { name: 'xiaolan', nickname: '小兰', unionKey: 'xiaolan' },
];

describeBrowser('the pictures of the README', () => {
  let chromium: Browser;

  beforeAll(async () => {
    // The frame with the QR code takes its resolution from the browser, not from the context.
    chromium = await launch('--force-device-scale-factor=2');
  });

  afterAll(async () => {
    await chromium.close();
  });

  describe.each([
    ['en', 'Example site', ''],
    ['zh-CN', '示例网站', '.zh-CN'],
  ])('in %s', (locale, name, suffix) => {
    it.each([
      [1280, 800],
      [375, 720],
    ])('show a login, %i wide', async (width, height) => {
      const apps = DEFAULT_APPS.map((app) => (app.platform === 'website' ? { ...app, name } : app));
      const wechat = createEmulator({ users, apps });
      const { origin } = await wechat.listen();
      const app = await startExample({ EMULATOR_URL: origin });
      const screen: BrowserContextOptions = { locale, viewport: { width, height }, deviceScaleFactor: 2 };
      const desktop = await chromium.newContext(screen);
      const hand = await chromium.newContext(screen);

      async function picture(page: Page, what: string): Promise<void> {
        const png = await page.screenshot();
        // The size of a PNG, https://www.w3.org/TR/png/#11IHDR
        expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * width, 2 * height]);
        if (!update) return;
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${what}-${width}${suffix}.png`), png);
      }

      try {
        const page = await desktop.newPage();
        await page.goto(app.origin);
        await page.frameLocator('#wechat-qr iframe').locator('.js_qrcode_img').waitFor();
        await picture(page, 'login');

        await page.click('a.button');
        await page.waitForURL(/\/connect\/qrconnect/);
        await picture(page, 'qr');

        const address = await page.locator('.js_phone').getAttribute('href');
        const phone = await hand.newPage();
        await phone.goto(new URL(address ?? '', origin).href);
        await picture(phone, 'phone');

        await phone.click('button.allow');
        await page.waitForURL(`${app.origin}/`);
        expect(await page.textContent('h1')).toContain('阿梅');
        await picture(page, 'greeting');
      } finally {
        await hand.close();
        await desktop.close();
        await wechat.close();
        await app.stop();
      }
    });
  });
});
