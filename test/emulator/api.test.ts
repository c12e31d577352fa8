import { account, Client, miniProgram, mobileApp, query, startClient, website, type Token } from './support';

const client = startClient();
const { wechat } = client;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('transport', () => {
  test('HTTP 200 and text/plain without a charset, for good and for bad', async () => {
    const { openid, access_token } = await client.login();
    for (const params of [{ openid, access_token }, { openid }]) {
      const reply = await client.get(`/sns/userinfo?${query(params as Record<string, string>)}`);
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-type')).toBe('text/plain');
      expect(JSON.parse(Buffer.from(await reply.arrayBuffer()).toString('utf8'))).toBeDefined();
    }
  });

  test('UTF-8, slashes escaped, emoji as they are', async () => {
    const { access_token, openid } = await client.login();
    const text = await client.text(`/sns/userinfo?${query({ access_token, openid })}`);
    expect(text).toContain('"nickname":"阿梅🌸"');
    expect(text).toContain('"headimgurl":"http:\\/\\/127.0.0.1');
    expect(text).not.toMatch(/[^\\]\//);
  });

  test('a form by POST is as good as a query', async () => {
    const { appid, secret } = website;
    const form = { appid, secret, code: await client.code(), grant_type: 'authorization_code' };
    const token = (await (await client.form('/sns/oauth2/access_token', form)).json()) as Token;
    expect(token.scope).toBe('snsapi_login');
    const user = await client.form('/sns/userinfo', {
      access_token: token.access_token,
      openid: token.openid,
    });
    expect(await user.json()).toMatchObject({ openid: token.openid });
  });

  test('JSON is not read, other methods are refused, parameters that nobody knows are ignored', async () => {
    const json = { method: 'POST', body: '{"appid":"x"}', headers: { 'Content-Type': 'application/json' } };
    expect(await client.text('/sns/oauth2/access_token', json)).toContain('"errcode":41002');
    expect(await client.text('/sns/userinfo', { method: 'DELETE' })).toContain('"errcode":43001');
    const extra = { redirect_uri: 'x', connect_redirect: '1' };
    expect(await client.exchange(await client.code(), website, extra)).not.toHaveProperty('errcode');
  });

  test('every host of WeChat answers', async () => {
    for (const host of ['api', 'api2', 'sh.api', 'sz.api', 'hk.api', 'open', 'long.open', 'lp.open']) {
      const headers = { 'X-Forwarded-Host': 'x' };
      const reply = await fetchAs(`${host}.weixin.qq.com`, '/sns/userinfo', headers);
      expect(reply).toContain('"errcode":41001');
    }
  });

  test('an address of the API that WeChat does not have', async () => {
    expect(await client.text('/sns/userinfo/')).toContain('"errcode":40066');
    expect(await client.text('/cgi-bin/token?appid=x')).toContain('"errcode":40066');
  });
});

describe('errmsg', () => {
  test('ends in a rid whose first group is the time', async () => {
    wechat.clock.advance(10 * DAY);
    const { errmsg = '' } = await client.exchange('x', { appid: 'nobody', secret: 'x' });
    const [, time = ''] = /^invalid appid, rid: ([0-9a-f]{8})-[0-9a-f]{8}-[0-9a-f]{8}$/.exec(errmsg) ?? [];
    expect(Math.abs(parseInt(time, 16) * 1000 - wechat.clock.now())).toBeLessThan(10_000);
  });

  test('ridStyle hints: the form until about 2020', async () => {
    const old = new Client({ ridStyle: 'hints' });
    await old.listen();
    expect((await old.exchange('x', { appid: 'nobody', secret: 'x' })).errmsg).toMatch(
      /^invalid appid, hints: \[ req_id: \w{14} \]$/,
    );
    await old.wechat.close();
  });
});

describe('the exchange', () => {
  test('its fields, in their order', async () => {
    const token = await client.login();
    const names = ['access_token', 'expires_in', 'refresh_token', 'openid', 'scope', 'unionid'];
    expect(Object.keys(token)).toEqual(names);
    expect(token.access_token).toMatch(/^\d\d_[\w-]{80,}$/);
    expect(token.refresh_token).toMatch(/^\d\d_[\w-]{80,}$/);
    expect(token).toMatchObject({ expires_in: 7200, scope: 'snsapi_login' });
    expect(token.unionid).toMatch(/^o[\w-]{27}$/);
  });

  const { appid, secret } = website;
  test.each([
    ['nothing', {}, 41002, 'appid missing'],
    ['no secret', { appid: 'nobody' }, 41004, 'appsecret missing'],
    ['no code', { appid: 'nobody', secret: 'wrong' }, 41008, 'missing code'],
    [
      'an unknown appid before a wrong grant_type',
      { appid: 'nobody', secret: 'wrong', code: 'x' },
      40013,
      'invalid appid',
    ],
    [
      'a wrong grant_type before a bad code',
      { appid, secret, code: 'x', grant_type: 'x' },
      40002,
      'invalid grant_type',
    ],
    [
      'a bad code before a wrong secret',
      { appid, secret: 'wrong', code: 'x', grant_type: 'authorization_code' },
      40029,
      'invalid code',
    ],
  ] as const)('order of the checks: %s', async (_name, params, errcode, errmsg) => {
    const reply = await client.sns('oauth2/access_token', params);
    expect(reply).toEqual({ errcode, errmsg: expect.stringMatching(`^${errmsg}, rid: `) as string });
  });

  test('a wrong secret for a good code; wrongSecretBurnsCode', async () => {
    const code = await client.code();
    expect(await client.exchange(code, { appid, secret: 'wrong' })).toMatchObject({ errcode: 40125 });
    expect(await client.exchange(code)).not.toHaveProperty('errcode');
    const burning = new Client({ wrongSecretBurnsCode: true });
    await burning.listen();
    const burnt = await burning.code();
    expect(await burning.exchange(burnt, { appid, secret: 'wrong' })).toMatchObject({ errcode: 40125 });
    expect(await burning.exchange(burnt)).toMatchObject({ errcode: 40163 });
    await burning.wechat.close();
  });

  test('a code: 32 characters, each another, good for one exchange', async () => {
    const codes = [await client.code(), await client.code()];
    expect(codes[0]).not.toBe(codes[1]);
    expect(codes[0]).toMatch(/^\d{3}\w{29}$/);
    expect(await client.exchange(codes[0] ?? '')).not.toHaveProperty('errcode');
    expect(await client.exchange(codes[0] ?? '')).toMatchObject({ errcode: 40163 });
    expect(await client.exchange(codes[1] ?? '')).not.toHaveProperty('errcode');
  });

  test('a code of another app, and one of wx.login', async () => {
    expect(await client.exchange(await client.code(), mobileApp)).toMatchObject({ errcode: 40029 });
    const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid });
    expect(await client.exchange(code, miniProgram)).toMatchObject({ errcode: 40029 });
  });

  test.each([
    ['10 minutes on a website', website, 10, () => client.code()],
    [
      '10 minutes in a mobile app',
      mobileApp,
      10,
      () => wechat.phone.sendAuth({ appid: mobileApp.appid }).code,
    ],
    ['5 minutes inside WeChat', account, 5, () => client.accountCode()],
  ] as const)('a code lives %s', async (_name, app, minutes, mint) => {
    const [alive, dead] = [await mint(), await mint()];
    wechat.clock.advance(minutes * MINUTE - 5000);
    expect(await client.exchange(alive, app)).not.toHaveProperty('errcode');
    wechat.clock.advance(5000);
    expect(await client.exchange(dead, app)).toMatchObject({ errcode: 40029 });
  });

  test('switches: codeLife, expiredCodeErrcode, scopeTrailingComma', async () => {
    const other = new Client({ codeLife: 1000, expiredCodeErrcode: 42003, scopeTrailingComma: true });
    await other.listen();
    expect((await other.login()).scope).toBe('snsapi_login,');
    const code = await other.code();
    other.wechat.clock.advance(1000);
    expect(await other.exchange(code)).toMatchObject({ errcode: 42003 });
    await other.wechat.close();
  });
});

