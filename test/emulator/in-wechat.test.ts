import {
  account,
  authorizeParams,
  CALLBACK,
  Client,
  IN_WECHAT,
  miniProgram,
  mobileApp,
  query,
  startClient,
  website,
} from '../support/emulator-client.js';

const client = startClient();
const { wechat } = client;

/** The address that a reply sends the browser to. */
function location(reply: Response): URL {
  expect(reply.status).toBe(302);
  return new URL(reply.headers.get('location') ?? '');
}

async function ticket(params?: Record<string, string>): Promise<string> {
  const page = await (await client.authorize(params)).text();
  return /name="ticket" value="(\w+)"/.exec(page)?.[1] ?? '';
}

const answer = (fields: Record<string, string>, headers?: Record<string, string>): Promise<Response> =>
  client.form('/connect/oauth2/authorize', fields, headers);

test("another browser than WeChat's is told to open the link in WeChat", async () => {
  const page = await client.authorize({}, { 'User-Agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/142.0' });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('请在微信客户端打开链接');
});

describe('the page for another browser than WeChat’s says what may have led it there', () => {
  const open = (params: Record<string, string>): Promise<Response> =>
    client.authorize(params, { 'User-Agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/142.0' });

  test.each([
    [
      'en',
      `${website.appid} is the appid of a website application`,
      'logs in at connect/qrconnect with scope snsapi_login',
      "set platform: 'website' for this appid, and leave out scope",
    ],
    [
      'cn',
      `${website.appid} 是网站应用的 appid`,
      '网站应用使用 connect/qrconnect，scope 为 snsapi_login',
      "应设 platform: 'website'，并去掉 scope",
    ],
  ])('the appid of a website application, %s', async (lang, ...lines) => {
    const page = await read(await open({ appid: website.appid, lang }));
    for (const line of lines) expect(page).toContain(line);
  });

  test.each([
    ['a mobile app', mobileApp.appid, 'SendAuth'],
    ['a mini program', miniProgram.appid, 'sns/jscode2session'],
  ])('the appid of %s', async (kind, appid, way) => {
    const page = await read(await open({ appid, lang: 'en' }));
    expect(page).toContain(`${appid} is the appid of ${kind}.`);
    expect(page).toContain(way);
  });

  test.each([
    ['en', 'Clients come here for the scopes snsapi_userinfo and snsapi_base'],
    ['cn', 'scope 为 snsapi_userinfo 或 snsapi_base 时，客户端会打开此页面'],
  ])('the appid of an official account, and an unknown one, %s', async (lang, why) => {
    expect(await read(await open({ lang }))).toContain(why);
    expect(await read(await open({ appid: 'wx0000000000000000', lang }))).toContain(why);
  });

  async function read(reply: Response): Promise<string> {
    return (await reply.text()).replaceAll('&#39;', "'");
  }
});

test('requireUserAgent: false opens it in any browser', async () => {
  const lax = new Client({ requireUserAgent: false });
  await lax.listen();
  expect(await (await lax.authorize({}, {})).text()).toContain('name="ticket"');
  await lax.wechat.close();
});

describe('an error page: HTTP 200, and no way back to the app', () => {
  const SCOPE = 'Scope 参数错误或没有 Scope 权限';
  test.each([
    ['no appid', { appid: '' }, 'AppID 参数错误'],
    ['an unknown appid', { appid: 'wx0000000000000000' }, 'AppID 参数错误'],
    ['no scope', { scope: '' }, SCOPE],
    ['the appid of a website', { appid: website.appid }, SCOPE],
    ['the scope of a website', { scope: 'snsapi_login' }, '此公众号并没有这些scope的权限'],
    ['another response_type', { response_type: 'token' }, '该链接无法访问'],
    ['no redirect_uri', { redirect_uri: '' }, 'redirect_uri 参数错误'],
    ['a foreign domain', { redirect_uri: 'https://evil.example/' }, 'redirect_uri 域名与后台配置不一致'],
    ['a state of 129 bytes', { state: 'x'.repeat(129) }, 'state 参数过长'],
    ['a state of 43 characters, 129 bytes', { state: '字'.repeat(43) }, 'state 参数过长'],
  ])('%s', async (_name, params, text) => {
    const page = await client.authorize(params);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(text);
    expect(() => wechat.phone.open(client.authorizeUrl(params))).toThrow(text);
  });

  test('a state of 128 bytes is let through', async () => {
    expect(await ticket({ state: 'x'.repeat(128) })).not.toBe('');
  });

  test('requireState refuses an empty state, page code 10013', async () => {
    const strict = new Client({ requireState: true });
    await strict.listen();
    expect(await (await strict.authorize({ state: '' })).text()).toContain('10013');
    await strict.wechat.close();
    expect(await ticket({ state: '' })).not.toBe('');
  });
});

