import { account, Client, miniProgram, mobileApp, startClient, website } from '../support/emulator-client.js';

const client = startClient();
const { wechat } = client;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('refreshing', () => {
  test('refreshing keeps a live token for two hours more, with its fields in their order', async () => {
    const token = await client.login();
    wechat.clock.advance(119 * MINUTE);
    const refreshed = await client.refresh(token.refresh_token);
    expect(Object.keys(refreshed)).toEqual([
      'openid',
      'access_token',
      'expires_in',
      'refresh_token',
      'scope',
    ]);
    expect(refreshed).toMatchObject({ access_token: token.access_token, scope: 'snsapi_login,' });
    wechat.clock.advance(119 * MINUTE);
    expect(await client.userinfo(token)).not.toHaveProperty('errcode');
  });

  test('refreshing replaces a dead token', async () => {
    const token = await client.login();
    wechat.clock.advance(120 * MINUTE);
    expect(await client.userinfo(token)).toMatchObject({ errcode: 42001 });
    const refreshed = await client.refresh(token.refresh_token);
    expect(refreshed.access_token).not.toBe(token.access_token);
    expect(await client.userinfo(refreshed)).not.toHaveProperty('errcode');
    expect(await client.userinfo(token)).toMatchObject({ errcode: 42001 });
  });

  test('a refresh token lives for 30 days, which refreshing does not prolong', async () => {
    const token = await client.login();
    wechat.clock.advance(30 * DAY - MINUTE);
    expect(await client.refresh(token.refresh_token)).not.toHaveProperty('errcode');
    wechat.clock.advance(MINUTE);
    expect(await client.refresh(token.refresh_token)).toMatchObject({ errcode: 42002 });
  });

  test('refreshLife, expiredRefreshErrcode and expiredTokenErrcode change refreshing', async () => {
    const other = new Client({
      refreshLife: 180 * DAY,
      expiredRefreshErrcode: 40030,
      expiredTokenErrcode: 40001,
    });
    await other.listen();
    const token = await other.login();
    other.wechat.clock.advance(179 * DAY);
    expect(await other.userinfo(token)).toMatchObject({ errcode: 40001 });
    expect(await other.refresh(token.refresh_token)).not.toHaveProperty('errcode');
    other.wechat.clock.advance(DAY);
    expect(await other.refresh(token.refresh_token)).toMatchObject({ errcode: 40030 });
    await other.wechat.close();
  });

  const grant_type = 'refresh_token';
  test.each([
    ['no appid', {}, 41002],
    ['no refresh_token', { appid: 'nobody' }, 41003],
    ['an unknown appid', { appid: 'nobody', refresh_token: 'x' }, 40013],
    ['a wrong grant_type', { appid: website.appid, refresh_token: 'x' }, 40002],
    ['a bad refresh_token', { appid: website.appid, refresh_token: 'x', grant_type }, 40030],
  ])('%s', async (_name, params, errcode) => {
    expect(await client.sns('oauth2/refresh_token', params as Record<string, string>)).toMatchObject({
      errcode,
    });
  });

  test('refreshing refuses another app’s refresh_token', async () => {
    const { refresh_token } = await client.login();
    expect(await client.refresh(refresh_token, mobileApp)).toMatchObject({ errcode: 40030 });
  });
});