describe('unionid', () => {
  test('none without an open platform account, another one for another account', async () => {
    const { openPlatform = '', ...unbound } = website;
    const ids = new Set<string | undefined>();
    for (const apps of [[{ ...unbound, openPlatform }], [{ ...unbound, openPlatform: 'other' }], [unbound]]) {
      const other = new Client({ apps });
      await other.listen();
      const token = await other.login('amei');
      const user = await other.userinfo(token);
      expect(user['unionid']).toBe(token.unionid);
      ids.add(token.unionid);
      await other.wechat.close();
    }
    expect(ids.size).toBe(3);
    expect(ids).toContain(undefined);
  });

  test('none for snsapi_base; unionidOnBase', async () => {
    expect(await client.exchange(client.accountCode({ scope: 'snsapi_base' }), account)).not.toHaveProperty(
      'unionid',
    );
    const old = new Client({ unionidOnBase: true });
    await old.listen();
    const token = await old.exchange(old.accountCode({ scope: 'snsapi_base' }), account);
    expect(token).toHaveProperty('unionid');
    await old.wechat.close();
  });

  test('the same ids after a restart', async () => {
    const restarted = new Client();
    await restarted.listen();
    const [before, after] = [await client.login(), await restarted.login()];
    expect([after.openid, after.unionid]).toEqual([before.openid, before.unionid]);
    await restarted.wechat.close();
  });
});

