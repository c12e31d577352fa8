import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createEmulator, type EmulatorOptions } from 'wechat-login-emulator';
import { examplePrograms } from '../support/example-programs.js';
import { account } from '../support/emulator.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { describeBrowser, launch } from './chromium.js';

describeBrowser('one route inside and outside WeChat', () => {
  let wechat: ReturnType<typeof createEmulator>;
  let origin: string;
  const start = examplePrograms(() => origin);
  let browser: Browser;
  let contexts: BrowserContext[] = [];

  beforeAll(async () => {
    browser = await launch();
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
    await wechat.close();
  });
  afterAll(() => browser.close());

  async function app(options: EmulatorOptions = {}): Promise<string> {
    wechat = createEmulator({ pollHold: 1000, ...options });
    origin = (await wechat.listen()).origin.replace('127.0.0.1', 'localhost');
    return start('inside-wechat', {
      WECHAT_OA_APP_ID: account.appid,
      WECHAT_OA_APP_SECRET: account.secret,
    });
  }

  async function open(address: string, userAgent?: string): Promise<Page> {
    const context = await browser.newContext(userAgent === undefined ? {} : { userAgent });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(address);
    await page.click('text=Log in with WeChat');
    return page;
  }

  async function userOn(page: Page, address: string): Promise<unknown> {
    await page.waitForURL(`${address}/`);
    return JSON.parse((await page.locator('body').textContent()) ?? '');
  }

  test('a tap in WeChat and a scan at the desk are the same person', async () => {
    const address = await app();
    const phone = await open(address, WECHAT_UA);
    await phone.click('button[value="allow"]');
    const inside = await userOn(phone, address);

    const desktop = await open(address);
    const uuid = (await desktop.getAttribute('.js_qrcode_img', 'src'))?.split('/').at(-1) ?? '';
    wechat.phone.approve(uuid);
    expect(await userOn(desktop, address)).toEqual(inside);
    expect(inside).toEqual({ user: { id: expect.stringMatching(/^o/), name: '阿梅🌸' } });
  });

  test.each(['same-code', 'two-codes'] as const)(
    'WeChat calls back twice, with the %s: the person is logged in, and asked nothing again',
    async (doubleCallback) => {
      const address = await app({ doubleCallback });
      const phone = await open(address, WECHAT_UA);
      let callbacks = 0;
      phone.on('request', (request) => {
        if (request.url().includes('/auth/wechat/callback?')) callbacks += 1;
      });
      await phone.click('button[value="allow"]');
      expect(await userOn(phone, address)).toMatchObject({ user: { name: '阿梅🌸' } });
      expect(callbacks).toBe(2);
      expect(wechat.requests.filter(({ endpoint }) => endpoint === 'authorize')).toHaveLength(1);
    },
  );
});
