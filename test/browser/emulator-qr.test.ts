import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { describeBrowser, launch } from './chromium.js';
import { callbackSite, type CallbackSite } from './callback-site.js';

const { appid } = DEFAULT_APPS[0] ?? { appid: '' };

describeBrowser('the QR page in a browser', () => {
  const wechat = createEmulator({ pollHold: 1000 });
  let origin: string;
  let site: CallbackSite;
  let browser: Browser;
  let desktop: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    ({ origin } = await wechat.listen());
    site = await callbackSite();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await wechat.close();
  });
  beforeEach(async () => {
    wechat.reset();
    desktop = await browser.newContext();
    page = await desktop.newPage();
  });
  afterEach(() => desktop.close());

  function qrAddress(state = 'first-state', more = ''): string {
    const redirect = encodeURIComponent(site.callback);
    return `${origin}/connect/qrconnect?appid=${appid}&redirect_uri=${redirect}&response_type=code&scope=snsapi_login&state=${state}${more}#wechat_redirect`;
  }

  /** A phone of its own: another browser context, at the address that the link beside the code gives. */
  async function openPhone(): Promise<Page> {
    const phone = await browser.newContext({
      viewport: { width: 375, height: 720 },
      isMobile: true,
      hasTouch: true,
    });
    const screen = await phone.newPage();
    await screen.goto((await page.getAttribute('.js_phone', 'href')) ?? '');
    return screen;
  }

  test('scan, see it, choose somebody, allow: the browser returns with code and state', async () => {
    await page.goto(qrAddress());
    await page.locator('#wx_default_tip').waitFor();

    const phone = await openPhone();
    await page.locator('#wx_after_scan').waitFor();
    await phone.locator('input[value="dawei"]').check();
    await phone.locator('button[value="allow"]').tap();

    await page.waitForURL(`${site.callback}?code=*&state=first-state`);
    await phone.locator('.answer .icon_done').waitFor();
    expect(wechat.logins[0]?.user).toBe('dawei');
  });

  test('cancel is said and leads nowhere; the same code can be scanned again', async () => {
    await page.goto(qrAddress());
    const phone = await openPhone();
    await phone.locator('button[value="cancel"]').tap();
    await page.locator('#wx_after_cancel').waitFor();
    await phone.locator('.answer .icon_note').waitFor();
    expect(page.url()).toBe(qrAddress());
    const code = await page.getAttribute('.js_qrcode_img', 'src');

    const again = await openPhone();
    await page.locator('#wx_after_scan').waitFor();
    await again.locator('button[value="allow"]').tap();

    await page.waitForURL(`${site.callback}?code=*`);
    expect(wechat.requests.filter(({ endpoint }) => endpoint === 'qrcode').map(({ path }) => path)).toEqual([
      code,
    ]);
  });

  test('an expired code says so; refreshed, without leaving the page, another one logs in', async () => {
    await page.goto(qrAddress());
    const first = await page.getAttribute('.js_qrcode_img', 'src');
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));

    wechat.clock.advance(5 * 60_000);
    await page.locator('.js_refresh').click();
    await page.locator(`.js_qrcode_img:not([src="${first}"])`).waitFor();
    expect(await page.evaluate('sameDocument')).toBe(true);
    expect(await page.locator('.js_expired').isVisible()).toBe(false);

    const phone = await openPhone();
    await phone.locator('button[value="allow"]').tap();
    await page.waitForURL(`${site.callback}?code=*&state=first-state`);
  });

  test('a phone that comes too late is told so', async () => {
    await page.goto(qrAddress());
    wechat.clock.advance(5 * 60_000);
    const phone = await openPhone();
    await phone.getByText('二维码已过期').or(phone.getByText('This QR code has expired')).waitFor();
    expect(await phone.locator('button').count()).toBe(0);
  });

  test('state and redirect_uri go back by plain concatenation, as WeChat’s page does it', async () => {
    const redirect = encodeURIComponent(`${site.callback}?next=1#/route`);
    const state = encodeURIComponent("a'b&c=d=");
    await page.goto(
      `${origin}/connect/qrconnect?appid=${appid}&redirect_uri=${redirect}&scope=snsapi_login&state=${state}`,
    );
    const uuid = (await page.getAttribute('.js_qrcode_img', 'src'))?.split('/').at(-1) ?? '';
    const { code } = wechat.phone.approve(uuid);

    await page.locator('#came_back').waitFor();
    expect(await page.evaluate('location.href')).toBe(
      `${site.callback}?next=1#/route&code=${code}&state=a'b&c=d=`,
    );
  });

  test('a failing poll ends in a code that can be refreshed', async () => {
    wechat.faults.next('poll', { html: true, status: 502 });
    await page.goto(qrAddress());
    await page.locator('.js_expired').waitFor();
    await page.locator('.js_refresh').click();
    await page.locator('.js_expired').waitFor({ state: 'hidden' });
    expect(await page.locator('#wx_default_tip').isVisible()).toBe(true);
  });

  test('500 reloads the page, any other code stops it', async () => {
    wechat.faults.next('poll', { errcode: 500 });
    await page.goto(qrAddress());
    const first = await page.getAttribute('.js_qrcode_img', 'src');
    await page.locator(`.js_qrcode_img:not([src="${first}"])`).waitFor();

    wechat.faults.next('poll', { errcode: 666 });
    await page.goto(qrAddress());
    await page.locator('.js_stopped').waitFor();
    expect(wechat.requests.at(-1)?.endpoint).toBe('poll');
  });
});

describeBrowser('switches of the emulator, on the QR page', () => {
  let browser: Browser;
  let site: CallbackSite;

  beforeAll(async () => {
    browser = await launch();
    site = await callbackSite();
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  test.each([
    ['state-only', 'cancel', /callback\?state=s$/],
    ['authdeny', 'cancel', /callback\?code=authdeny&state=s$/],
    ['stay', 'approve', /callback\?code=[^&]+&state=s$/],
  ] as const)('denial: %s, and the phone says %s', async (denial, act, url) => {
    const wechat = createEmulator({ denial });
    const { origin } = await wechat.listen();
    const page = await browser.newPage();
    await page.goto(
      `${origin}/connect/qrconnect?appid=${appid}&redirect_uri=${encodeURIComponent(site.callback)}&scope=snsapi_login&state=s`,
    );
    wechat.phone[act]((await page.getAttribute('.js_qrcode_img', 'src'))?.split('/').at(-1) ?? '');
    await page.waitForURL(url);
    expect(page.url()).toMatch(url);
    await page.close();
    await wechat.close();
  });
});