describe('the order of the parameters', () => {
  const open = (search: string): Promise<string> =>
    client.text(`/connect/oauth2/authorize?${search}`, { headers: IN_WECHAT });
  const { appid = '', redirect_uri = '', ...rest } = authorizeParams();

  test('the documented order passes without a note, with what clients and WeChat itself add', async () => {
    const added = { connect_redirect: '1', uin: 'x', key: 'y', pass_ticket: 'z' };
    expect(await open(query({ ...authorizeParams(), ...added }))).toContain('name="ticket"');
    expect(await open(query({ uin: 'x', ...authorizeParams() }))).toContain('name="ticket"');
    expect(JSON.stringify(wechat.logins)).not.toContain('documented order');
  });

  test.each([
    [
      'scope first',
      query({ scope: 'snsapi_userinfo', appid, redirect_uri, response_type: 'code', state: 's' }),
    ],
    [
      'alphabetical with state before scope',
      query({ appid, redirect_uri, response_type: 'code', state: 's', scope: 'snsapi_base' }),
    ],
    ['redirect_uri before appid', query({ redirect_uri, appid, ...rest })],
    ['one twice', `${query(authorizeParams())}&state=s2`],
  ])('%s gets a note with both orders; strictOrder refuses it', async (_name, search) => {
    const sent = [...new URLSearchParams(search).keys()].join(', ');
    const documented = 'appid, redirect_uri, response_type, scope, state';
    const reply = await client.get(`/connect/oauth2/authorize?${search}`, { headers: IN_WECHAT });
    expect(reply.status === 302 || (await reply.text()).includes('name="ticket"')).toBe(true);
    const note = wechat.logins[0]?.steps[0]?.note?.en;
    expect(note).toContain(`The parameters came as ${sent}; the documented order is ${documented}.`);

    const strict = new Client({ strictOrder: true });
    await strict.listen();
    const page = await strict.text(`/connect/oauth2/authorize?${search}&lang=en`, { headers: IN_WECHAT });
    expect(page).toContain('Scope 参数错误或没有 Scope 权限');
    expect(page).toContain(`The parameters came as ${sent};`);
    expect(page).toContain('the option strictOrder is on');
    await strict.wechat.close();
  });
});

test('snsapi_base goes straight back, as the user who was chosen last in this browser', async () => {
  const first = location(await client.authorize({ scope: 'snsapi_base' }));
  expect(first.href).toMatch(/^http:\/\/localhost:3000\/auth\/wechat\/callback\?code=\w{32}&state=s1$/);
  const chosen = await answer({ ticket: await ticket(), user: 'dawei', decision: 'allow' });
  const cookie = chosen.headers.get('set-cookie')?.split(';')[0] ?? '';
  const second = location(await client.authorize({ scope: 'snsapi_base' }, { ...IN_WECHAT, cookie }));
  const tokens = [first, second].map((url) => client.exchange(url.searchParams.get('code') ?? '', account));
  const [amei, dawei] = await Promise.all(tokens);
  expect(amei?.openid).not.toBe(dawei?.openid);
});

test('the code stands in the query, before any fragment, and state is encoded', async () => {
  const state = 'a b&c=é';
  const { url } = wechat.phone.open(
    client.authorizeUrl({ redirect_uri: `${CALLBACK}?next=1#/login`, state }),
  );
  expect(url).toMatch(
    /^http:\/\/localhost:3000\/auth\/wechat\/callback\?next=1&code=\w{32}&state=a%20b%26c%3D%C3%A9#\/login$/,
  );
});

test('a redirect_uri outside ASCII survives the Location header', async () => {
  const url = location(await client.authorize({ scope: 'snsapi_base', redirect_uri: `${CALLBACK}/回调` }));
  expect(decodeURI(url.pathname)).toBe('/auth/wechat/callback/回调');
});

test('a consent page can be answered once', async () => {
  const once = await ticket();
  location(await answer({ ticket: once, user: 'amei', decision: 'allow' }));
  const again = await answer({ ticket: once, user: 'amei', decision: 'allow' });
  expect(again.status).toBe(200);
});

