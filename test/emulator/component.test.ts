import { DEFAULT_COMPONENTS } from 'wechat-login-emulator';
import {
  account,
  authorizeParams,
  CALLBACK,
  Client,
  miniProgram,
  query,
  startClient,
  website,
  type Json,
} from '../support/emulator-client.js';

// A third-party platform (第三方平台) that logs users in for the accounts that have authorized it, by raw HTTP.
const [platform] = DEFAULT_COMPONENTS;
const client = startClient();
const { wechat } = client;
const component_appid = platform.appid;
const HOUR = 60 * 60_000;

/** The callback of a login inside WeChat that the platform asked for. */
function login(params: Record<string, string> = {}): URL {
  const { url = '' } = wechat.phone.open(client.authorizeUrl({ component_appid, ...params }), {
    user: 'amei',
  });
  return new URL(url);
}

const code = (params?: Record<string, string>): string => login(params).searchParams.get('code') ?? '';

function credentials(): Record<string, string> {
  return { component_appid, component_access_token: wechat.component.accessToken() };
}

function exchange(code: string, params: Record<string, string> = credentials()): Promise<Json> {
  const { appid } = account;
  return client.sns('oauth2/component/access_token', {
    appid,
    code,
    grant_type: 'authorization_code',
    ...params,
  });
}

test('a whole login: authorize, callback with appid, exchange, userinfo, refresh', async () => {
  const callback = login({ state: 's 1' });
  expect(callback.href).toMatch(
    new RegExp(`^${CALLBACK}\\?code=\\w{32}&state=s%201&appid=${account.appid}$`),
  );
  const token = (await exchange(callback.searchParams.get('code') ?? '')) as Record<string, string>;
  expect(token).toMatchObject({ expires_in: 7200, scope: 'snsapi_userinfo' });
  const { access_token = '', openid = '', refresh_token = '' } = token;
  expect(await client.userinfo({ access_token, openid })).toMatchObject({ openid, nickname: '阿梅🌸' });
  const refreshed = await client.sns('oauth2/component/refresh_token', {
    ...{ appid: account.appid, grant_type: 'refresh_token' },
    ...credentials(),
    refresh_token,
  });
  expect(refreshed).toMatchObject({ openid, access_token, refresh_token });
  expect(wechat.logins[0]).toMatchObject({ appid: account.appid, outcome: 'done', steps: { length: 5 } });
});

test('the account’s own login and the platform’s give the same openid and unionid', async () => {
  const { openid, unionid } = await exchange(code());
  const own = await client.exchange(client.accountCode({}, { user: 'amei' }), account);
  expect([own.openid, own.unionid]).toEqual([openid, unionid]);
});

test('a mini program’s session, without its secret', async () => {
  const { code: js_code } = wechat.phone.wxLogin({ appid: miniProgram.appid });
  const session = await client.sns('component/jscode2session', {
    ...{ appid: miniProgram.appid, js_code, grant_type: 'authorization_code' },
    ...credentials(),
  });
  expect(Object.keys(session)).toEqual(['openid', 'session_key', 'unionid']);
});

test('the consent page in a browser, and snsapi_base without one', async () => {
  const page = await (await client.authorize({ component_appid })).text();
  const ticket = /name="ticket" value="(\w+)"/.exec(page)?.[1] ?? '';
  const tap = await client.form('/connect/oauth2/authorize', { ticket, user: 'amei', decision: 'allow' });
  expect(tap.headers.get('location')).toMatch(new RegExp(`&appid=${account.appid}$`));
  const silent = await client.authorize({ component_appid, scope: 'snsapi_base' });
  expect(silent.headers.get('location')).toMatch(new RegExp(`&appid=${account.appid}$`));
});

test('without component_appid the callback has no appid', () => {
  const { url = '' } = wechat.phone.open(client.authorizeUrl());
  expect(new URL(url).searchParams.has('appid')).toBe(false);
});

