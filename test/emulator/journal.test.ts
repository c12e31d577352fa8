import { account, CALLBACK, query, repeat, startClient, website } from '../support/emulator-client.js';

const client = startClient();
const { wechat } = client;

test('the journal tells what was sent and what was answered, without secrets, codes and tokens', async () => {
  const code = await client.code();
  const { access_token, refresh_token, openid } = await client.exchange(code);
  await client.refresh(refresh_token);
  await client.form('/sns/userinfo', { access_token, openid }, { 'User-Agent': 'the app', Cookie: 'a=b' });
  const [page, exchange, refresh, userinfo] = wechat.requests;
  expect(page).toMatchObject({
    endpoint: 'qrconnect',
    method: 'GET',
    path: '/connect/qrconnect',
    query: { appid: website.appid, redirect_uri: CALLBACK, state: 'xyz' },
    answer: { status: 200 },
  });
  expect(exchange?.query).toEqual({
    appid: website.appid,
    secret: '*** (32)',
    code: '*** (32)',
    grant_type: 'authorization_code',
  });
  expect(refresh?.query['refresh_token']).toMatch(/^\*\*\* \(\d+\)$/);
  expect(userinfo).toMatchObject({
    at: expect.any(Number) as number,
    endpoint: 'userinfo',
    method: 'POST',
    query: { access_token: expect.stringMatching(/^\*\*\* \(\d+\)$/) as string, openid },
    headers: { 'user-agent': 'the app' },
    ip: '127.0.0.1',
  });
  const everything = JSON.stringify([wechat.requests, wechat.logins]);
  for (const secret of [website.secret, code, access_token, refresh_token, 'a=b']) {
    expect(everything).not.toContain(secret);
  }
});

test('the journal keeps status and errcode of a response', async () => {
  await client.exchange('x');
  expect(wechat.requests[0]?.answer).toEqual({ status: 200, errcode: 40029 });
});

test('the journal has requests for URLs that WeChat does not have, and not those for the emulator’s own pages', async () => {
  await client.get('/');
  await client.get('/_emulator/assets/emulator.css');
  await client.get('/connect/nowhere?secret=hidden');
  expect(wechat.requests).toMatchObject([
    { endpoint: 'unknown', query: { secret: '*** (6)' }, answer: { status: 404 } },
  ]);
});

test('the journal is bounded, in number and in size', async () => {
  await client.form('/sns/auth', {
    openid: 'x'.repeat(60_000),
    ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`p${i}`, '1'])),
  });
  expect(JSON.stringify(wechat.requests[0]).length).toBeLessThan(4000);
  await repeat(1010, () => client.get('/sns/auth'));
  expect(wechat.requests).toHaveLength(1000);
  expect(wechat.logins).toHaveLength(50);
});

describe('the traces of logins', () => {
  test('the trace of a login that goes well has each step', async () => {
    await client.userinfo(await client.login('dawei'));
    const [login] = wechat.logins;
    expect(login).toMatchObject({
      appid: website.appid,
      appName: '示例网站',
      platform: 'website',
      user: 'dawei',
      outcome: 'done',
    });
    expect(login?.steps.map(({ endpoint, answered, ok }) => [endpoint, answered, ok])).toEqual([
      ['qrconnect', 'QR page', true],
      ['phone', 'poll: 404', true],
      ['phone', 'poll: 405 and a code', true],
      ['access_token', 'fields access_token, expires_in, refresh_token, openid, scope, unionid', true],
      [
        'userinfo',
        'fields openid, nickname, sex, language, city, province, country, headimgurl, privilege, unionid',
        true,
      ],
    ]);
  });

  test('the trace of a login that fails has a hint in two languages', async () => {
    const code = await client.code();
    await client.exchange(code, { appid: website.appid, secret: 'wrong' });
    const [login] = wechat.logins;
    expect(login?.outcome).toBe('failed');
    expect(login?.steps.at(-1)).toMatchObject({
      endpoint: 'access_token',
      answered: expect.stringMatching(/^errcode 40125: invalid appsecret, rid: /) as string,
      ok: false,
      hint: {
        en: expect.stringContaining('secret') as string,
        zh: expect.stringContaining('AppSecret') as string,
      },
    });
  });

  test('a repeated callback does not undo a login that went well', async () => {
    const code = await client.code();
    await client.exchange(code);
    await client.exchange(code);
    expect(wechat.logins[0]).toMatchObject({ outcome: 'done', steps: { length: 5 } });
  });

  test('traces of a login inside WeChat, and of a cancelled one', async () => {
    await client.exchange(client.accountCode({ scope: 'snsapi_base' }), account);
    expect(wechat.logins[0]).toMatchObject({ appid: account.appid, outcome: 'done', user: 'amei' });
    wechat.phone.cancel(await client.uuid());
    expect(wechat.logins[0]?.outcome).toBe('cancelled');
  });

  test('the start page shows traces, escaped', async () => {
    await client.get(`/connect/qrconnect?${query({ appid: '<script>alert(1)</script>' })}`);
    const page = await client.text('/');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('模拟器中没有这个 appid');
    expect(await client.text('/?lang=en')).toContain('The emulator knows no app with this appid');
  });
});