test.each([
  ['stay', undefined],
  ['state-only', `${CALLBACK}?state=s1`],
  ['authdeny', `${CALLBACK}?code=authdeny&state=s1`],
] as const)('denial %s', async (denial, url) => {
  const other = new Client({ denial });
  await other.listen();
  const page = await (await other.authorize()).text();
  const fields = { ticket: /value="(\w+)"/.exec(page)?.[1] ?? '', user: 'amei', decision: 'cancel' };
  const reply = await other.form('/connect/oauth2/authorize', fields);
  expect(reply.headers.get('location') ?? undefined).toBe(url);
  expect(other.wechat.phone.open(other.authorizeUrl(), { decision: 'cancel' }).url).toBe(url);
  expect(other.wechat.logins[0]?.outcome).toBe('cancelled');
  await other.wechat.close();
});

describe('remembered consents', () => {
  const remembering = startClient({ consentLife: 60_000 });
  const asks = async (params?: Record<string, string>): Promise<boolean> =>
    (await remembering.authorize(params)).status === 200;

  test('consentLife shows no page until it is over, unless forcePopup', async () => {
    expect(await asks()).toBe(true);
    remembering.accountCode({ forceSnapShot: 'true' }, { user: 'amei' });
    expect(await asks()).toBe(true);
    remembering.wechat.phone.open(remembering.authorizeUrl(), { user: 'amei' });
    expect(await asks()).toBe(false);
    expect(await asks({ forcePopup: 'true' })).toBe(true);
    expect(await asks({ forcePopup: 'false' })).toBe(false);
    expect(await asks({ forceSnapShot: 'true' })).toBe(true);
    remembering.wechat.clock.advance(60_000);
    expect(await asks()).toBe(true);
  });

  test('without consentLife the consent page is shown every time', async () => {
    wechat.phone.open(client.authorizeUrl(), { user: 'amei' });
    expect((await client.authorize()).status).toBe(200);
  });
});

describe('the snapshot page', () => {
  const login = (code: string) => client.exchange(code, account);

  test('forceSnapShot gives a virtual user, and is_snapshotuser', async () => {
    expect(await (await client.authorize({ forceSnapShot: 'true' })).text()).toContain('快照页');
    const real = await login(client.accountCode());
    const virtual = await login(client.accountCode({ forceSnapShot: 'true' }));
    expect(real).not.toHaveProperty('is_snapshotuser');
    expect(virtual.is_snapshotuser).toBe(1);
    expect(virtual.openid).not.toBe(real.openid);
    expect(virtual.unionid).not.toBe(real.unionid);
    const user = await client.userinfo(virtual);
    expect(user).toMatchObject({ openid: virtual.openid, unionid: virtual.unionid });
    expect(user['nickname']).not.toContain('阿梅');
  });

  test('the snapshot page’s full service leads to the real user', async () => {
    const code = client.accountCode({ forceSnapShot: 'true' }, { decision: 'full' });
    expect(await login(code)).not.toHaveProperty('is_snapshotuser');
  });

  test('snsapi_base has no snapshot page', async () => {
    const code = client.accountCode({ scope: 'snsapi_base', forceSnapShot: 'true' });
    expect(await login(code)).not.toHaveProperty('is_snapshotuser');
  });

  test('snapshot: always, and snapshotUserinfo: 48001', async () => {
    const other = new Client({ snapshot: 'always', snapshotUserinfo: 48001 });
    await other.listen();
    const token = await other.exchange(other.accountCode(), account);
    expect(token.is_snapshotuser).toBe(1);
    expect(await other.userinfo(token)).toMatchObject({ errcode: 48001 });
    const real = await other.exchange(other.accountCode({}, { decision: 'full' }), account);
    expect(await other.userinfo(real)).toMatchObject({ nickname: '阿梅🌸' });
    await other.wechat.close();
  });
});

describe('double callbacks', () => {
  test.each([
    ['two-codes', false],
    ['same-code', true],
  ] as const)('%s', async (doubleCallback, same) => {
    const double = new Client({ doubleCallback });
    await double.listen();
    const { url = '', again } = double.wechat.phone.open(double.authorizeUrl());
    expect(url === again).toBe(same);
    const page = await double.authorize({ scope: 'snsapi_base' });
    expect(page.status).toBe(200);
    const calls = [...(await page.text()).matchAll(/code=(\w{32})&state=s1/g)].map(([, code]) => code);
    expect(new Set(calls).size).toBe(same ? 1 : 2);
    expect(calls).toHaveLength(2);

    const uuid = await double.uuid();
    const approved = double.wechat.phone.approve(uuid);
    expect(approved.again === approved.url).toBe(same);
    const poll = await double.poll(uuid);
    expect(poll).toContain(`wx_errcode=405;window.wx_code='${approved.code}';`);
    const detour = /wx_redirecturl="([^"]+)"/.exec(poll)?.[1] ?? '';
    expect(await double.text(detour)).toContain(JSON.stringify(approved.again));
    await double.wechat.close();
  });
});
