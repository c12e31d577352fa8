import axios from 'axios';
import dns from 'node:dns';
import net, { type AddressInfo } from 'node:net';
import { WeChatClient, WeChatStrategy, type WeChatCallOptions } from 'passport-wechat-oauth2';
import { act } from '../support/act.js';
import { appWith, profileAsUser } from '../support/express-app.js';
import { beginLogin, browser } from '../support/login.js';
import { refusingOrigin } from '../support/ports.js';
import { rawServer, responseBytes, unreachableOrigin } from '../support/raw-server.js';
import { until } from '../support/until.js';
import { ended } from '../support/wechat-calls.js';

// Node gives each address of a name but the last 250 ms for its handshake, which is less than the way to WeChat takes
// from some places. The last one, IPv6, fails at once.
const { lookup } = dns;
beforeAll(() => {
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  const both = (name: string, options: object, callback: (error: null, found: unknown) => void): void => {
    if (name.endsWith('.test')) callback(null, addresses);
    else (lookup as (...args: unknown[]) => void)(name, options, callback);
  };
  Object.assign(dns, { lookup: both });
});
afterAll(() => Object.assign(dns, { lookup }));
afterEach(() => Reflect.deleteProperty(process.env, 'HTTP_PROXY'));

const TOKENS = responseBytes({ access_token: 'T', openid: 'o', scope: 'snsapi_base' });

/** A host with an A and an AAAA record, to which a TCP handshake takes about a second. */
async function farHost(response: string): Promise<{ origin: string; close: () => Promise<void> }> {
  const { origin, close } = await unreachableOrigin(800, response);
  return { origin: origin.replace('127.0.0.1', 'far.test'), close };
}

const exchange = (options: WeChatCallOptions): ReturnType<typeof ended> =>
  ended(
    new WeChatClient({ clientID: 'wx0', clientSecret: 's', timeout: 12_000, ...options }).exchangeCode('C'),
  );

it.each<[string, () => WeChatCallOptions]>([
  ['directly', () => ({})],
  ['through an axios', () => ({ axios: axios.create() })],
])(
  'a handshake of a second succeeds although the host has an IPv6 address without a route, %s',
  async (_n, way) => {
    const { origin, close } = await farHost(TOKENS);
    expect(await exchange({ apiOrigin: origin, ...way() })).toMatchObject({ result: { openid: 'o' } });
    await close();
  },
);

it('so does one to the spare host', async () => {
  const { origin, close } = await farHost(TOKENS);
  const apiOrigin = [await refusingOrigin(), origin];
  expect(await exchange({ apiOrigin })).toMatchObject({ result: { openid: 'o' } });
  await close();
});

it('so does one that is made while the user is at WeChat', async () => {
  const { origin, isAsked, close } = await unreachableOrigin(800);
  const strategy = new WeChatStrategy(
    {
      ...{ clientID: 'wx0', clientSecret: 's', callbackURL: 'https://example.com/auth/wechat/callback' },
      apiOrigin: origin.replace('http://127.0.0.1', 'https://far.test'),
      openOrigin: 'https://far.test',
    },
    profileAsUser,
  );
  await beginLogin(browser(appWith(strategy).app));
  expect(await until(isAsked)).toBe(true);
  await close();
});

it('so does one to the proxy', async () => {
  // It takes CONNECT for a request that it answers itself.
  const { origin, close } = await farHost('HTTP/1.1 407 Password, please\r\n\r\n');
  process.env['HTTP_PROXY'] = origin;
  expect(await exchange({ apiOrigin: 'http://wechat.invalid' })).toMatchObject({
    error: { code: 'ERR_PROXY' },
  });
  await close();
});

it('advises to raise the timeout only if that was the limit', async () => {
  const { origin, close } = await unreachableOrigin();
  const timedOut = await exchange({ apiOrigin: origin, timeout: 300 });
  expect(timedOut.error).toMatchObject({
    code: 'ETIMEDOUT',
    message: expect.stringMatching(/raise the timeout/),
  });
  const far = origin.replace('127.0.0.1', 'far.test');
  // Every address is given up before the limit.
  const { error } = await exchange({ apiOrigin: far, timeout: 3000 });
  expect((error as Error).message).not.toMatch(/raise the timeout/);
  const silent = await rawServer(() => undefined);
  const own = await exchange({ apiOrigin: silent.origin, axios: axios.create({ timeout: 100 }) });
  await silent.close();
  expect(own.error).toMatchObject({
    code: 'ETIMEDOUT',
    message: expect.not.stringMatching(/raise the timeout/),
  });
  await close();
});

it('a login goes to the spare host if a connection made ahead to the first never ends its handshake', async () => {
  const silent = net.createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const spare = await rawServer((socket) => {
    socket.on('data', () =>
      socket.write(responseBytes({ access_token: 'T', openid: 'o', scope: 'snsapi_base' })),
    );
  });
  const first = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const strategy = new WeChatStrategy(
    {
      ...{ clientID: 'wx0', clientSecret: 's', callbackURL: 'https://shop.example/cb', timeout: 2000 },
      ...{ openOrigin: first, apiOrigin: [first, spare.origin], skipUserProfile: true },
    },
    async (_accessToken, _refreshToken, profile) => profile,
  );
  const session = {};
  const [, url] = await act(strategy, { headers: {}, query: {}, session });
  const state = new URL(String(url)).searchParams.get('state');
  const [action] = await act(strategy, { headers: {}, query: { code: 'C', state }, session });
  silent.close();
  await spare.close();
  expect(action).toBe('success');
});