describe('refreshing', () => {
  test('the same token while it is alive, for two hours more; its fields in their order', async () => {
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

  test('a new one for a dead one', async () => {
    const token = await client.login();
    wechat.clock.advance(120 * MINUTE);
    expect(await client.userinfo(token)).toMatchObject({ errcode: 42001 });
    const refreshed = await client.refresh(token.refresh_token);
    expect(refreshed.access_token).not.toBe(token.access_token);
    expect(await client.userinfo(refreshed)).not.toHaveProperty('errcode');
    expect(await client.userinfo(token)).toMatchObject({ errcode: 42001 });
  });

  test('for 30 days, which refreshing does not prolong', async () => {
    const token = await client.login();
    wechat.clock.advance(30 * DAY - MINUTE);
    expect(await client.refresh(token.refresh_token)).not.toHaveProperty('errcode');
    wechat.clock.advance(MINUTE);
    expect(await client.refresh(token.refresh_token)).toMatchObject({ errcode: 42002 });
  });

  test('switches: refreshLife, expiredRefreshErrcode, expiredTokenErrcode', async () => {
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

  test("another app's refresh_token", async () => {
    const { refresh_token } = await client.login();
    expect(await client.refresh(refresh_token, mobileApp)).toMatchObject({ errcode: 40030 });
  });
});

describe('userinfo and auth', () => {
  test('the fields of userinfo, in their order; region and gender empty', async () => {
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

  test('people without a nickname or a picture', async () => {
    expect(await client.userinfo(await client.login('no-nickname'))).toMatchObject({ nickname: '' });
    expect(await client.userinfo(await client.login('no-picture'))).toMatchObject({ headimgurl: '' });
  });

  test('lang is accepted and changes nothing', async () => {
    const { access_token, openid } = await client.login();
    const user = await client.userinfo({ access_token, openid });
    for (const lang of ['zh_CN', 'zh_TW', 'en']) {
      expect(await client.sns('userinfo', { access_token, openid, lang })).toEqual(user);
    }
  });

  test.each(['userinfo', 'auth'])('%s refuses', async (endpoint) => {
    const { access_token, openid } = await client.login();
    const call = (params: Record<string, string>) => client.sns(endpoint, params);
    expect(await call({ openid })).toMatchObject({ errcode: 41001 });
    expect(await call({ access_token })).toMatchObject({ errcode: 41009 });
    expect(await call({ access_token: 'x', openid })).toMatchObject({ errcode: 40001 });
    expect(await call({ access_token, openid: 'x' })).toMatchObject({ errcode: 40003 });
    expect(await call({ access_token, openid: (await client.login('dawei')).openid })).toMatchObject({
      errcode: 40003,
    });
    wechat.clock.advance(2 * 60 * MINUTE);
    expect(await call({ access_token, openid })).toMatchObject({ errcode: 42001 });
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

  test('no errcode on success, a session key of 16 bytes, once a code, for 5 minutes', async () => {
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

  test('a wrong secret, and the code of a website', async () => {
    const { code } = wechat.phone.wxLogin({ appid });
    expect(await session({ js_code: code, secret: 'wrong' })).toMatchObject({ errcode: 40125 });
    const js_code = await client.code();
    expect(await session({ ...website, js_code } as never)).toMatchObject({ errcode: 40029 });
  });
});

describe('the SDK of a native app', () => {
  test('is for mobile apps, and asks for snsapi_userinfo alone', () => {
    const { sendAuth } = wechat.phone;
    expect(() => sendAuth.call(wechat.phone, { appid: website.appid })).toThrow(/mobileApp/);
    expect(() => sendAuth.call(wechat.phone, { appid: mobileApp.appid, scope: 'snsapi_login' })).toThrow(
      /snsapi_userinfo/,
    );
    expect(() => wechat.phone.wxLogin({ appid: mobileApp.appid })).toThrow(/miniProgram/);
    expect(() => sendAuth.call(wechat.phone, { appid: mobileApp.appid, user: 'nobody' })).toThrow(/amei/);
  });
});

/** fetch sets Host itself: this goes below it. */
async function fetchAs(host: string, path: string, headers: Record<string, string>): Promise<string> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(client.origin);
    request({ hostname, port, path, headers: { ...headers, Host: host } }, (reply) => {
      let body = '';
      reply.on('data', (chunk: Buffer) => (body += chunk.toString()));
      reply.on('end', () => {
        resolve(body);
      });
    })
      .on('error', reject)
      .end();
  });
}
