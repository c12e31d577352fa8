import { createEmulator, type EmulatorApp } from 'wechat-login-emulator';
import { callbackSite, type CallbackSite } from './callback-site.js';
import { describeEngines } from './engines/describe-engines.js';
import { arrive, type Tab } from './engines/engine.js';
import { patiently, type View } from './engines/view.js';

const app: EmulatorApp = {
  appid: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  platform: 'website',
  name: '示例网站',
  domains: ['127.0.0.1:*', 'login.localhost:*'],
};

describeEngines('the QR code that wxLogin.js embeds', ({ name, visitor }) => {
  const wechat = createEmulator({ apps: [app] });
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
    page = await (await visitor()).tab();
  });

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

  /** Shows the page, and waits until the frame has told it that it is ready: nothing looks into the frame for that. */
  async function open(options: object = {}, at = `${site.origin}/login`, callback?: string): Promise<View> {
    site.pages.set('/login', loginPage(options, callback));
    await page.goto(at);
    await page.waitFor('messages.length >= 2');
    return page.frame('iframe');
  }

  function approve(): void {
    const picture = wechat.requests.findLast(({ endpoint }) => endpoint === 'qrcode');
    wechat.phone.approve(picture?.path.split('/').at(-1) ?? '');
  }

  test('says in the frame what to do about a refusal, all of it, though the frame does not scroll', async () => {
    site.pages.set('/login', loginPage({}, 'https://www.example.com/a/long/path/of/a/callback'));
    await page.goto(`${site.origin}/login`);
    const frame = page.frame('iframe');
    await frame.see('.fix');
    // The end of it can be reached.
    await frame.evaluate('document.querySelector("main").scrollTo(0, 10000)');
    expect(
      await frame.evaluate(`(() => {
        const { bottom } = document.querySelector('.way_on').getBoundingClientRect();
        return bottom <= document.querySelector('.emulator_bar').getBoundingClientRect().top;
      })()`),
    ).toBe(true);
    // The start page lets no other site show it in a frame.
    expect(await frame.attribute('.way_on a', 'target')).toBe('_blank');
  });

  test('makes the frame that WeChat’s script makes', async () => {
    await open();
    const attributes = {
      width: '300px',
      height: '400px',
      frameborder: '0',
      scrolling: 'no',
      allowtransparency: 'true',
      sandbox: null,
      allow: 'local-network-access',
    };
    for (const [attribute, value] of Object.entries(attributes)) {
      expect([attribute, await page.attribute('#login_container > iframe', attribute)]).toEqual([
        attribute,
        value,
      ]);
    }
    expect(await page.evaluate('document.getElementById("login_container").textContent')).toBe('');
  });

  test('asks with WeChat’s parameters in WeChat’s order', async () => {
    const redirect = encodeURIComponent(site.callback);
    const start = `${origin}/connect/qrconnect?appid=${app.appid}&scope=snsapi_login&redirect_uri=${redirect}&state=the-state&login_type=jssdk`;
    await open();
    expect(await page.attribute('iframe', 'src')).toBe(
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
    expect(await page.attribute('iframe', 'src')).toBe(
      `${start}&self_redirect=true&styletype=&sizetype=&bgcolor=&rst=&style=white&href=data:text/css;base64,&lang=en&stylelite=1&fast_login=0`,
    );
    await open({ self_redirect: false, lang: 'zh', fast_login: 1, stylelite: 0 });
    expect(await page.attribute('iframe', 'src')).toBe(
      `${start}&self_redirect=false&styletype=&sizetype=&bgcolor=&rst=`,
    );
  });

  test('tells the page that holds it when script and picture are there', async () => {
    await open();
    expect(await page.evaluate('messages.sort()')).toEqual([
      '{"type":"status","status":"wxQRcodeReady"}',
      '{"type":"status","status":"wxReady"}',
    ]);
    expect(await page.evaluate('ready')).toEqual([true]);
  });

  test('self_redirect: true stays in the frame', async () => {
    const frame = await open({ self_redirect: true });
    approve();
    await frame.see('#came_back');
    expect(await frame.url()).toContain(`${site.callback}?code=`);
    expect(await page.url()).toBe(`${site.origin}/login`);
  });

  test.each([{ self_redirect: false }, {}])(
    'with %j the page of another origin is left, on a domain of its own, after a click where the browser wants one',
    async (options) => {
      const named = site.origin.replace('127.0.0.1', 'login.localhost');
      const frame = await open(options, `${named}/login`, `${named}/callback`);
      approve();
      if (name === 'Firefox') {
        await stopped();
        expect(await frame.text('.js_blocked')).toContain('only after a click');
        await frame.click('.js_proceed');
      }
      await arrive(page, new RegExp(`^${named}/callback\\?code=[^&]+&state=the-state$`));
      await page.see('#came_back');
    },
  );

  test('where page and callback are two sites every browser stops it; that is said, and a click goes on', async () => {
    const elsewhere = site.callback.replace('127.0.0.1', 'login.localhost');
    const frame = await open({ self_redirect: false }, `${site.origin}/login`, elsewhere);
    approve();
    await stopped();
    expect(await frame.text('.js_blocked')).toMatch(/different sites|不同站/);
    expect(await frame.text('.js_blocked')).toContain('self_redirect');
    await frame.click('.js_proceed');
    await arrive(page, new RegExp(`^${elsewhere}\\?code=[^&]+&state=the-state$`));
    await page.see('#came_back');
  });

  /** A look into the frame would count as a gesture; so the cover is looked for only when it must be there. */
  async function stopped(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }

  test('without self_redirect, a page of the code’s own origin is not left', async () => {
    await page.goto(origin);
    // A page of the emulator's own origin, as a document that was written there.
    await page.evaluate(`document.write(${JSON.stringify(`<!doctype html>${loginPage()}`)})`);
    await page.waitFor('messages.length >= 2');
    approve();
    await page.frame('iframe').see('#came_back');
    expect(new URL(await page.url()).origin).toBe(origin);
  });

  test('takes the style sheet of the app', async () => {
    const css = Buffer.from('.impowerBox .title { display: none }').toString('base64');
    const plain = await open();
    await plain.see('.title');
    const frame = await open({ href: encodeURIComponent(`data:text/css;base64,${css}`) });
    await frame.unsee('.title');
    expect(await frame.shows('.js_qrcode_img')).toBe(true);
  });

  test.each([
    ['300 by 400', { lang: 'zh' }, 300, 400],
    ['300 by 400, English', { lang: 'en' }, 300, 400],
    ['220 by 220, stylelite', { lang: 'zh', stylelite: 1 }, 220, 220],
    ['220 by 220, stylelite, English', { stylelite: 1, lang: 'en' }, 220, 220],
  ])('fits into %s, whatever it says', async (_size, options, width, height) => {
    const frame = await open(options);
    await page.evaluate(
      `Object.assign(document.querySelector('iframe'), { width: ${width}, height: ${height} }) && true`,
    );
    await frame.waitFor(`innerWidth === ${width} && innerHeight === ${height}`);
    const count = await frame.evaluate<number>('document.querySelectorAll(".js_status").length');
    for (let shown = 0; shown < count; shown += 1) {
      const needs = await patiently('the frame has no size', () =>
        frame.evaluate<unknown>(`(() => {
          document.querySelectorAll('.js_status').forEach((status, i) => { status.hidden = i !== ${shown}; });
          const { scrollWidth, scrollHeight } = document.documentElement;
          return [scrollWidth, scrollHeight];
        })()`),
      );
      expect([shown, needs]).toEqual([shown, [width, height]]);
    }
    expect(await frame.shows('.emulator_bar')).toBe(true);
  });
});
