import { account, Client, query, startClient, website, type Json } from '../support/emulator-client.js';

// What the trace says of a request that a client of another make sent in another way than WeChat reads it.
const client = startClient();
const { wechat } = client;
const { appid, secret } = website;

const TOKEN = '/sns/oauth2/access_token';

async function post(body: string, headers: Record<string, string>): Promise<Json> {
  return (await (await client.get(TOKEN, { method: 'POST', body, headers })).json()) as Json;
}

const lastHint = (): string => wechat.logins[0]?.steps.at(-1)?.hint?.en ?? '';

test('HTTP Basic credentials are named, and the journal shows the scheme alone', async () => {
  const credentials = Buffer.from(`${appid}:${secret}`).toString('base64');
  const form = query({ grant_type: 'authorization_code', code: 'x' });
  const type = 'application/x-www-form-urlencoded';
  expect(await post(form, { Authorization: `Basic ${credentials}`, 'Content-Type': type })).toMatchObject({
    errcode: 41002,
  });
  expect(lastHint()).toMatch(/^The credentials came as HTTP Basic/);
  expect(lastHint()).toContain('Send appid (not client_id)');
  expect(wechat.requests[0]?.headers).toMatchObject({ authorization: 'Basic ***', 'content-type': type });
  expect(JSON.stringify([wechat.requests, wechat.logins])).not.toContain(credentials);
});

test('a JSON body is named, its members are in the journal, and none of its values in the trace', async () => {
  const body = JSON.stringify({ appid, secret, code: 'x', nested: { a: 1 } });
  expect(await post(body, { 'Content-Type': 'application/json; charset=utf-8' })).toMatchObject({
    errcode: 41002,
  });
  expect(lastHint()).toContain('a body of type application/json, which WeChat does not read');
  expect(wechat.logins[0]?.steps[0]?.sent).toBe(`POST ${TOKEN} with JSON: appid, secret, code`);
  expect(wechat.requests[0]?.query).toEqual({ appid, secret: '*** (32)', code: '*** (1)' });
});

test('a body of any other type is named, and broken JSON does no harm', async () => {
  await post('appid=x', { 'Content-Type': 'text/plain' });
  expect(lastHint()).toContain('a body of type text/plain');
  await post('{"appid"', { 'Content-Type': 'application/json' });
  expect(lastHint()).toContain('a body of type application/json');
});

test('a Bearer token at userinfo is named', async () => {
  await client.get('/sns/userinfo', { headers: { Authorization: 'Bearer abc' } });
  expect(lastHint()).toMatch(/^The token came as a Bearer token/);
  expect(wechat.requests[0]?.headers['authorization']).toBe('Bearer ***');
});

test('an Authorization header without a scheme is hidden whole', async () => {
  await client.get('/sns/userinfo', { headers: { Authorization: 'abcdefgh' } });
  expect(wechat.requests[0]?.headers['authorization']).toBe('***');
});

test('a right form with an Authorization header beside it is not blamed', async () => {
  const headers = { Authorization: 'Basic eDp5', 'Content-Type': 'application/x-www-form-urlencoded' };
  expect(
    await post(query({ appid, secret, code: 'x', grant_type: 'authorization_code' }), headers),
  ).toMatchObject({ errcode: 40029 });
  expect(lastHint()).not.toContain('Basic');
});

describe('appid and secret swapped', () => {
  test.each([
    ['en', `This is the AppSecret of Example site (${appid}): are appid and secret swapped?`],
    ['cn', `这是${website.name}（${appid}）的 AppSecret：appid 和 secret 是否填反了？`],
  ])('are recognized on both pages, %s', async (lang, text) => {
    const qrPage = await client.qrPage({ appid: secret, lang });
    const page = await client.authorize({ appid: secret, lang });
    for (const shown of [await qrPage.text(), await page.text()]) expect(shown).toContain(text);
    expect(JSON.stringify(wechat.logins)).not.toContain(secret);
    expect(wechat.logins[0]?.appid).toBe('*** (32)');
  });

  test('are recognized at the token endpoint', async () => {
    expect(await client.exchange('x', { appid: secret, secret: appid })).toMatchObject({ errcode: 40013 });
    expect(lastHint()).toContain(`This is the AppSecret of Example site (${appid})`);
  });

  test('an appid as the secret, and the secret of another app', async () => {
    await client.exchange(await client.code(), { appid, secret: appid });
    expect(lastHint()).toContain(`This is the appid of Example site: are appid and secret swapped?`);
    await client.exchange(await client.code(), { appid, secret: account.secret });
    expect(lastHint()).toContain(
      `This is the AppSecret of another app, Example service account (${account.appid}).`,
    );
  });
});

test('wrongSecretErrcode: 40001 answers a wrong secret with it', async () => {
  const other = new Client({ wrongSecretErrcode: 40001 });
  await other.listen();
  expect(await other.exchange(await other.code(), { appid, secret: 'wrong' })).toMatchObject({
    errcode: 40001,
  });
  expect(other.wechat.logins[0]?.steps.at(-1)?.hint?.en).toContain(
    'The secret is not the one of this appid.',
  );
  await other.wechat.close();
});

test('a login through phone.open has its parameters in the trace, and an entry in the journal', async () => {
  await client.exchange(client.accountCode({ state: 's2' }), account);
  const [login] = wechat.logins;
  expect(login?.steps[0]?.sent).toMatch(
    /^phone opens GET \/connect\/oauth2\/authorize\?appid=wx2000000000000002&redirect_uri=.+&state=s2$/,
  );
  expect(wechat.requests).toMatchObject([
    {
      endpoint: 'authorize',
      method: 'GET',
      path: '/connect/oauth2/authorize',
      query: { appid: account.appid, state: 's2' },
      headers: { host: new URL(client.origin).host },
      ip: 'phone',
      answer: { status: 200 },
    },
    { endpoint: 'access_token', answer: { status: 200 } },
  ]);
  client.accountCode({ scope: 'snsapi_base' });
  expect(wechat.requests.at(-1)?.answer).toEqual({ status: 302 });
});

test('no hint names a client by product', async () => {
  await client.qrPage({ appid: account.appid });
  await client.qrPage({ scope: 'snsapi_userinfo' });
  await client.authorize({ appid });
  await client.authorize({}, { 'User-Agent': 'Firefox' });
  await client.exchange('x', { appid: 'x', secret: 'y' });
  expect(JSON.stringify(wechat.logins)).not.toMatch(/passport/i);
  expect(await client.text('/?lang=en')).not.toMatch(/passport|WeChatStrategy/i);
});
