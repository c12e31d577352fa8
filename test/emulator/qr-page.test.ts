import jpeg from 'jpeg-js';
import jsQR from 'jsqr';
import { createEmulator } from 'wechat-login-emulator';
import { MEANINGS, PAGE_ERRORS, type PageError } from '../../emulator/src/wechat/open/page-errors.js';
import { uuidIn } from '../support/qr-code.js';
import {
  account,
  CALLBACK,
  Client,
  mobileApp,
  query,
  qrParams,
  startClient,
  website,
} from '../support/emulator-client.js';

const client = startClient();

describe('a request that WeChat lets through', () => {
  test.each([
    [
      'the parameters of wxLogin.js: another order, no response_type, and some more',
      () =>
        `appid=${website.appid}&scope=snsapi_login&redirect_uri=${encodeURIComponent(CALLBACK)}&state=x&login_type=jssdk&self_redirect=default&styletype=&sizetype=&bgcolor=&rst=`,
    ],
    ['alphabetical order', () => query(Object.fromEntries(Object.entries(qrParams()).sort()))],
    ['no state', () => query({ ...qrParams(), state: '' })],
    ['a state of 500 characters', () => query({ ...qrParams(), state: 'x'.repeat(500) })],
    ['a parameter that nobody knows', () => query({ ...qrParams(), whatever: '1' })],
  ])('%s', async (_name, params) => {
    const page = await client.get(`/connect/qrconnect?${params()}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(uuidIn(await page.text())).toMatch(/^[\w-]{16}$/);
  });
});

describe('an error page: HTTP 200, and no way back to the app', () => {
  const SCOPE = 'Scope 参数错误或没有 Scope 权限';
  const DOMAIN = 'redirect_uri 域名与后台配置不一致';
  test.each([
    ['no appid', { appid: '' }, 'AppID 参数错误'],
    ['an unknown appid', { appid: 'wx0000000000000000' }, 'AppID 参数错误'],
    ['no scope', { scope: '' }, SCOPE],
    ['the scope of an official account', { scope: 'snsapi_userinfo' }, SCOPE],
    ['a scope that does not exist beside the right one', { scope: 'snsapi_login,scope.userInfo' }, SCOPE],
    ['two scopes, separated by a space', { scope: 'snsapi_login snsapi_userinfo' }, SCOPE],
    ['the appid of an official account', { appid: account.appid }, SCOPE],
    ['the appid of a mobile app', { appid: mobileApp.appid }, SCOPE],
    ['another response_type', { response_type: 'token' }, '该链接无法访问'],
    ['no redirect_uri', { redirect_uri: '' }, 'redirect_uri 参数错误'],
    ['a relative redirect_uri', { redirect_uri: '/callback' }, 'redirect_uri 参数错误'],
    ['a redirect_uri encoded twice', { redirect_uri: encodeURIComponent(CALLBACK) }, 'redirect_uri 参数错误'],
    [
      'a redirect_uri that is a script',
      { redirect_uri: 'javascript:alert(1)//localhost' },
      'redirect_uri 参数错误',
    ],
    [
      'a redirect_uri with a line break',
      { redirect_uri: `${CALLBACK}\r\nX-Evil: 1` },
      'redirect_uri 参数错误',
    ],
    [
      'a redirect_uri with a name in it',
      { redirect_uri: 'http://localhost@evil.example/' },
      'redirect_uri 参数错误',
    ],
    [
      'a backslash in the host',
      { redirect_uri: 'http://evil.example\\@localhost/' },
      'redirect_uri 参数错误',
    ],
    ['a foreign domain', { redirect_uri: 'https://evil.example/callback' }, DOMAIN],
    ['a sub-domain', { redirect_uri: 'https://sub.localhost/callback' }, DOMAIN],
  ])('%s', async (_name, params, text) => {
    const page = await client.qrPage(params);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const body = await page.text();
    expect(body).toContain(text);
    expect(body).not.toContain('/connect/qrcode/');
    expect(client.wechat.logins[0]).toMatchObject({
      outcome: 'failed',
      steps: [{ endpoint: 'qrconnect', ok: false }],
    });
  });

  test('in English it has WeChat’s words, what they mean, and the app’s English name', async () => {
    const page = await client.qrPage({ redirect_uri: 'https://evil.example/callback', lang: 'en' });
    const body = await page.text();
    expect(body).toContain(DOMAIN);
    expect(body).toContain('redirect_uri is not on a domain that is set for the app');
    expect(body).toContain('The domains of Example site (');
    const swapped = await (await client.qrPage({ appid: website.secret, lang: 'en' })).text();
    expect(swapped).toContain('This is the AppSecret of Example site (');
    const chinese = await client.qrPage({ redirect_uri: 'https://evil.example/callback', lang: 'cn' });
    expect(await chinese.text()).toContain('示例网站');
  });

  test.each(Object.entries(PAGE_ERRORS))(
    '%s can be understood without Chinese',
    (_name, error: PageError) => {
      expect(error.textEn ?? MEANINGS.get(error.text)).toMatch(/^[\w .,-]+$/);
    },
  );
});

describe('ports in redirect_uri', () => {
  const app = {
    ...website,
    domains: ['login.example.com', 'localhost:3000', 'Dev.Example.com:*', '127.example.com', '127.0.0.1'],
  };
  const strict = new Client({ apps: [app] });
  beforeAll(() => strict.listen());
  afterAll(() => strict.wechat.close());

  test.each([
    ['https://login.example.com/cb', true],
    ['http://LOGIN.example.com/cb', true],
    ['https://login.example.com:8443/cb', false],
    ['https://login.example.com:443/cb', false],
    ['http://localhost:3000/cb', true],
    ['http://localhost:3001/cb', false],
    ['http://localhost/cb', false],
    ['http://dev.example.com:9000/cb', true],
    ['http://dev.example.com/cb', true],
  ])('%s: %s', async (redirect_uri, accepted) => {
    const page = await (await strict.qrPage({ redirect_uri })).text();
    expect(page.includes('/connect/qrcode/')).toBe(accepted);
    expect(page.includes('10003')).toBe(!accepted);
  });

  test('a callback that WeChat would refuse has a note, and nothing to fix', async () => {
    strict.wechat.reset();
    for (const host of ['login.example.com', '127.example.com']) {
      await strict.uuid({ redirect_uri: `https://${host}/cb` });
      expect(strict.wechat.logins[0]?.steps[0]).not.toHaveProperty('note');
    }
    for (const host of ['localhost:3000', '127.0.0.1']) {
      await strict.uuid({ redirect_uri: `http://${host}/cb` });
      const [step] = strict.wechat.logins[0]?.steps ?? [];
      expect(step).toMatchObject({
        ok: true,
        note: { en: expect.stringContaining('real WeChat') as string },
      });
      expect(step).not.toHaveProperty('hint');
    }
    const page = await strict.text('/?lang=en');
    expect(page).toContain('will not do with the real WeChat');
    expect(page).not.toContain('To fix');
  });
});