describe('api_component_token', () => {
  const PATH = '/cgi-bin/component/api_component_token';
  async function fetchToken(body: Record<string, string>): Promise<Json> {
    const headers = { 'Content-Type': 'application/json' };
    return (await (
      await client.get(PATH, { method: 'POST', headers, body: JSON.stringify(body) })
    ).json()) as Json;
  }
  const request = (): Record<string, string> => ({
    component_appid,
    component_appsecret: platform.secret,
    component_verify_ticket: wechat.component.ticket(),
  });

  test('gives a token for a ticket, which exchanges a code', async () => {
    const reply = await fetchToken(request());
    expect(reply).toEqual({
      component_access_token: expect.stringMatching(/^\d\d_/) as string,
      expires_in: 7200,
    });
    const component_access_token = String(reply['component_access_token']);
    expect(await exchange(code(), { component_appid, component_access_token })).toHaveProperty('openid');
    expect(JSON.stringify(wechat.requests)).not.toContain(component_access_token);
    expect(JSON.stringify(wechat.requests)).not.toContain(platform.secret);
  });

  test.each([
    ['component_appid', '', 41018],
    ['component_appid', 'wx0000000000000000', 40013],
    ['component_appsecret', '', 41019],
    ['component_appsecret', 'wrong', 40125],
    ['component_verify_ticket', '', 41020],
    ['component_verify_ticket', 'ticket@@@wrong', 61006],
  ])('refuses %s %j with %i', async (name, value, errcode) => {
    expect(await fetchToken({ ...request(), [name]: value })).toMatchObject({ errcode });
  });

  test('refuses GET, and a ticket of more than twelve hours', async () => {
    expect(await client.text(PATH)).toContain('43002');
    const old = request();
    wechat.clock.advance(12 * HOUR + 1);
    expect(await fetchToken(old)).toMatchObject({ errcode: 61005 });
  });

  test('is no login, and opens no trace', async () => {
    await fetchToken(request());
    expect(wechat.logins).toEqual([]);
    expect(wechat.requests).toMatchObject([{ endpoint: 'component_access_token', answer: { status: 200 } }]);
  });
});

describe('the component endpoints refuse', () => {
  test.each([
    ['no component_appid', { component_appid: '' }, 41018],
    ['no component_access_token', { component_access_token: '' }, 41021],
    ['an unknown platform', { component_appid: 'wx0000000000000000' }, 61011],
    ['an unknown token', { component_access_token: 'nonsense' }, 40001],
    ['no appid', { appid: '' }, 41002],
    ['an unknown appid', { appid: 'wx0000000000000000' }, 40013],
    ['an account that has not authorized the platform', { appid: website.appid }, 61003],
    ['another grant_type', { grant_type: 'code' }, 40002],
  ])('%s', async (_name, params, errcode) => {
    const refused = await exchange(code(), { ...credentials(), ...params });
    expect(refused).toMatchObject({ errcode, errmsg: expect.stringMatching(/, rid: /) as string });
  });

  test('an authorization that was withdrawn with 61003, until it is given again', async () => {
    const unspent = code();
    wechat.component.revoke(account.appid);
    expect(await exchange(unspent)).toEqual({
      errcode: 61003,
      errmsg: expect.stringMatching(/^component is not authorized by this account, rid: /) as string,
    });
    expect(wechat.logins[0]?.steps.at(-1)?.hint?.zh).toContain('授权');
    wechat.component.authorize(account.appid);
    expect(await exchange(unspent)).toHaveProperty('openid');
  });

  test('a component_access_token of more than two hours with 42001, or as expiredTokenErrcode says', async () => {
    const old = credentials();
    wechat.clock.advance(2 * HOUR + 1);
    expect(await exchange(code(), old)).toMatchObject({ errcode: 42001 });
    expect(wechat.logins[0]?.steps.at(-1)?.hint?.en).toContain('api_component_token');
  });

  test('the token of a user, and of another platform', async () => {
    const token = await client.login();
    const used = { component_appid, component_access_token: token.access_token };
    expect(await exchange(code(), used)).toMatchObject({ errcode: 40001 });
    const other = new Client({
      components: [platform, { appid: 'wxother', secret: 'other', name: 'Other' }],
    });
    await other.listen();
    const { url = '' } = other.wechat.phone.open(other.authorizeUrl({ component_appid }));
    const foreign = await other.sns('oauth2/component/access_token', {
      ...{ appid: account.appid, code: new URL(url).searchParams.get('code') ?? '' },
      grant_type: 'authorization_code',
      component_appid,
      component_access_token: other.wechat.component.accessToken('wxother'),
    });
    expect(foreign).toMatchObject({ errcode: 61014 });
    await other.wechat.close();
  });

  test('a code that the account asked for itself, and the account one of the platform’s', async () => {
    expect(await exchange(client.accountCode())).toMatchObject({ errcode: 40029 });
    expect(await client.exchange(code(), account)).toMatchObject({ errcode: 40029 });
    expect(wechat.logins[0]?.steps.at(-1)?.hint?.en).toContain(`component_appid ${component_appid}`);
  });

  test('a used code with 40163, and faults as on the account’s own endpoints', async () => {
    const once = code();
    wechat.faults.next('access_token', { errcode: -1 });
    expect(await exchange(once)).toMatchObject({ errcode: -1 });
    expect(await exchange(once)).toHaveProperty('openid');
    expect(await exchange(once)).toMatchObject({ errcode: 40163 });
  });

  test('the refresh token of the account’s own login with 40030', async () => {
    const { refresh_token } = await client.exchange(client.accountCode(), account);
    const reply = await client.sns('oauth2/component/refresh_token', {
      ...{ appid: account.appid, grant_type: 'refresh_token', refresh_token },
      ...credentials(),
    });
    expect(reply).toMatchObject({ errcode: 40030 });
  });
});

