import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { uuidIn } from '../support/qr-code.js';
import { describeBrowser, launch } from './chromium.js';

const website = DEFAULT_APPS.find(({ platform }) => platform === 'website')?.appid ?? '';
const account = DEFAULT_APPS.find(({ platform }) => platform === 'officialAccount')?.appid ?? '';
const redirect = encodeURIComponent('http://localhost:3000/callback');
const QR = `/connect/qrconnect?appid=${website}&redirect_uri=${redirect}&scope=snsapi_login&state=s`;
const CONSENT = `/connect/oauth2/authorize?appid=${account}&redirect_uri=${redirect}&response_type=code&scope=snsapi_userinfo&state=s&forceSnapShot=true`;

describeBrowser('the pages of the emulator', () => {
  const wechat = createEmulator({ pollHold: 1000 });
  let origin: string;
  let browser: Browser;

  beforeAll(async () => {
    ({ origin } = await wechat.listen());
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await wechat.close();
  });
  beforeEach(() => {
    wechat.reset();
  });

  /** A login that fails in a way that the start page has to explain. */
  async function failLogin(): Promise<void> {
    const page = await (await fetch(origin + QR)).text();
    const { code } = wechat.phone.approve(uuidIn(page), 'amei');
    await fetch(
      `${origin}/sns/oauth2/access_token?appid=${website}&secret=wrong&code=${code}&grant_type=authorization_code`,
    );
  }

  async function complaints(page: Page): Promise<string[]> {
    await page.addScriptTag({ path: require.resolve('axe-core') });
    const results = await page.evaluate<AxeResults>('axe.run()');
    return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  test.each([
    ['en', 'light', 375],
    ['zh', 'dark', 1280],
  ] as const)(
    'in %s and %s, %i wide: usable by everybody, and nothing sticks out',
    async (lang, colorScheme, width) => {
      await failLogin();
      const context = await browser.newContext({
        locale: lang === 'zh' ? 'zh-CN' : 'en-US',
        colorScheme,
        viewport: { width, height: 720 },
        userAgent: 'MicroMessenger',
      });
      const page = await context.newPage();
      for (const path of [
        QR,
        `${QR}&self_redirect=true`,
        CONSENT,
        '/connect/confirm?uuid=late',
        '/connect/qrconnect',
        '/',
      ]) {
        await page.goto(origin + path);
        expect([path, await complaints(page)]).toEqual([path, []]);
        expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, width]);
        expect(await page.locator('.emulator_bar').isVisible()).toBe(true);
      }
      await page.goto(origin + QR);
      await page.goto((await page.getAttribute('.js_phone', 'href')) ?? '');
      expect(await page.locator('.person').count()).toBeGreaterThan(1);
      expect(await complaints(page)).toEqual([]);
      await context.close();
    },
  );

  test('the phone’s page works from the keyboard', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(origin + QR);
    await page.goto((await page.getAttribute('.js_phone', 'href')) ?? '');
    await page.locator('input[name="user"]').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.answer').waitFor();
    expect(wechat.logins[0]).toMatchObject({ user: 'dawei', outcome: 'open' });
    await context.close();
  });

  test('the start page tells how a login went, and what to fix', async () => {
    await failLogin();
    const page = await browser.newPage({ locale: 'en-US' });
    await page.goto(origin);
    const login = page.locator('.login').first();
    expect(await login.locator('summary').innerText()).toMatch(/failed\s+示例网站\s+wx\w+\s+user amei/);
    expect(await login.locator('.step_bad dl').innerText()).toContain('errcode 40125: invalid appsecret');
    expect(await login.locator('.step_fix').last().innerText()).not.toBe('');
    expect(await page.content()).not.toContain('secret=wrong');

    await page.getByRole('link', { name: '中文' }).click();
    await page.getByRole('heading', { name: '最近的登录' }).waitFor();
    await page.close();
  });
});
