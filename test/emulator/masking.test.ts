import { account, CALLBACK, Client, query, startClient, website } from '../support/emulator-client.js';

const client = startClient();
const { wechat } = client;

const miniProgram = { appid: 'wx4000000000000004', secret: '40000000000000000000000000000004' };

/** Everything that people can read of what was sent. */
async function records(of = client): Promise<string> {
  return JSON.stringify([of.wechat.requests, of.wechat.logins]) + (await of.text('/?lang=en'));
}

const ownSecret = 'e3b0c44298fc1c149afbf4c8996fb924';
const shop = new Client({
  apps: [
    { ...website, secret: ownSecret },
    { ...account, secret: 'hush' },
  ],
});
beforeAll(() => shop.listen());
beforeEach(() => shop.wechat.reset());
afterAll(() => shop.wechat.close());

test.each([
  ['under a wrong name', `/sns/oauth2/access_token?appid=x&appsecret=${ownSecret}`],
  ['as the appid', `/sns/oauth2/access_token?appid=${ownSecret}&secret=${website.appid}&code=c`],
  ['as the appid of a page', `/connect/qrconnect?${query({ appid: ownSecret, scope: 'snsapi_login' })}`],
  ['as the scope of a page', `/connect/qrconnect?${query({ appid: website.appid, scope: ownSecret })}`],
  ['as the name of a parameter', `/sns/userinfo?${ownSecret}=1`],
  ['in the path', `/sns/${ownSecret}`],
  [
    'inside another value',
    `/connect/qrconnect?appid=x&redirect_uri=http%3A%2F%2Flocalhost%2F%3Fs%3D${ownSecret}`,
  ],
])('a configured secret is masked %s', async (_name, path) => {
  await shop.get(path);
  expect(await records(shop)).toContain('*** (32)');
  expect(await records(shop)).not.toContain(ownSecret);
});

test('a short secret is masked as a value, and stays a word elsewhere', async () => {
  await shop.get('/sns/userinfo?app_secret=hush&page=hush-hush');
  expect(shop.wechat.requests[0]?.query).toEqual({ app_secret: '*** (4)', page: 'hush-hush' });
});

test('a secret in a header is masked', async () => {
  await shop.get('/sns/userinfo', { headers: { 'User-Agent': `client ${ownSecret}` } });
  expect(shop.wechat.requests[0]?.headers['user-agent']).toBe('client *** (32)');
});

test('error pages and errors of the phone do not repeat a secret', async () => {
  const page = await shop.text(`/connect/qrconnect?${query({ appid: website.appid, scope: ownSecret })}`);
  expect(page).toContain('*** (32)');
  expect(page).not.toContain(ownSecret);
  expect(() => shop.wechat.phone.wxLogin({ appid: ownSecret })).toThrow('*** (32) is not the appid');
});

test('codes and tokens are masked under any name, also as a part of another value', async () => {
  const code = await client.code();
  await client.get(`/sns/oauth2/access_token?authorization_code=${code}`);
  await client.get(`/connect/nowhere/${code}`);
  const { access_token, refresh_token } = await client.exchange(code);
  await client.get(`/sns/userinfo?token=${access_token}&openid=${refresh_token}`);
  await client.get(
    `/connect/qrconnect?appid=${website.appid}&redirect_uri=${encodeURIComponent(`${CALLBACK}?t=${encodeURIComponent(`=${access_token}`)}`)}`,
  );
  const all = await records();
  for (const secret of [code, access_token, refresh_token]) expect(all).not.toContain(secret);
  expect(wechat.requests.find(({ query }) => 'token' in query)?.query).toEqual({
    token: `*** (${access_token.length})`,
    openid: `*** (${refresh_token.length})`,
  });
});

test.each(['zz=prefix_', '0', '012', 'x0120120120120120120120120120', '%3D'])(
  'a code, a token or a session key that is glued to %j is masked',
  async (before) => {
    const code = await client.code();
    const { access_token } = await client.exchange(await client.code());
    const { code: js_code } = wechat.phone.wxLogin({ appid: miniProgram.appid });
    const { session_key } = await client.sns('jscode2session', {
      ...miniProgram,
      js_code,
      grant_type: 'authorization_code',
    });
    for (const secret of [code, access_token, String(session_key)]) {
      await client.get(`/sns/userinfo?${query({ note: `${before}${secret}_and_more` })}`);
      expect(wechat.requests.at(-1)?.query).toEqual({ note: `${before}*** (${secret.length})_and_more` });
    }
  },
);

test.each([2048 - 31, 2048 - 16, 2048 - 1])(
  'a secret and a code at character %i of a text, which is cut, are masked',
  async (at) => {
    const code = await client.code();
    await client.get(`/sns/userinfo?${query({ note: `${'z'.repeat(at - 1)} ${code}` })}`);
    expect(wechat.requests.at(-1)?.query['note']).not.toContain(code.slice(0, 1));
    await shop.get(`/sns/userinfo?${query({ note: `${'z'.repeat(at - 1)} ${ownSecret}` })}`);
    expect(shop.wechat.requests.at(-1)?.query['note']).not.toContain(ownSecret.slice(0, 1));
    expect(shop.wechat.requests.at(-1)?.query['note']).toMatch(/^z+ \*/);
  },
);

test('a session key is masked', async () => {
  const { code: js_code } = wechat.phone.wxLogin({ appid: miniProgram.appid });
  const { session_key } = await client.sns('jscode2session', {
    ...miniProgram,
    js_code,
    grant_type: 'authorization_code',
  });
  await client.get(`/sns/userinfo?${query({ key: String(session_key) })}`);
  expect(wechat.requests.at(-1)?.query).toEqual({ key: '*** (24)' });
});

test('what is no secret stays readable', async () => {
  await client.get(`/sns/auth?openid=o1234567890&access_token=&state=${'z'.repeat(40)}`);
  expect(wechat.requests[0]?.query).toEqual({
    openid: 'o1234567890',
    access_token: '',
    state: 'z'.repeat(40),
  });
});