describe('userinfo and auth', () => {
  test('userinfo has its fields in their order, region and gender empty', async () => {
    const user = await client.userinfo(await client.login());
    expect(Object.entries(user).slice(1, -1)).toEqual([
      ['nickname', '阿梅🌸'],
      ['sex', 0],
      ['language', ''],
      ['city', ''],
      ['province', ''],
      ['country', ''],
      ['headimgurl', expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mmopen\/vi_32\/[\w-]+\/132$/)],
      ['privilege', []],
    ]);
    expect(Object.keys(user)[0]).toBe('openid');
    expect(Object.keys(user).at(-1)).toBe('unionid');
    const picture = await fetch(String(user['headimgurl']));
    expect(picture.headers.get('content-type')).toBe('image/svg+xml');
    expect(await picture.text()).toMatch(/^<svg .*<\/svg>$/);
  });

  test('userinfo of users without a nickname or a picture has empty strings', async () => {
    expect(await client.userinfo(await client.login('no-nickname'))).toMatchObject({ nickname: '' });
    expect(await client.userinfo(await client.login('no-picture'))).toMatchObject({ headimgurl: '' });
  });

  test('userinfo accepts lang, which changes nothing', async () => {
    const { access_token, openid } = await client.login();
    const user = await client.userinfo({ access_token, openid });
    for (const lang of ['zh_CN', 'zh_TW', 'en']) {
      expect(await client.sns('userinfo', { access_token, openid, lang })).toEqual(user);
    }
  });

  test.each(['userinfo', 'auth'])('%s refuses missing, unknown and expired tokens', async (endpoint) => {
    const { access_token, openid } = await client.login();
    const call = (params: Record<string, string>) => client.sns(endpoint, params);
    expect(await call({ openid })).toMatchObject({ errcode: 41001 });
    expect(await call({ access_token })).toMatchObject({ errcode: 41009 });
    expect(await call({ access_token: 'x', openid })).toMatchObject({ errcode: 40001 });
    wechat.clock.advance(2 * 60 * MINUTE);
    expect(await call({ access_token, openid })).toMatchObject({ errcode: 42001 });
  });

  test('auth refuses another user’s openid with 40003', async () => {
    const { access_token } = await client.login();
    const { openid } = await client.login('dawei');
    expect(await client.sns('auth', { access_token, openid: 'x' })).toMatchObject({ errcode: 40003 });
    expect(await client.sns('auth', { access_token, openid })).toMatchObject({ errcode: 40003 });
  });

  test('userinfo returns the user of the token whatever the openid, with a note; checkOpenid refuses it', async () => {
    const { access_token, openid } = await client.login();
    for (const other of ['%!s(<nil>)', (await client.login('dawei')).openid]) {
      expect(await client.userinfo({ access_token, openid: other })).toMatchObject({ openid });
      const step = wechat.logins.find(({ user }) => user === 'amei')?.steps.at(-1);
      expect(step).toMatchObject({ endpoint: 'userinfo', ok: true });
      expect(step?.note?.en).toContain('not the one that came with this access_token');
    }
    await client.userinfo({ access_token, openid });
    expect(wechat.logins.find(({ user }) => user === 'amei')?.steps.at(-1)).not.toHaveProperty('note');

    const strict = new Client({ checkOpenid: true });
    await strict.listen();
    const token = await strict.login();
    expect(await strict.userinfo({ ...token, openid: 'x' })).toMatchObject({ errcode: 40003 });
    await strict.wechat.close();
  });

  test('userinfo needs more than snsapi_base, auth does not', async () => {
    const { access_token, openid } = await client.exchange(
      client.accountCode({ scope: 'snsapi_base' }),
      account,
    );
    expect(await client.userinfo({ access_token, openid })).toMatchObject({ errcode: 48001 });
    expect(await client.sns('auth', { access_token, openid })).toEqual({ errcode: 0, errmsg: 'ok' });
  });
});

describe('jscode2session', () => {
  const { appid, secret } = miniProgram;
  const session = (params: Record<string, string>) =>
    client.sns('jscode2session', { appid, secret, grant_type: 'authorization_code', ...params });

  test('jscode2session has no errcode on success and a session key of 16 bytes, once a code, for 5 minutes', async () => {
    const { code } = wechat.phone.wxLogin({ appid, user: 'amei' });
    const reply = await session({ js_code: code });
    expect(reply).not.toHaveProperty('errcode');
    expect(reply['unionid']).toBe((await client.login('amei')).unionid);
    expect(await session({ js_code: code })).toMatchObject({ errcode: 40163 });
    const { code: late } = wechat.phone.wxLogin({ appid });
    wechat.clock.advance(5 * MINUTE);
    expect(await session({ js_code: late })).toMatchObject({ errcode: 40029 });
  });

  test.each([
    ['no appid', { appid: '' }, 41002],
    ['no secret', { secret: '' }, 41004],
    ['the code under the name of the other endpoint', { code: 'x' }, 41008],
    ['an unknown appid', { appid: 'nobody', js_code: 'x' }, 40013],
    ['a wrong grant_type', { grant_type: 'x', js_code: 'x' }, 40002],
    ['a bad code', { js_code: 'x', secret: 'wrong' }, 40029],
  ])('%s', async (_name, params, errcode) => {
    expect(await session(params as Record<string, string>)).toMatchObject({ errcode });
  });

  test('jscode2session refuses a wrong secret, and the code of a website', async () => {
    const { code } = wechat.phone.wxLogin({ appid });
    expect(await session({ js_code: code, secret: 'wrong' })).toMatchObject({ errcode: 40125 });
    const js_code = await client.code();
    expect(await session({ ...website, js_code } as never)).toMatchObject({ errcode: 40029 });
  });
});

describe('the SDK of a native app', () => {
  test('sendAuth is for mobile apps, and asks for snsapi_userinfo alone', () => {
    const { sendAuth } = wechat.phone;
    expect(() => sendAuth.call(wechat.phone, { appid: website.appid })).toThrow(/mobileApp/);
    expect(() => sendAuth.call(wechat.phone, { appid: mobileApp.appid, scope: 'snsapi_login' })).toThrow(
      /snsapi_userinfo/,
    );
    expect(() => wechat.phone.wxLogin({ appid: mobileApp.appid })).toThrow(/miniProgram/);
    expect(() => sendAuth.call(wechat.phone, { appid: mobileApp.appid, user: 'nobody' })).toThrow(/amei/);
  });
});
