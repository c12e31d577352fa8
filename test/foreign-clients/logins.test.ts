import { readFileSync } from 'node:fs';
import path from 'node:path';
import request from 'supertest';
import { createEmulator } from 'wechat-login-emulator';
import { miniProgram } from '../support/emulator.js';
import type { Browser } from '../support/login.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { uuidIn } from '../support/qr-code.js';
import { sent, startForeignApps } from './foreign-apps.js';

// Clients that this project did not write, with WeChat's hosts built in, against an emulator at those hosts.
const { wechat, url, visit, distrust } = startForeignApps();

const amei = {
  openid: expect.stringMatching(/^o[\w-]{27}$/),
  unionid: expect.stringMatching(/^o[\w-]{27}$/),
};
const QR_PAGE = 'GET open.weixin.qq.com/connect/qrconnect appid redirect_uri response_type scope state';
const CONSENT =
  'GET open.weixin.qq.com/connect/oauth2/authorize appid redirect_uri response_type scope state';
const TOKEN = 'GET api.weixin.qq.com/sns/oauth2/access_token appid secret code grant_type';
const USERINFO = 'GET api.weixin.qq.com/sns/userinfo access_token openid lang=en';
const USERINFO_ZH = 'GET api.weixin.qq.com/sns/userinfo access_token openid lang=zh_CN';
const REFRESH = 'GET api.weixin.qq.com/sns/oauth2/refresh_token appid grant_type refresh_token';
const AUTH = 'GET api.weixin.qq.com/sns/auth access_token openid';

const browser = (): Browser => request.agent(url('')).redirects(0);

/** The address at WeChat that an app sends its visitor to. */
async function begin(name: string, visitor = browser()): Promise<string> {
  const response = await visitor.get(`/${name}`).expect(302);
  return response.headers['location'] ?? '';
}

/** A person scans the code of the QR page and allows: where the browser goes, as a path of the app. */
async function scan(address: string): Promise<string> {
  const { body } = await visit(address);
  return back(wechat.phone.approve(uuidIn(body), 'amei').url);
}

/** The same in WeChat's browser, on the consent page where there is one. */
async function consent(address: string): Promise<string> {
  const page = await visit(address, { userAgent: WECHAT_UA });
  if (page.location !== undefined) return back(page.location);
  const ticket = /name="ticket" value="([\w-]+)"/.exec(page.body)?.[1];
  if (ticket === undefined) throw new Error(`no consent page: ${page.body}`);
  const { origin, pathname } = new URL(address);
  const form = { ticket, user: 'amei', decision: 'allow' };
  const { location } = await visit(origin + pathname, { userAgent: WECHAT_UA, form });
  return back(location ?? '');
}

function back(address: string): string {
  expect(address).toContain(url('/'));
  expect(wechat.requests.at(-1)?.query['state']).toBe(new URL(address).searchParams.get('state'));
  return address.slice(url('').length);
}

test.each([
  ['passport-wechat', { ...amei, nickname: '阿梅🌸' }, [QR_PAGE, TOKEN, USERINFO]],
  [
    'passport-weixin',
    { id: amei.unionid, displayName: '阿梅🌸' },
    [
      QR_PAGE,
      'POST api.weixin.qq.com/sns/oauth2/access_token session state appid redirect_uri response_type scope secret grant_type client_id client_secret code',
      'GET api.weixin.qq.com/sns/userinfo openid access_token',
    ],
  ],
  ['wechat-oauth', { ...amei, nickname: '阿梅🌸' }, [QR_PAGE, TOKEN, USERINFO, REFRESH, AUTH]],
  ['co-wechat-oauth', { ...amei, nickname: '阿梅🌸' }, [QR_PAGE, TOKEN, USERINFO, REFRESH, AUTH]],
  [
    'better-auth',
    { subject: amei.unionid, name: '阿梅🌸' },
    [
      'GET open.weixin.qq.com/connect/qrconnect scope response_type appid redirect_uri state lang=cn',
      TOKEN,
      USERINFO_ZH,
      REFRESH,
    ],
  ],
])('a person logs in to a website with %s', async (name, profile, requests) => {
  const callback = await scan(await begin(name));
  const { body } = await browser().get(callback).expect(200);
  expect(body).toMatchObject(profile);
  expect(sent(wechat)).toEqual(requests);
  expect(wechat.logins.map(({ outcome }) => outcome)).toEqual(['done']);
});

