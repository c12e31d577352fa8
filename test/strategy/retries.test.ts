import type { Socket } from 'node:net';
import type { Fault } from 'wechat-login-emulator';
import { WeChatClient, WeChatNetworkError, WeChatResponseError } from 'passport-wechat-oauth2';
import axios from 'axios';
import { attempts, ended, ENDPOINTS } from '../support/wechat-calls.js';
import { refusingOrigin } from '../support/ports.js';
import { until } from '../support/until.js';
import { respondingWith, closingServer, rawServer, responseBytes } from '../support/raw-server.js';
import { mobileApp, startEmulator } from '../support/emulator.js';

const { wechat, origin } = startEmulator();
const APP = { clientID: mobileApp.appid, clientSecret: mobileApp.secret };

/** How often an endpoint was called since the last `wechat.reset()`. */
function calls(endpoint: string): number {
  return wechat.requests.filter((request) => request.endpoint === endpoint).length;
}

/** How often a call is made of which every attempt fails in this way. */
async function attemptsUnder(
  endpoint: (typeof ENDPOINTS)[number],
  fault: Fault,
  reach = {},
): Promise<number> {
  for (let i = 0; i < 10; i++) wechat.faults.next(endpoint, fault);
  const attempt = attempts(wechat, origin(), { apiOrigin: origin(), timeout: 10_000, ...reach })[endpoint];
  const { error, failed, result } = await attempt();
  wechat.faults.clear();
  expect([error, failed, result]).not.toEqual([undefined, undefined, undefined]);
  return calls(endpoint);
}

/** What passes as a rule. */
const PASSING: Record<string, Fault> = {
  'status 500': { status: 500 },
  'status 503': { status: 503 },
  'errcode -1': { errcode: -1 },
  'a reset before WeChat acted': { drop: 'before' },
  'a reset after WeChat acted': { drop: 'after' },
  'a truncated response': { truncate: 5 },
};

/** What another attempt makes worse, or no better. */
const LASTING: Record<string, Fault> = {
  'status 429': { status: 429 },
  'status 403': { status: 403 },
  'status 302': { status: 302, headers: { Location: '/' } },
  'errcode 45009': { errcode: 45009 },
  'errcode 45011': { errcode: 45011 },
  'errcode 48001': { errcode: 48001 },
  'errcode 50001': { errcode: 50001 },
  'errcode 40013': { errcode: 40013 },
  'an unknown errcode': { errcode: 88888 },
  'a response that is not JSON': { body: '<html>' },
};

const SPENDING = ['access_token', 'jscode2session'] as const;
const READING = ['userinfo', 'refresh_token', 'auth'] as const;

// With the pool that the package brings; and, for one call of either sort, with an axios of the application.
describe.each([
  { by: 'by default', reach: {}, spending: SPENDING, reading: READING },
  {
    by: 'with an axios of the application',
    reach: { axios: axios.create() },
    spending: SPENDING.slice(0, 1),
    reading: READING.slice(0, 1),
  },
])('$by', ({ reach, spending, reading }) => {
  describe.each(spending)('%s, which spends a code,', (endpoint) => {
    it.each(Object.entries({ ...PASSING, ...LASTING, 'errcode 40001': { errcode: 40001 } }))(
      'is never repeated after %s',
      async (_fault, fault) => {
        expect(await attemptsUnder(endpoint, fault, reach)).toBe(1);
      },
    );

    it('is not repeated after a timeout', async () => {
      expect(await attemptsUnder(endpoint, { hang: true }, { ...reach, timeout: 1000 })).toBe(1);
    });

    it('is not sent to another host once it may have been sent', async () => {
      const hosts = { apiOrigin: [origin(), await refusingOrigin()] };
      expect(await attemptsUnder(endpoint, { drop: 'before' }, { ...reach, ...hosts })).toBe(1);
    });
  });

  describe.each(reading)('%s, which changes nothing at WeChat,', (endpoint) => {
    it.each(Object.entries(PASSING))('is repeated at most twice after %s', async (_fault, fault) => {
      expect(await attemptsUnder(endpoint, fault, reach)).toBe(3);
    });

    it('succeeds if its second repetition does', async () => {
      wechat.faults.next(endpoint, { status: 503 });
      wechat.faults.next(endpoint, { drop: 'after' });
      const all = attempts(wechat, origin(), { apiOrigin: origin(), timeout: 10_000, ...reach });
      expect((await all[endpoint]()).error).toBeUndefined();
      expect(calls(endpoint)).toBe(3);
    });

    it('is not repeated beyond the deadline', async () => {
      // Less is left then than the shortest pause.
      const fault = { status: 503, delay: 960 };
      expect(await attemptsUnder(endpoint, fault, { ...reach, timeout: 1000 })).toBe(1);
    });

    it.each(Object.entries(LASTING))('is not repeated after %s', async (_fault, fault) => {
      expect(await attemptsUnder(endpoint, fault, reach)).toBe(1);
    });
  });

  it('retries userinfo once after 40001, which a fresh token sometimes meets', async () => {
    wechat.faults.next('userinfo', { errcode: 40001 });
    const { userinfo } = attempts(wechat, origin(), { apiOrigin: origin(), timeout: 10_000, ...reach });
    expect((await userinfo()).error).toBeUndefined();
    expect(calls('userinfo')).toBe(2);
  });

  it('does not retry userinfo after a second 40001', async () => {
    expect(await attemptsUnder('userinfo', { errcode: 40001 }, reach)).toBe(2);
  });

  it('does not retry auth after 40001, and reports an invalid token as false', async () => {
    expect(await attemptsUnder('auth', { errcode: 40001 }, reach)).toBe(1);
    wechat.faults.next('auth', { errcode: 40014 });
    const { auth } = attempts(wechat, origin(), { apiOrigin: origin(), timeout: 10_000, ...reach });
    expect(await auth()).toEqual({ result: false });
  });

  it('sends an exchange to the next host if no connection was made', async () => {
    const hosts = { apiOrigin: [await refusingOrigin(), await refusingOrigin(), origin()], timeout: 10_000 };
    expect((await attempts(wechat, origin(), { ...hosts, ...reach }).access_token()).error).toBeUndefined();
    expect(calls('access_token')).toBe(1);
  });
});

