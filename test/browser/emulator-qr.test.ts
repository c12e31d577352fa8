import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { until } from '../support/until.js';
import { callbackSite, type CallbackSite } from './callback-site.js';
import { describeEngines } from './engines/describe-engines.js';
import { arrive, type Tab } from './engines/engine.js';
import { onPhone, openPhone } from './phone.js';

const [{ appid }] = DEFAULT_APPS;

describeEngines('the QR page in a browser', (browsers) => {
  const wechat = createEmulator();
  let origin: string;
  let site: CallbackSite;
  let page: Tab;

  beforeAll(async () => {
    ({ origin } = await wechat.listen());
    site = await callbackSite();
  });
  afterAll(async () => {
    await site.close();
    await wechat.close();
  });
  beforeEach(async () => {
    wechat.reset();
    page = await (await browsers.visitor()).tab();
  });

  function qrAddress(state = 'first-state'): string {
    const redirect = encodeURIComponent(site.callback);
    return `${origin}/connect/qrconnect?appid=${appid}&redirect_uri=${redirect}&response_type=code&scope=snsapi_login&state=${state}#wechat_redirect`;
  }

  async function code(): Promise<string> {
    return (await page.attribute('.js_qrcode_img', 'src')) ?? '';
  }

  test('scan, see it, choose somebody, allow: the browser returns with code and state', async () => {
    await page.goto(qrAddress());
    await page.see('#wx_default_tip');

    const phone = await openPhone(browsers, page);
    await page.see('#wx_after_scan');
    await phone.click('input[value="dawei"]');
    await phone.click('button[value="allow"]');

    await arrive(page, /\/callback\?code=[^&]+&state=first-state$/);
    await phone.see('.answer .icon_done');
    expect(wechat.logins[0]?.user).toBe('dawei');
  });

  test('cancel is said and leads nowhere; the same code can be scanned again', async () => {
    await page.goto(qrAddress());
    const phone = await onPhone(browsers, page, 'cancel');
    await page.see('#wx_after_cancel');
    expect(await page.url()).toBe(qrAddress());
    const first = await code();

    await phone.click('text=Scan again');
    await page.see('#wx_after_scan');
    await phone.click('button[value="allow"]');

    await arrive(page, /\/callback\?code=/);
    expect(wechat.requests.filter(({ endpoint }) => endpoint === 'qrcode').map(({ path }) => path)).toEqual([
      first,
    ]);
  });

  test('an expired code says so; refreshed, without leaving the page, another one logs in', async () => {
    await page.goto(qrAddress());
    const first = await code();
    await page.evaluate('window.sameDocument = true');

    wechat.clock.advance(5 * 60_000);
    await page.click('.js_refresh');
    await page.see(`.js_qrcode_img:not([src="${first}"])`);
    expect(await page.evaluate('window.sameDocument')).toBe(true);
    await page.unsee('.js_expired');

    await onPhone(browsers, page, 'allow');
    await arrive(page, /\/callback\?code=[^&]+&state=first-state$/);
  });

  test('a phone that comes too late is told so', async () => {
    await page.goto(qrAddress());
    wechat.clock.advance(5 * 60_000);
    const phone = await openPhone(browsers, page);
    expect(await phone.text('h1')).toBe('This QR code has expired');
    expect(await phone.shows('button')).toBe(false);
  });

  test('a page reloaded shows another code, which logs in', async () => {
    await page.goto(qrAddress());
    const first = await code();
    await page.reload();
    expect(await code()).not.toBe(first);
    await onPhone(browsers, page, 'allow');
    await arrive(page, /\/callback\?code=/);
  });

  test('who comes back to the page gets on, whether the browser kept it or not', async () => {
    await page.goto(qrAddress());
    await page.see('.js_qrcode_img');
    await page.goto(`${site.origin}/elsewhere`);
    const polls = (): number => wechat.requests.filter(({ endpoint }) => endpoint === 'poll').length;
    const before = polls();
    await page.back();
    await arrive(page, qrAddress());
    await page.see('.js_qrcode_img');
    // WebKit keeps the page alive, and not its poll: the code is then shown as expired, once the page has noticed.
    await until(async () => polls() > before || (await page.shows('.js_refresh')));
    if (await page.shows('.js_refresh')) await page.click('.js_refresh');
    await onPhone(browsers, page, 'allow');
    await arrive(page, /\/callback\?code=/);
    expect(await page.text('#came_back')).toBe('back at the app');
  });

  test('state and redirect_uri go back by plain concatenation, as WeChat’s page does it', async () => {
    const redirect = encodeURIComponent(`${site.callback}?next=1#/route`);
    const state = encodeURIComponent("a'b&c=d=");
    await page.goto(
      `${origin}/connect/qrconnect?appid=${appid}&redirect_uri=${redirect}&scope=snsapi_login&state=${state}`,
    );
    const { code: issued } = wechat.phone.approve((await code()).split('/').at(-1) ?? '');

    await page.see('#came_back');
    expect(await page.url()).toBe(`${site.callback}?next=1#/route&code=${issued}&state=a'b&c=d=`);
  });

  test('a failing poll ends in a code that can be refreshed', async () => {
    wechat.faults.next('poll', { html: true, status: 502 });
    await page.goto(qrAddress());
    await page.click('.js_refresh');
    await page.unsee('.js_expired');
    expect(await page.shows('#wx_default_tip')).toBe(true);
  });

  test('500 reloads the page, any other code stops it', async () => {
    wechat.faults.next('poll', { errcode: 500 });
    await page.goto(qrAddress());
    await until(() => wechat.requests.filter(({ endpoint }) => endpoint === 'qrcode').length === 2);

    await page.goto(`${site.origin}/elsewhere`);
    wechat.faults.next('poll', { errcode: 666 });
    await page.goto(qrAddress());
    await page.see('.js_stopped');
    expect(wechat.requests.at(-1)?.endpoint).toBe('poll');
  });
});

describeEngines('switches of the emulator, on the QR page', ({ visitor }) => {
  let site: CallbackSite;

  beforeAll(async () => {
    site = await callbackSite();
  });
  afterAll(() => site.close());

  test.each([
    ['state-only', 'cancel', /callback\?state=s$/],
    ['authdeny', 'cancel', /callback\?code=authdeny&state=s$/],
    ['stay', 'approve', /callback\?code=[^&]+&state=s$/],
  ] as const)('denial: %s, and the phone says %s', async (denial, act, url) => {
    const wechat = createEmulator({ denial });
    const { origin } = await wechat.listen();
    const page = await (await visitor()).tab();
    await page.goto(
      `${origin}/connect/qrconnect?appid=${appid}&redirect_uri=${encodeURIComponent(site.callback)}&scope=snsapi_login&state=s`,
    );
    wechat.phone[act]((await page.attribute('.js_qrcode_img', 'src'))?.split('/').at(-1) ?? '');
    await arrive(page, url);
    expect(await page.text('#came_back')).toBe('back at the app');
    await wechat.close();
  });
});
