import { createEmulator, DEFAULT_USERS, type Emulator } from 'wechat-login-emulator';
import { startExample, type RunningApp } from '../example/running-app.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { describeEngines } from './engines/describe-engines.js';
import { arrive, type Tab, type Visitor } from './engines/engine.js';
import type { View } from './engines/view.js';
import { onPhone } from './phone.js';

const IPHONE_UA = WECHAT_UA.replace(/ MicroMessenger.*/, ' Version/17.0 Safari/604.1');

describeEngines('the example', (browsers) => {
  const { visitor } = browsers;
  let wechat: Emulator;
  let origin: string;
  let app: RunningApp;
  let desktop: Visitor;
  let page: Tab;

  beforeAll(async () => {
    const [amei, dawei] = DEFAULT_USERS as [(typeof DEFAULT_USERS)[number], (typeof DEFAULT_USERS)[number]];
    // A picture that is not there.
    const pictureless = {
      ...dawei,
      name: 'dead-picture',
      unionKey: 'dead',
      headimgurl: 'http://127.0.0.1:1/',
    };
    wechat = createEmulator({ users: [amei, dawei, pictureless] });
    ({ origin } = await wechat.listen());
    app = await startExample({ EMULATOR_URL: origin });
  });
  afterAll(async () => {
    await wechat.close();
    await app.stop();
  });
  beforeEach(async () => {
    wechat.reset();
    desktop = await visitor();
    page = await desktop.tab();
  });

  /** The QR code in the login page. */
  function frame(): View {
    return page.frame('#wechat-qr iframe');
  }

  async function expectGreeting(who: string, where: Tab = page): Promise<void> {
    await arrive(where, `${app.origin}/`);
    expect(await where.text('h1')).toBe(`Hello, ${who}`);
  }

  it('logs in with the QR code in the page', async () => {
    await page.goto(app.origin);
    await onPhone(browsers, frame(), 'allow');
    await expectGreeting('阿梅🌸');
    await page.waitFor('document.querySelector(".avatar img").naturalWidth > 0');
  });

  it('logs in on WeChat’s own page', async () => {
    await page.goto(app.origin);
    await page.click('text=Open WeChat’s own page');
    await arrive(page, /\/connect\/qrconnect/);
    await onPhone(browsers, page, 'allow', 'dawei');
    await expectGreeting('大伟 👨‍👩‍👧');
    expect(await page.url()).not.toContain('code');
  });

  it('scans again after cancelling', async () => {
    await page.goto(app.origin);
    await onPhone(browsers, frame(), 'cancel');
    await frame().see('#wx_after_cancel');
    expect(await page.url()).toBe(`${app.origin}/login`);
    await onPhone(browsers, frame(), 'allow');
    await expectGreeting('阿梅🌸');
  });

  it('gets a new QR code when the old one has expired', async () => {
    await page.goto(app.origin);
    await frame().see('.js_qrcode_img');
    wechat.clock.advance(6 * 60_000);
    await frame().click('.js_refresh');
    await frame().see('#wx_default_tip');
    await onPhone(browsers, frame(), 'allow');
    await expectGreeting('阿梅🌸');
  });

  it('gets a new QR code when the page is reloaded, or come back to from WeChat’s own page', async () => {
    await page.goto(app.origin);
    await page.click('text=Open WeChat’s own page');
    await arrive(page, /\/connect\/qrconnect/);
    await page.back();
    await arrive(page, `${app.origin}/login`);
    await page.reload();
    await onPhone(browsers, frame(), 'allow');
    await expectGreeting('阿梅🌸');
  });

  it('says that a code was too old, and lets the visitor try again', async () => {
    await page.goto(app.origin);
    wechat.faults.next('access_token', { errcode: 40029 });
    await onPhone(browsers, frame(), 'allow');
    await arrive(page, /\/auth\/wechat\/callback/);
    expect(await page.text('h1')).toBe('Login expired');
    await page.click('text=Try again');
    await arrive(page, `${app.origin}/login`);
    await onPhone(browsers, frame(), 'allow');
    await expectGreeting('阿梅🌸');
  });

  it('keeps two tabs apart: the second person is told who is logged in, and can have the browser', async () => {
    const other = await desktop.tab();
    await page.goto(`${app.origin}/auth/wechat`);
    await other.goto(`${app.origin}/auth/wechat`);
    await onPhone(browsers, page, 'allow');
    await expectGreeting('阿梅🌸');
    await onPhone(browsers, other, 'allow', 'dawei');
    await arrive(other, /\/auth\/wechat\/callback/);
    expect(await other.text('h1')).toBe('You are logged in as 阿梅🌸');
    await other.click('text=Log out, use another WeChat');
    await arrive(other, `${app.origin}/login`);
  });

  it('needs one tap inside WeChat', async () => {
    const phone = await (await visitor({ userAgent: WECHAT_UA })).tab();
    await phone.goto(app.origin);
    await phone.click('a.button');
    await phone.click('text=Allow');
    await expectGreeting('阿梅🌸', phone);
  });

  it('offers a phone’s own browser other ways than a QR code', async () => {
    const phone = await (await visitor({ userAgent: IPHONE_UA })).tab();
    await phone.goto(`${app.origin}/account`);
    expect(await phone.shows('iframe')).toBe(false);
    expect(await phone.evaluate('document.getElementById("link").value')).toBe(
      `${app.origin}/login?returnTo=%2Faccount`,
    );
    await phone.click('text=Scan with another phone');
    await arrive(phone, /\/connect\/qrconnect/);
    await onPhone(browsers, phone, 'allow');
    await arrive(phone, `${app.origin}/account`);
  });

  it('shows a letter in place of a picture that can’t be loaded', async () => {
    await page.goto(app.origin);
    await onPhone(browsers, frame(), 'allow', 'dead-picture');
    await expectGreeting('大伟 👨‍👩‍👧');
    expect(await page.evaluate('document.querySelector(".avatar img").naturalWidth')).toBe(0);
    expect(await page.text('.avatar')).toBe('大');
  });

  it('logs out, and the back button does not bring the page back', async () => {
    await page.goto(app.origin);
    await onPhone(browsers, frame(), 'allow');
    await expectGreeting('阿梅🌸');
    await page.click('text=Log out');
    await arrive(page, `${app.origin}/login`);
    // Back leads to the login page again, or, in WebKit, to the callback, whose login is over. Either is another
    // document.
    await page.evaluate('void (window.left = true)');
    await page.back();
    await page.waitFor('!window.left && document.body');
    await page.see('h1');
    expect(await page.text('body')).not.toContain('阿梅');
  });

  it('says what is in the way when WeChat’s script is not loaded', async () => {
    const gone = createEmulator();
    const lonely = await startExample({ EMULATOR_URL: (await gone.listen()).origin });
    await gone.close();
    await page.goto(lonely.origin);
    expect(await page.text('#no-wechat-script')).toContain('could not be loaded');
    expect(await page.shows('iframe')).toBe(false);
    expect(await page.shows('text=Open WeChat’s own page')).toBe(true);
    expect(await page.shows('text=Reload this page')).toBe(true);
    await lonely.stop();
  });

  it('can be used with the keyboard alone', async () => {
    await page.goto(`${app.origin}/auth/wechat/callback?state=any`);
    await page.see('h1');
    await page.press('Tab');
    await page.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Try again');
    await page.press('Enter');
    await arrive(page, `${app.origin}/login`);
  });
});
