import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { WECHAT_UA } from '../support/user-agent.js';
import { describeBrowser, launch } from './chromium.js';
import { callbackSite, type CallbackSite } from './callback-site.js';

const { appid, secret } = DEFAULT_APPS.find(({ platform }) => platform === 'officialAccount') ?? {
  appid: '',
  secret: '',
};

describeBrowser('the consent page inside WeChat', () => {
  const wechat = createEmulator();
  let origin: string;
  let site: CallbackSite;
  let browser: Browser;
  let phone: BrowserContext;
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
    phone = await browser.newContext({
      userAgent: WECHAT_UA,
      viewport: { width: 375, height: 720 },
      isMobile: true,
      hasTouch: true,
      locale: 'zh-CN',
    });
    page = await phone.newPage();
  });
  afterEach(() => phone.close());

  function address(scope: string, more = ''): string {
    const redirect = encodeURIComponent(`${site.callback}#/route`);
    return `${origin}/connect/oauth2/authorize?appid=${appid}&redirect_uri=${redirect}&response_type=code&scope=${scope}&state=s${more}#wechat_redirect`;
  }

  async function tokenReply(): Promise<Record<string, unknown>> {
    const code = new URL(page.url()).searchParams.get('code') ?? '';
    const query = `appid=${appid}&secret=${secret}&code=${code}&grant_type=authorization_code`;
    const reply = await fetch(`${origin}/sns/oauth2/access_token?${query}`);
    return (await reply.json()) as Record<string, unknown>;
  }

  test('choose somebody, allow: the code comes before the fragment', async () => {
    await page.goto(address('snsapi_userinfo'));
    await page.locator('input[value="dawei"]').check();
    await page.locator('button[value="allow"]').tap();
    await page.waitForURL(
      (url) => url.href.startsWith(`${site.callback}?code=`) && url.href.endsWith('&state=s#/route'),
    );
    expect(await page.locator('#came_back').count()).toBe(1);
    expect(wechat.logins[0]?.user).toBe('dawei');
  });

  test('after a refusal the browser stays at WeChat', async () => {
    await page.goto(address('snsapi_userinfo'));
    await page.locator('button[value="cancel"]').tap();
    await page.getByText('你已拒绝授权').waitFor();
    expect(new URL(page.url()).origin).toBe(origin);
  });

  test('snsapi_base shows no page', async () => {
    await page.goto(address('snsapi_base'));
    expect(page.url()).toMatch(`${site.callback}?code=`);
  });

  test.each([
    ['allow', 1],
    ['full', undefined],
  ])('on the snapshot page, %s gives is_snapshotuser %s', async (decision, flag) => {
    await page.goto(address('snsapi_userinfo', '&forceSnapShot=true'));
    await page.locator('.snapshot_note').waitFor();
    await page.locator(`button[value="${decision}"]`).tap();
    await page.waitForURL((url) => url.href.startsWith(site.callback));
    expect((await tokenReply())['is_snapshotuser']).toBe(flag);
  });

  test('another browser is told to open it in WeChat, and what to do', async () => {
    const other = await browser.newContext({ locale: 'en-US' });
    const desktop = await other.newPage();
    await desktop.goto(address('snsapi_userinfo'));
    await desktop.getByText('Please open this link in WeChat').waitFor();
    expect(await desktop.locator('.fix').textContent()).toContain('MicroMessenger');
    await other.close();
  });
});