test.each([
  ['passport-wechat-account', { ...amei, nickname: '阿梅🌸' }, [CONSENT, TOKEN, USERINFO]],
  ['passport-wechat-base', { openid: amei.openid }, [CONSENT, TOKEN]],
  ['wechat-oauth-account', { ...amei, nickname: '阿梅🌸' }, [CONSENT, TOKEN, USERINFO, REFRESH, AUTH]],
  ['co-wechat-oauth-account', { ...amei, nickname: '阿梅🌸' }, [CONSENT, TOKEN, USERINFO, REFRESH, AUTH]],
])('a person logs in inside WeChat with %s', async (name, profile, requests) => {
  const callback = await consent(await begin(name));
  const { body } = await browser().get(callback).expect(200);
  expect(body).toMatchObject(profile);
  expect(sent(wechat)).toEqual(requests);
});

test('a person logs in to a mini program with wechat-oauth', async () => {
  const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid, user: 'amei' });
  const { body } = await browser().get('/wechat-oauth-mini-program').query({ code }).expect(200);
  expect(body).toEqual(amei);
  expect(sent(wechat)).toEqual(['GET api.weixin.qq.com/sns/jscode2session appid secret js_code grant_type']);
});

/** Auth.js begins a login with a form of its own page. */
async function beginAuthJs(name: string, visitor: Browser): Promise<string> {
  const { body } = await visitor.get(`/${name}/csrf`).expect(200);
  const { csrfToken } = body as { csrfToken: string };
  const response = await visitor.post(`/${name}/signin/wechat`).type('form').send({ csrfToken }).expect(302);
  return response.headers['location'] ?? '';
}

test('a person logs in to a website with Auth.js', async () => {
  const visitor = browser();
  const callback = await scan(await beginAuthJs('authjs', visitor));
  await visitor.get(callback).expect(302).expect('Location', url(''));
  const { body } = await visitor.get('/authjs/session').expect(200);
  expect(body).toMatchObject({ user: { name: '阿梅🌸' } });
  expect(sent(wechat)).toEqual([
    'GET open.weixin.qq.com/connect/qrconnect appid scope response_type client_id redirect_uri state',
    'POST api.weixin.qq.com/sns/oauth2/access_token appid secret redirect_uri code grant_type',
    USERINFO_ZH,
  ]);
  expect(wechat.requests[0]?.query['state']).toHaveLength(435);
});

describe('refused clients', () => {
  test('Auth.js inside WeChat: a state of more than 128 bytes; under strictOrder the order of parameters', async () => {
    const address = await beginAuthJs('authjs-account', browser());
    const { body } = await visit(address, { userAgent: WECHAT_UA });
    expect(body).toContain('state 参数过长');
    expect(sent(wechat)).toEqual([
      'GET open.weixin.qq.com/connect/oauth2/authorize appid scope response_type client_id redirect_uri state',
    ]);
    expect(new URL(address).searchParams.get('state')).toHaveLength(435);
    const strict = createEmulator({ strictOrder: true });
    expect(() => strict.phone.open(address)).toThrow(
      'The parameters came as appid, scope, response_type, redirect_uri, state',
    );
  });

  test('passport-wechat for a website with the scope that it has by default', async () => {
    const { body } = await visit(await begin('passport-wechat-default-scope'));
    expect(body).toContain('Scope 参数错误或没有 Scope 权限');
    expect(wechat.logins[0]?.outcome).toBe('failed');
  });
});

test('a client that does not trust the certificate does not talk to the emulator', async () => {
  await expect(distrust("fetch('https://api.weixin.qq.com/sns/auth')")).rejects.toThrow(/self.signed/i);
  expect(wechat.requests).toEqual([]);
});

test.each(['README.md', 'README.zh-CN.md'])('the emulator’s %s names the versions that log in', (readme) => {
  const root = path.join(__dirname, '../..');
  const documented = readFileSync(path.join(root, 'emulator', readme), 'utf8');
  const clients = [
    ...['passport-wechat', 'passport-weixin', 'wechat-oauth', 'co-wechat-oauth'],
    ...['@better-auth/core', '@auth/core'],
  ].map((name) => {
    const manifest = readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8');
    return `${name} ${(JSON.parse(manifest) as { version: string }).version}`;
  });
  expect(clients.filter((client) => !documented.includes(client))).toEqual([]);
});