test('the picture is a JPEG of the URL that the phone opens, as the client reaches the emulator', async () => {
  const uuid = await client.uuid();
  const picture = await client.get(`/connect/qrcode/${uuid}`);
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  expect(read(await picture.arrayBuffer())).toBe(`${client.origin}/connect/confirm?uuid=${uuid}`);
});

test('publicOrigin is what the picture leads to, however the client reaches the emulator', async () => {
  const lan = new Client({ publicOrigin: 'http://192.168.1.20:4810/' });
  await lan.listen();
  const uuid = await lan.uuid();
  const picture = await lan.get(`/connect/qrcode/${uuid}`);
  expect(read(await picture.arrayBuffer())).toBe(`http://192.168.1.20:4810/connect/confirm?uuid=${uuid}`);
  await lan.wechat.close();
  expect(() => createEmulator({ publicOrigin: 'localhost:4810' })).toThrow(/publicOrigin/);
});

function read(picture: ArrayBuffer): string | undefined {
  const { data, width, height } = jpeg.decode(picture);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

test('an unknown uuid has no picture', async () => {
  expect(await client.text('/connect/qrcode/0000000000000000')).toContain('二维码已失效');
});

test('f=xml gives the page a fresh uuid', async () => {
  const old = await client.uuid();
  const reply = await client.get(`/connect/qrconnect?${query(qrParams())}&f=xml&1700000000000`);
  expect(reply.headers.get('content-type')).toMatch(/^text\/xml/);
  const fresh = /<uuid><!\[CDATA\[([\w-]{16})\]\]><\/uuid>/.exec(await reply.text())?.[1] ?? '';
  expect(fresh).not.toBe(old);
  expect(await client.poll(fresh)).toContain('408');
});

test.each([
  ['lang=en', { lang: 'en' }, '', '<html lang="en">'],
  ['lang=cn', { lang: 'cn' }, 'en-US', '<html lang="zh-CN">'],
  ['an English browser', {}, 'en-US,en;q=0.9', '<html lang="en">'],
  ['American English alone', {}, 'en-US', '<html lang="en">'],
  ['English before Chinese', {}, 'de,zh-CN;q=0.5,en;q=0.8', '<html lang="en">'],
  ['Chinese before English', {}, 'zh-TW,zh;q=0.9,en;q=0.8', '<html lang="zh-CN">'],
  ['neither', {}, 'de', '<html lang="zh-CN">'],
  ['anything', {}, '*', '<html lang="zh-CN">'],
])('language: %s', async (_name, params: Record<string, string>, accept, html) => {
  const page = await client.text(`/connect/qrconnect?${query({ ...qrParams(), ...params })}`, {
    headers: { 'Accept-Language': accept },
  });
  expect(page).toContain(html);
});

test('every locale has its wxLogin.js', async () => {
  const script = await client.get('/connect/en_US/htmledition/js/wxLogin.js');
  expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
  expect(await script.text()).toContain('WxLogin');
});
