import type { Browser, BrowserContext, Page } from 'playwright-core';
import { examplePrograms } from '../support/example-programs.js';
import { startEmulator } from '../support/emulator.js';
import { until } from '../support/until.js';
import { describeBrowser, launch } from './chromium.js';

describeBrowser('the examples of the embedded QR code', () => {
  // The app is at localhost, WeChat at 127.0.0.1: two sites to the browser, as in production.
  const { wechat, origin: emulator } = startEmulator({ denial: 'state-only', pollHold: 1000 });
  const start = examplePrograms(emulator);
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterEach(() => context.close());
  afterAll(() => browser.close());

  async function uuidShown(): Promise<string> {
    return until(() => {
      if (!wechat.requests.some(({ endpoint }) => endpoint === 'poll')) return undefined;
      return wechat.requests
        .findLast(({ endpoint }) => endpoint === 'qrcode')
        ?.path.split('/')
        .at(-1);
    });
  }

  test('embedded-qr: the login ends in the whole window', async () => {
    const app = await start('embedded-qr');
    await page.goto(`${app}/login`);
    wechat.phone.approve(await uuidShown());
    await page.waitForURL(`${app}/`);
    expect(await page.locator('body').textContent()).toContain('阿梅🌸');
  });

  test('embedded-qr: a refusal leads back to the page with the code', async () => {
    const app = await start('embedded-qr');
    await page.goto(`${app}/login`);
    const uuid = await uuidShown();
    const again = page.waitForEvent('load');
    wechat.phone.cancel(uuid);
    await again;
    expect(page.url()).toBe(`${app}/login`);
    expect(await until(async () => (await uuidShown()) !== uuid)).toBe(true);
  });

  test.each([
    ['approve', 'Hello, 阿梅🌸'],
    ['cancel', 'That did not work. Reload the page.'],
  ] as const)(
    'embedded-in-page: the page stays, and is told, when the phone says %s',
    async (answer, heading) => {
      const app = await start('embedded-in-page');
      await page.goto(app);
      await page.evaluate('window.stayed = true');
      wechat.phone[answer](await uuidShown());
      await page.getByRole('heading', { name: heading }).waitFor();
      expect(await page.evaluate('window.stayed')).toBe(true);
      expect(page.url()).toBe(`${app}/`);
    },
  );
});
