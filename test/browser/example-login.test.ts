import { readFileSync } from 'node:fs';
import { createEmulator, type Emulator } from 'wechat-login-emulator';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { startExample, type RunningApp } from '../example/running-app.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { describeBrowser, launch } from './chromium.js';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

describeBrowser('the example in a browser', () => {
  let wechat: Emulator;
  let origin: string;
  let app: RunningApp;
  let chromium: Browser;
  let desktop: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    wechat = createEmulator();
    ({ origin } = await wechat.listen());
    app = await startExample({ EMULATOR_URL: origin });
    chromium = await launch();
  });

  afterAll(async () => {
    await chromium.close();
    await wechat.close();
    await app.stop();
  });

  beforeEach(async () => {
    wechat.reset();
    desktop = await chromium.newContext({ locale: 'en' });
    page = await desktop.newPage();
    page.setDefaultTimeout(15_000);
  });

  afterEach(async () => {
    await desktop.close();
  });

  /** The QR code in the login page. */
  function frame(): FrameLocator {
    return page.frameLocator('#wechat-qr iframe');
  }

  /** Another device scans the QR code, and its owner answers. */
  async function onPhone(
    code: Page | FrameLocator,
    answer: 'allow' | 'cancel',
    user = 'amei',
  ): Promise<void> {
    const address = await code.locator('.js_phone').getAttribute('href');
    const context = await chromium.newContext({ locale: 'en' });
    try {
      const phone = await context.newPage();
      await phone.goto(new URL(address ?? '', origin).href);
      await phone.check(`input[value="${user}"]`);
      await phone.click(`button[value="${answer}"]`);
      await phone.waitForSelector('[role="status"]');
    } finally {
      await context.close();
    }
  }

  async function expectGreeting(name: string, where: Page = page): Promise<void> {
    await where.waitForURL(`${app.origin}/`);
    expect(await where.textContent('h1')).toBe(`Hello, ${name}`);
  }

  async function expectAccessible(where: Page = page): Promise<void> {
    await where.evaluate(axe);
    const { violations } = (await where.evaluate('axe.run()')) as AxeResults;
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)])).toEqual([]);
  }

  it('logs in with the QR code in the page', async () => {
    await page.goto(app.origin);
    await onPhone(frame(), 'allow');
    await expectGreeting('阿梅🌸');
    expect(await page.evaluate('document.querySelector(".avatar img").naturalWidth')).toBeGreaterThan(0);
  });

  it('logs in on WeChat’s own page', async () => {
    await page.goto(app.origin);
    await page.click('text=Open WeChat’s own page');
    await page.waitForURL(/\/connect\/qrconnect/);
    await onPhone(page, 'allow', 'dawei');
    await expectGreeting('大伟 👨‍👩‍👧');
    expect(page.url()).not.toContain('code');
  });

  it('scans again after cancelling', async () => {
    await page.goto(app.origin);
    await onPhone(frame(), 'cancel');
    await frame().locator('#wx_after_cancel').waitFor();
    expect(page.url()).toBe(`${app.origin}/login`);
    await onPhone(frame(), 'allow');
    await expectGreeting('阿梅🌸');
  });

  it('gets a new QR code when the old one has expired', async () => {
    await page.goto(app.origin);
    await frame().locator('.js_qrcode_img').waitFor();
    wechat.clock.advance(6 * 60_000);
    await frame().locator('.js_refresh').click();
    await frame().locator('#wx_default_tip').waitFor();
    await onPhone(frame(), 'allow');
    await expectGreeting('阿梅🌸');
  });

  it('says that a code was too old, and lets the visitor try again', async () => {
    await page.goto(app.origin);
    // The visitor's connection is slow: the code grows old on its way.
    await page.route('**/auth/wechat/callback?*', async (route) => {
      wechat.clock.advance(11 * 60_000);
      await route.continue();
    });
    await onPhone(frame(), 'allow');
    await page.waitForURL(/\/auth\/wechat\/callback/);
    expect(await page.textContent('h1')).toBe('Login expired');
    await page.unroute('**/auth/wechat/callback?*');
    await page.click('text=Try again');
    await onPhone(frame(), 'allow');
    await expectGreeting('阿梅🌸');
  });

  it('keeps two tabs apart', async () => {
    const other = await desktop.newPage();
    await page.goto(`${app.origin}/auth/wechat`);
    await other.goto(`${app.origin}/auth/wechat`);
    await onPhone(page, 'allow');
    await expectGreeting('阿梅🌸');
    await onPhone(other, 'allow', 'dawei');
    // The browser is logged in already, and stays who it is.
    await expectGreeting('阿梅🌸', other);
  });

  it('needs one tap inside WeChat', async () => {
    const context = await chromium.newContext({
      userAgent: WECHAT_UA,
      locale: 'zh-CN',
      viewport: { width: 375, height: 700 },
    });
    try {
      const phone = await context.newPage();
      await phone.goto(app.origin);
      await expectAccessible(phone);
      await phone.click('a.button');
      await phone.click('text=允许');
      await phone.waitForURL(`${app.origin}/`);
      expect(await phone.textContent('h1')).toBe('你好，阿梅🌸');
    } finally {
      await context.close();
    }
  });

  it('shows a letter in place of a picture that can’t be loaded', async () => {
    await page.goto(app.origin);
    let asked = 0;
    await page.route('**/mmopen/**', async (route) => {
      asked++;
      await route.abort();
    });
    await onPhone(frame(), 'allow');
    await expectGreeting('阿梅🌸');
    expect(asked).toBeGreaterThan(0);
    expect(await page.evaluate('document.querySelector(".avatar img").naturalWidth')).toBe(0);
    expect((await page.textContent('.avatar'))?.trim()).toBe('阿');
  });

  it('logs out, and the back button does not bring the page back', async () => {
    await page.goto(app.origin);
    await onPhone(frame(), 'allow');
    await expectGreeting('阿梅🌸');
    await page.click('text=Log out');
    await page.waitForURL(`${app.origin}/login`);
    await page.goBack();
    await page.waitForURL(`${app.origin}/login`);
  });

  it('can be used with the keyboard alone', async () => {
    await page.goto(`${app.origin}/auth/wechat/callback?state=any`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Try again');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${app.origin}/login`);
  });

  it.each([
    ['light', 1280],
    ['light', 375],
    ['dark', 1280],
    ['dark', 375],
  ] as const)('has pages without barriers: %s, %i wide', async (colorScheme, width) => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    await page.goto(app.origin);
    await frame().locator('.js_qrcode_img').waitFor();
    await expectAccessible();
    const wider = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(wider).toBe(0);
    await page.goto(`${app.origin}/auth/wechat/callback?state=any`);
    await expectAccessible();
    await page.goto(app.origin);
    await onPhone(frame(), 'allow');
    await expectGreeting('阿梅🌸');
    await expectAccessible();
    await page.goto(`${app.origin}/account?linked`);
    await expectAccessible();
  });
});
