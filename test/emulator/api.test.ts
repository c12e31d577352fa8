import {
  account,
  Client,
  miniProgram,
  mobileApp,
  query,
  startClient,
  website,
  type Token,
} from '../support/emulator-client.js';

const client = startClient();
const { wechat } = client;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('the API’s transport', () => {
  test('the API answers HTTP 200 and text/plain without a charset, for success and refusal', async () => {
    const { openid, access_token } = await client.login();
    for (const params of [{ openid, access_token }, { openid }]) {
      const reply = await client.get(`/sns/userinfo?${query(params as Record<string, string>)}`);
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-type')).toBe('text/plain');
      expect(JSON.parse(Buffer.from(await reply.arrayBuffer()).toString('utf8'))).toBeDefined();
    }
  });

  test('the API sends UTF-8, escapes slashes and leaves emoji as they are', async () => {
    const { access_token, openid } = await client.login();
    const text = await client.text(`/sns/userinfo?${query({ access_token, openid })}`);
    expect(text).toContain('"nickname":"阿梅🌸"');
    expect(text).toContain('"headimgurl":"http:\\/\\/127.0.0.1');
    expect(text).not.toMatch(/[^\\]\//);
  });

  test('the API reads a form by POST like a query', async () => {
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

  test('the API does not read JSON, refuses other methods and ignores unknown parameters', async () => {
    const json = { method: 'POST', body: '{"appid":"x"}', headers: { 'Content-Type': 'application/json' } };
    expect(await client.text('/sns/oauth2/access_token', json)).toContain('"errcode":41002');
    expect(await client.text('/sns/userinfo', { method: 'DELETE' })).toContain('"errcode":43001');
    const extra = { redirect_uri: 'x', connect_redirect: '1' };
    expect(await client.exchange(await client.code(), website, extra)).not.toHaveProperty('errcode');
  });

  test('the emulator answers under every host of WeChat’s', async () => {
    for (const host of ['api', 'api2', 'sh.api', 'sz.api', 'hk.api', 'open', 'long.open', 'lp.open']) {
      const headers = { 'X-Forwarded-Host': 'x' };
      const reply = await fetchAs(`${host}.weixin.qq.com`, '/sns/userinfo', headers);
      expect(reply).toContain('"errcode":41001');
    }
  });

  test('a URL of the API that WeChat does not have gets 40066', async () => {
    expect(await client.text('/sns/userinfo/')).toContain('"errcode":40066');
    expect(await client.text('/cgi-bin/token?appid=x')).toContain('"errcode":40066');
  });
});

describe('errmsg', () => {
  test('an errmsg ends in a rid whose first group is the time', async () => {
    wechat.clock.advance(10 * DAY);
    const { errmsg = '' } = await client.exchange('x', { appid: 'nobody', secret: 'x' });
    const [, time = ''] = /^invalid appid, rid: ([0-9a-f]{8})-[0-9a-f]{8}-[0-9a-f]{8}$/.exec(errmsg) ?? [];
    expect(Math.abs(parseInt(time, 16) * 1000 - wechat.clock.now())).toBeLessThan(10_000);
  });

  test('ridStyle: hints ends an errmsg as until about 2020', async () => {
    const old = new Client({ ridStyle: 'hints' });
    await old.listen();
    expect((await old.exchange('x', { appid: 'nobody', secret: 'x' })).errmsg).toMatch(
      /^invalid appid, hints: \[ req_id: \w{14} \]$/,
    );
    await old.wechat.close();
  });
});

describe('the exchange', () => {
  test('the token response has its fields in their order', async () => {
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

  test('a wrong secret gets 40125 and leaves the code good, unless wrongSecretBurnsCode', async () => {
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

  test('a code has 32 characters, is unique and can be exchanged once', async () => {
    const codes = [await client.code(), await client.code()];
    expect(codes[0]).not.toBe(codes[1]);
    expect(codes[0]).toMatch(/^\d{3}\w{29}$/);
    expect(await client.exchange(codes[0] ?? '')).not.toHaveProperty('errcode');
    expect(await client.exchange(codes[0] ?? '')).toMatchObject({ errcode: 40163 });
    expect(await client.exchange(codes[1] ?? '')).not.toHaveProperty('errcode');
  });

  test('the code of another app gets 40029', async () => {
    expect(await client.exchange(await client.code(), mobileApp)).toMatchObject({ errcode: 40029 });
  });

  test('the code of a mini program gets 40242, whatever the appid, and stays good for jscode2session', async () => {
    const { appid, secret } = miniProgram;
    const { code: js_code } = wechat.phone.wxLogin({ appid });
    for (const app of [miniProgram, website]) {
      expect(await client.exchange(js_code, app)).toMatchObject({
        errcode: 40242,
        errmsg: expect.stringMatching(
          /^invalid oauth code, it is miniprogram jscode, please use jscode2session, rid: /,
        ) as string,
      });
      expect(wechat.logins[0]?.steps.at(-1)?.hint?.en).toContain('jscode2session, as js_code');
    }
    const session = await client.sns('jscode2session', {
      appid,
      secret,
      js_code,
      grant_type: 'authorization_code',
    });
    expect(session).not.toHaveProperty('errcode');
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

  test('codeLife, expiredCodeErrcode and scopeTrailingComma change the exchange', async () => {
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
  test('there is no unionid without an open platform account, and another one for another account', async () => {
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

  test('snsapi_base has no unionid, unless unionidOnBase', async () => {
    expect(await client.exchange(client.accountCode({ scope: 'snsapi_base' }), account)).not.toHaveProperty(
      'unionid',
    );
    const old = new Client({ unionidOnBase: true });
    await old.listen();
    const token = await old.exchange(old.accountCode({ scope: 'snsapi_base' }), account);
    expect(token).toHaveProperty('unionid');
    await old.wechat.close();
  });

  test('openid and unionid are the same after a restart', async () => {
    const restarted = new Client();
    await restarted.listen();
    const [before, after] = [await client.login(), await restarted.login()];
    expect([after.openid, after.unionid]).toEqual([before.openid, before.unionid]);
    await restarted.wechat.close();
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