describe('oauth2/authorize shows an error page for', () => {
  test.each([
    ['an unknown platform', { component_appid: 'wx0000000000000000' }, 'AppID 参数错误'],
    ['the platform’s appid as appid', { appid: component_appid, component_appid }, '10016'],
  ])('%s', async (_name, params, text) => {
    expect(await (await client.authorize(params)).text()).toContain(text);
  });

  test('an account that has not authorized the platform, with code 10015', async () => {
    wechat.component.revoke(account.appid);
    const page = await (await client.authorize({ component_appid })).text();
    expect(page).toContain('公众号未授权第三方平台');
    expect(page).toContain('10015');
    wechat.reset();
    expect(await (await client.authorize({ component_appid })).text()).toContain('name="ticket"');
  });

  test('component_appid before state, under strictOrder', async () => {
    const strict = new Client({ strictOrder: true });
    await strict.listen();
    const { state = '', ...rest } = authorizeParams();
    const open = (params: Record<string, string>): Partial<{ url: string }> =>
      strict.wechat.phone.open(`${strict.origin}/connect/oauth2/authorize?${query(params)}`);
    expect(() => open({ ...rest, component_appid, state })).toThrow('scope, state, component_appid');
    expect(open({ ...rest, state, component_appid }).url).toContain('&appid=');
    await strict.wechat.close();
  });
});

test('the callback may be on the platform’s domain or on the account’s, and on no other', async () => {
  const shop = new Client({
    components: [{ ...platform, domains: ['platform.example.com'] }],
    apps: [{ ...account, domains: ['shop.example.com'] }],
  });
  await shop.listen();
  const open = (host: string, params = { component_appid }): string => {
    const url = shop.authorizeUrl({ redirect_uri: `https://${host}/cb`, ...params });
    return shop.wechat.phone.open(url).url ?? '';
  };
  expect(open('platform.example.com')).toContain('https://platform.example.com/cb?code=');
  expect(open('shop.example.com')).toContain('https://shop.example.com/cb?code=');
  expect(() => open('evil.example')).toThrow('platform.example.com, shop.example.com');
  expect(() => open('platform.example.com', { component_appid: '' })).toThrow('域名与后台配置不一致');
  await shop.wechat.close();
});

test('over HTTP: a ticket, a token, an authorization', async () => {
  const control = async (path: string, body: Json): Promise<Json> =>
    (await (await client.control(`/component/${path}`, body)).json()) as Json;
  expect(await control('ticket', {})).toEqual({
    component_verify_ticket: expect.stringMatching(/^ticket@@@/) as string,
  });
  const token = await control('accessToken', { component_appid });
  expect(token).toMatchObject({ expires_in: 7200 });
  const component_access_token = String(token['component_access_token']);
  await control('revoke', { appid: account.appid });
  expect(await exchange(client.accountCode(), { component_appid, component_access_token })).toMatchObject({
    errcode: 61003,
  });
  await control('authorize', { appid: account.appid, component_appid });
  expect(await exchange(code(), { component_appid, component_access_token })).toHaveProperty('openid');
  expect(await control('ticket', { component_appid: 'wx0' })).toEqual({
    error: `there is no such third-party platform; known: ${component_appid}`,
  });
  expect(await control('revoke', { appid: 'wx0' })).toMatchObject({
    error: expect.stringContaining(account.appid) as string,
  });
});
