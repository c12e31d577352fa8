import { createEmulator, type Emulator } from 'wechat-login-emulator';
import { startExample, type RunningApp } from '../example/running-app.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { complaints, SCREENS } from './accessible.js';
import { describeChromium } from './engines/describe-engines.js';
import { arrive, type Tab } from './engines/engine.js';

describeChromium('the pages of the example', ({ visitor }) => {
  let wechat: Emulator;
  let app: RunningApp;

  beforeAll(async () => {
    wechat = createEmulator();
    app = await startExample({ EMULATOR_URL: (await wechat.listen()).origin });
  });
  afterAll(async () => {
    await wechat.close();
    await app.stop();
  });

  async function logIn(page: Tab): Promise<void> {
    await page.goto(`${app.origin}/auth/wechat`);
    wechat.phone.approve((await page.attribute('.js_qrcode_img', 'src'))?.split('/').at(-1) ?? '');
    await arrive(page, `${app.origin}/`);
  }

  it.each(SCREENS)(
    'in $language, $width wide, at $zoom times the size, dark: $dark: usable by everybody, and nothing sticks out',
    async ({ language, ...screen }) => {
      const page = await (await visitor({ language })).tab();
      await page.resize(screen);
      await page.goto(`${app.origin}/login`);
      await page.frame('#wechat-qr iframe').see('.js_qrcode_img');
      expect(await complaints(page)).toEqual([]);
      const sticksOut = await page.evaluate<boolean>(`(() => {
        const inside = document.querySelector('iframe').getBoundingClientRect();
        return inside.right > document.querySelector('.card').getBoundingClientRect().right;
      })()`);
      expect(sticksOut).toBe(false);
      await page.goto(`${app.origin}/auth/wechat/callback?state=any`);
      expect(await complaints(page)).toEqual([]);

      await logIn(page);
      for (const path of ['/', '/account', '/account?linked', '/auth/wechat/callback?state=any', '/none']) {
        await page.goto(app.origin + path);
        expect([path, await complaints(page)]).toEqual([path, []]);
      }
      const headerIsOneLine = 'document.querySelector("header").getBoundingClientRect().height < 80';
      if (screen.width / screen.zoom >= 320) expect(await page.evaluate(headerIsOneLine)).toBe(true);
    },
  );

  it('says so without JavaScript, and offers no dead end', async () => {
    const page = await (await visitor({ scripts: false })).tab();
    await page.goto(`${app.origin}/login`);
    expect(await page.text('noscript')).toContain('needs JavaScript');
    await page.unsee('text=Open WeChat’s own page');
    await page.see('text=Reload this page');
    await page.goto(`${app.origin}/auth/wechat`);
    expect(await page.text('noscript')).toContain('Without JavaScript');
  });

  it.each([WECHAT_UA, WECHAT_UA.replace(/ MicroMessenger.*/, ' Safari/604.1')])(
    'has a login page for %s',
    async (userAgent) => {
      const page = await (await visitor({ language: 'zh-CN', userAgent })).tab();
      await page.resize({ width: 375, height: 700 });
      await page.goto(app.origin);
      expect(await complaints(page)).toEqual([]);
      expect(await page.shows('iframe')).toBe(false);
    },
  );
});