describe.each([
  ['by default', {}],
  ['with an axios of the application', { axios: axios.create() }],
])('%s, a response that is too long', (_by, reach) => {
  it.each(['userinfo', 'refresh_token', 'auth'] as const)('is not requested again: %s', async (endpoint) => {
    expect(await attemptsUnder(endpoint, { body: 'x'.repeat(70_000) }, reach)).toBe(1);
  });

  it('is a WeChatResponseError, not a network error', async () => {
    wechat.faults.next('auth', { body: 'x'.repeat(70_000) });
    const { error } = await ended(
      new WeChatClient({ ...APP, apiOrigin: origin(), ...reach }).check('T', 'o'),
    );
    expect(error).toBeInstanceOf(WeChatResponseError);
    expect((error as Error).message).toMatch(/longer than 65536 bytes/);
  });
});

it('an interceptor of the app that throws is called once, and not reported as a network failure', async () => {
  let calls = 0;
  const own = axios.create();
  own.interceptors.request.use(() => {
    calls++;
    throw new TypeError('with the secret in it');
  });
  const { error } = await ended(
    new WeChatClient({ ...APP, apiOrigin: origin(), axios: own }).userInfo('T', 'o'),
  );
  expect(calls).toBe(1);
  expect(error).toMatchObject({ name: 'WeChatNetworkError', code: 'ERR_HTTP_CLIENT' });
  expect((error as Error).message).toMatch(/look at its interceptors/);
  expect((error as Error).message).not.toMatch(/with the secret/);
});

it('a code is not exchanged again if an interceptor fails to connect to a server of its own', async () => {
  const own = axios.create();
  own.interceptors.response.use(() => {
    throw Object.assign(new Error('the log is down'), { code: 'ECONNREFUSED' });
  });
  const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid });
  const client = new WeChatClient({ ...APP, apiOrigin: [origin(), origin()], axios: own });
  expect((await ended(client.exchangeCode(code))).error).toMatchObject({ code: 'ECONNREFUSED' });
  expect(calls('access_token')).toBe(1);
});

it('each host is tried once if none accepts connections', async () => {
  const tried: string[] = [];
  const client = new WeChatClient({
    ...APP,
    apiOrigin: ['http://a.invalid', 'http://b.invalid'],
    axios: {
      request: (config: { url?: string }) => {
        tried.push(new URL(config.url ?? '').host);
        return Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }));
      },
    } as never,
  });
  const { error } = await ended(client.userInfo('T', 'o'));
  expect(error).toBeInstanceOf(WeChatNetworkError);
  expect(tried).toEqual(['a.invalid', 'b.invalid']);
});

describe('an idle connection', () => {
  const response = responseBytes({ access_token: 'T', openid: 'o', scope: 'snsapi_base' });

  it.each([
    ['by an orderly end', 'end'],
    ['by a reset', 'resetAndDestroy'],
  ] as const)('causes no failure when WeChat has closed it %s', async (_name, close) => {
    const sockets: Socket[] = [];
    const server = await rawServer((socket) => {
      sockets.push(socket);
      respondingWith(response)(socket);
    });
    const client = new WeChatClient({ ...APP, apiOrigin: server.origin });
    for (let i = 0; i < 10; i++) {
      expect(await client.exchangeCode(`code${i}`)).toMatchObject({ openid: 'o' });
      const socket = sockets.at(-1) as Socket;
      socket[close]();
      await until(() => socket.closed);
      // The client notices in the next turn of the event loop.
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    }
    expect(server.requests).toHaveLength(10);
    await server.close();
  });

  it.each([
    ['by an orderly end', 'end'],
    ['by a reset', 'resetAndDestroy'],
  ] as const)(
    'causes no failure when WeChat has closed it %s while the process was busy',
    async (_name, close) => {
      const server = await closingServer(close);
      const client = new WeChatClient({ ...APP, apiOrigin: server.origin });
      for (let i = 0; i < 5; i++) {
        expect(await client.exchangeCode(`code${i}`)).toMatchObject({ openid: 'o' });
        server.closeConnectionWhileBlocked();
      }
      await server.close();
    },
  );
});
