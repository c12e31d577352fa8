import type { Browser, Frame, Page } from 'playwright-core';
import { createEmulator, type EmulatorApp } from 'wechat-login-emulator';
import { describeBrowser, launch } from './chromium.js';
import { callbackSite, type CallbackSite } from './callback-site.js';

const app: EmulatorApp = {
  appid: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  platform: 'website',
  name: '示例网站',
  domains: ['127.0.0.1:*', 'login.example.com:*'],
};

describeBrowser('the QR code that wxLogin.js embeds', () => {
  const wechat = createEmulator({ apps: [app], pollHold: 1000 });
  let origin: string;
  let site: CallbackSite;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    ({ origin } = await wechat.listen());
    site = await callbackSite();
    // A name for the site, as in production, besides its address: two sites to the browser.
    browser = await launch('--host-resolver-rules=MAP login.example.com 127.0.0.1');
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await wechat.close();
  });
  beforeEach(async () => {
    page = await browser.newPage({ locale: 'zh-CN' });
  });
  afterEach(() => page.close());

  /** A page that holds the code, with these options of `WxLogin` besides those that every login needs. */
  function loginPage(options: object = {}, callback = site.callback): string {
    const all = {
      id: 'login_container',
      appid: app.appid,
      scope: 'snsapi_login',
      redirect_uri: encodeURIComponent(callback),
      state: 'the-state',
      ...options,
    };
    return `<div id="login_container">old</div>
      <script src="${origin}/connect/zh_CN/htmledition/js/wxLogin.js"></script>
      <script>
        var messages = [], ready = [];
        addEventListener('message', (event) => messages.push(event.data));
        new WxLogin({ ...${JSON.stringify(all)}, onReady: (isReady) => ready.push(isReady) });
      </script>`;
  }

  async function open(options: object = {}, at = `${site.origin}/login`, callback?: string): Promise<Frame> {
    site.pages.set('/login', loginPage(options, callback));
    await page.goto(at);
    return qrFrame();
  }

  /**
   * The frame, once it has told the page that it is ready. Playwright's looks into a frame count as a user's gestures,
   * which would allow it to move the top window: so nothing looks into it here.
   */
  async function qrFrame(): Promise<Frame> {
    await page.waitForFunction('messages.length >= 2');
    const [, frame] = page.frames();
    if (!frame) throw new Error('there is no frame');
    return frame;
  }

  function approve(): void {
    const picture = wechat.requests.findLast(({ endpoint }) => endpoint === 'qrcode');
    wechat.phone.approve(picture?.path.split('/').at(-1) ?? '');
  }

  test('makes the frame that WeChat’s script makes', async () => {
    await open();
    const frame = page.locator('#login_container > iframe');
    const attributes = {
      width: '300px',
      height: '400px',
      frameborder: '0',
      scrolling: 'no',
      allowtransparency: 'true',
    };
    for (const [name, value] of Object.entries({ ...attributes, sandbox: null })) {
      expect([name, await frame.getAttribute(name)]).toEqual([name, value]);
    }
    expect(await frame.getAttribute('allow')).toContain('local-network-access');
    expect(await page.locator('#login_container').textContent()).toBe('');
  });

  test('asks with WeChat’s parameters in WeChat’s order', async () => {
    const redirect = encodeURIComponent(site.callback);
    const start = `${origin}/connect/qrconnect?appid=${app.appid}&scope=snsapi_login&redirect_uri=${redirect}&state=the-state&login_type=jssdk`;
    await open();
    expect(await page.getAttribute('iframe', 'src')).toBe(
      `${start}&self_redirect=default&styletype=&sizetype=&bgcolor=&rst=`,
    );
    await open({
      self_redirect: true,
      style: 'white',
      href: 'data:text/css;base64,',
      lang: 'en',
      stylelite: 1,
      fast_login: 0,
    });
    expect(await page.getAttribute('iframe', 'src')).toBe(
      `${start}&self_redirect=true&styletype=&sizetype=&bgcolor=&rst=&style=white&href=data:text/css;base64,&lang=en&stylelite=1&fast_login=0`,
    );
    await open({ self_redirect: false, lang: 'zh', fast_login: 1, stylelite: 0 });
    expect(await page.getAttribute('iframe', 'src')).toBe(
      `${start}&self_redirect=false&styletype=&sizetype=&bgcolor=&rst=`,
    );
  });

  test('tells the page that holds it when script and picture are there', async () => {
    await open();
    await page.waitForFunction('messages.length >= 2');
    expect(await page.evaluate('messages.sort()')).toEqual([
      '{"type":"status","status":"wxQRcodeReady"}',
      '{"type":"status","status":"wxReady"}',
    ]);
    expect(await page.evaluate('ready')).toEqual([true]);
  });

  test('self_redirect: true stays in the frame', async () => {
    const frame = await open({ self_redirect: true });
    approve();
    await frame.waitForSelector('#came_back');
    expect(frame.url()).toMatch(`${site.callback}?code=`);
    expect(page.url()).toBe(`${site.origin}/login`);
  });

  test.each([{ self_redirect: false }, {}])(
    'with %j the page of another origin is left, on a domain of its own',
    async (options) => {
      const named = site.origin.replace('127.0.0.1', 'login.example.com');
      await open(options, `${named}/login`, `${named}/callback`);
      approve();
      await page.waitForURL(`${named}/callback?code=*&state=the-state`);
      expect(await page.locator('#came_back').count()).toBe(1);
    },
  );

  test('where the browser blocks that, because page and callback are two sites, it is said, and a click goes on', async () => {
    const elsewhere = site.callback.replace('127.0.0.1', 'login.example.com');
    await open({ self_redirect: false }, `${site.origin}/login`, elsewhere);
    const blocked = page.waitForEvent('console', (message) => message.text().includes('navigat'));
    approve();
    await blocked;

    const cover = page.frameLocator('iframe').locator('.js_blocked');
    expect(await cover.innerText()).toMatch(/different sites|不同站/);
    await cover.locator('.js_proceed').click();
    await page.waitForURL(`${elsewhere}?code=*&state=the-state`);
    expect(await page.locator('#came_back').count()).toBe(1);
  });

  test('without self_redirect, a page of the code’s own origin is not left', async () => {
    await page.route(`${origin}/parent`, (route) =>
      route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>parent</title>${loginPage()}` }),
    );
    await page.goto(`${origin}/parent`);
    const frame = await qrFrame();
    approve();
    await frame.waitForSelector('#came_back');
    expect(page.url()).toBe(`${origin}/parent`);
  });

  test('takes the style sheet of the app', async () => {
    const css = Buffer.from('.impowerBox .title { display: none }').toString('base64');
    const plain = await open();
    expect(await plain.locator('.title').isVisible()).toBe(true);
    const frame = await open({ href: encodeURIComponent(`data:text/css;base64,${css}`) });
    await frame.locator('.title').waitFor({ state: 'hidden' });
    expect(await frame.locator('.js_qrcode_img').isVisible()).toBe(true);
  });

  test.each([
    ['300 by 400', {}, 300, 400],
    ['300 by 400, English', { lang: 'en' }, 300, 400],
    ['220 by 220, stylelite', { stylelite: 1 }, 220, 220],
    ['220 by 220, stylelite, English', { stylelite: 1, lang: 'en' }, 220, 220],
  ])('fits into %s, whatever it says', async (_size, options, width, height) => {
    const frame = await open(options);
    await page.locator('iframe').evaluate(
      (element, [w, h]) => {
        element.setAttribute('width', String(w));
        element.setAttribute('height', String(h));
      },
      [width, height],
    );
    for (const status of await frame.locator('.js_status').all()) {
      await frame.evaluate(
        'for (const status of document.querySelectorAll(".js_status")) status.hidden = true',
      );
      await status.evaluate('(element) => { element.hidden = false }');
      const needs = await frame.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.scrollHeight]',
      );
      expect([await status.textContent(), needs]).toEqual([expect.anything(), [width, height]]);
    }
    expect(await frame.locator('.emulator_bar').isVisible()).toBe(true);
  });
});
