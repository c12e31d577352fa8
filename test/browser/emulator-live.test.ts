import type { Browser } from 'playwright-core';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { uuidIn } from '../support/qr-code.js';
import { describeBrowser, launch } from './chromium.js';

const [website] = DEFAULT_APPS;
const redirect = encodeURIComponent('http://localhost:3000/callback');

describeBrowser('the emulator’s start page follows logins as they happen', () => {
  const wechat = createEmulator();
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

  test('a login appears, its steps follow, what somebody closed stays closed, and reset() empties the list', async () => {
    const page = await browser.newPage({ locale: 'en-US' });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(origin);
    await page.getByText('No login yet.').waitFor();

    const qrPage = await fetch(
      `${origin}/connect/qrconnect?appid=${website.appid}&redirect_uri=${redirect}&scope=snsapi_login&state=s`,
    );
    const uuid = uuidIn(await qrPage.text());
    const login = page.locator('.login');
    await login.getByText('QR page').waitFor();
    wechat.phone.approve(uuid, 'amei');
    await login.getByText('poll: 405 and a code').waitFor();

    await login.locator('summary').click();
    await fetch(`${origin}/sns/userinfo?access_token=unknown&openid=x`);
    await page.locator('.login').nth(1).waitFor();
    expect(await page.locator('.login').nth(1).getAttribute('open')).toBeNull();

    wechat.reset();
    await page.getByText('No login yet.').waitFor();
    expect(requests.filter((path) => path === '/_emulator/events')).toHaveLength(1);
    expect(requests).not.toContain('/_emulator/logins');
    await page.close();
  });
});
