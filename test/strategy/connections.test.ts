import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import request from 'supertest';
import { createEmulator } from 'wechat-login-emulator';
import { selfSignedCertificate, type Certificate } from '../../emulator/src/tls.js';
import { startCountingProxy, type CountingProxy } from '../support/counting-proxy.js';
import { account } from '../support/emulator.js';
import { refusingOrigin } from '../support/ports.js';
import { rawServer, responseBytes } from '../support/raw-server.js';
import { until } from '../support/until.js';

// Counts, not times: opening a connection costs a user two round trips to WeChat, and each call one.
const wechat = createEmulator();
const folder = mkdtempSync(path.join(tmpdir(), 'connections-'));
const certificateFile = path.join(folder, 'emulator.pem');
let certificate: Certificate;
let emulatorPort = 0;
let proxy: CountingProxy;
let site: ChildProcess;
let siteURL = '';
const servers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  certificate = await selfSignedCertificate();
  writeFileSync(certificateFile, certificate.cert);
  emulatorPort = Number(new URL((await wechat.listen({ tls: certificate })).origin).port);
});
beforeEach(() => {
  wechat.reset();
});
afterEach(async () => {
  site.kill('SIGKILL');
  await proxy.close();
  for (const close of servers.splice(0)) await close();
});
afterAll(async () => {
  await wechat.close();
  rmSync(folder, { recursive: true });
});

/** Starts a website whose connections to WeChat go to this port. */
async function startSite(
  port: number | 'nowhere',
  options: (origin: string) => object = () => ({}),
  env = {},
): Promise<void> {
  proxy = await startCountingProxy(port);
  const origin = `https://localhost:${proxy.port}`;
  const strategy = {
    ...{ clientID: account.appid, clientSecret: account.secret, platform: 'officialAccount' },
    ...{ openOrigin: origin, apiOrigin: origin, ...options(origin) },
  };
  site = fork(path.join(__dirname, '../support/connections-app.cjs'), {
    env: {
      ...{ PATH: process.env['PATH'], STRATEGY: JSON.stringify(strategy) },
      ...{ NODE_EXTRA_CA_CERTS: certificateFile, NODE_ENV: 'test', ...env },
    },
  });
  [siteURL] = (await once(site, 'message')) as [string];
}

interface Begun {
  callback: string;
  cookie: string;
}

/** Begins a login, which the user allows. Returns the callback, and the cookie of the session. */
async function begin(): Promise<Begun> {
  const { headers } = await request(siteURL).get('/login').expect(302);
  const { url = '' } = wechat.phone.open(headers['location'] ?? '', { decision: 'allow' });
  return { callback: url.slice(siteURL.length), cookie: headers['set-cookie']?.[0] ?? '' };
}

async function finish({ callback, cookie }: Begun): Promise<void> {
  const { body } = await request(siteURL).get(callback).set('Cookie', cookie).expect(200);
  expect(body).toMatchObject({ displayName: expect.stringMatching(/./) });
}

const SILENT = () => ({ scope: 'snsapi_base' });
/** WeChat's response to the exchange of a silent login, the only call of such a login. */
const SILENT_TOKENS = responseBytes({ access_token: 'T', openid: 'o', scope: 'snsapi_base' });

/** Starts a TLS server that hands each connection to `onConnection`. Returns its port, and the failed handshakes. */
async function startServer(
  onConnection: (socket: tls.TLSSocket) => void,
  { key, cert } = certificate,
): Promise<{ port: number; refusals: unknown[] }> {
  const refusals: unknown[] = [];
  const server = tls.createServer({ key, cert }, (socket) => {
    onConnection(socket.on('error', () => undefined));
  });
  server.on('tlsClientError', (error) => refusals.push(error));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { port: (server.address() as AddressInfo).port, refusals };
}

async function beginSilently(): Promise<Begun> {
  const { headers } = await request(siteURL).get('/login').expect(302);
  const state = new URL(headers['location'] ?? '').searchParams.get('state');
  return { callback: `/callback?code=C&state=${state}`, cookie: headers['set-cookie']?.[0] ?? '' };
}

async function finishSilently({ callback, cookie }: Begun): Promise<void> {
  const { body } = await request(siteURL).get(callback).set('Cookie', cookie).expect(200);
  expect(body).toMatchObject({ openid: 'o' });
}

const counts = (): object => ({ connections: proxy.connections, roundTrips: proxy.roundTrips });
/** A handshake: the client's hello, and its end. */
const connected = (): boolean => proxy.roundTrips === 2;

/** What the server has asked WeChat: not what the phone has opened. */
const apiCalls = (): unknown[] => wechat.requests.filter(({ endpoint }) => endpoint !== 'authorize');

describe('the connections of a login', () => {
  test('the first login opens its connection while the user is at WeChat, then needs one round trip a call', async () => {
    await startSite(emulatorPort);
    const login = await begin();
    await until(connected);
    expect(counts()).toEqual({ connections: 1, roundTrips: 2 });
    expect(apiCalls()).toEqual([]);
    proxy.reset();
    await finish(login);
    expect(counts()).toEqual({ connections: 0, roundTrips: 2 });
    expect(apiCalls()).toHaveLength(2);
  });

  test('a login whose callback comes before the connection is open waits for it, and opens no other', async () => {
    await startSite(emulatorPort);
    await finish(await begin());
    expect(proxy.connections).toBe(1);
  });

  test('later logins open no connection, and need two round trips each', async () => {
    await startSite(emulatorPort);
    await finish(await begin());
    proxy.reset();
    for (let i = 0; i < 5; i++) {
      // As long as a connection rests before it carries a code again.
      await sleep(500);
      await finish(await begin());
    }
    expect(counts()).toEqual({ connections: 0, roundTrips: 10 });
  });

  test('a login reuses a connection that was idle for longer than Node’s default of five seconds', async () => {
    const { port } = await startServer((socket) => socket.on('data', () => socket.write(SILENT_TOKENS)));
    await startSite(port, SILENT);
    await finishSilently(await beginSilently());
    proxy.reset();
    await sleep(5500);
    await finishSilently(await beginSilently());
    expect(counts()).toEqual({ connections: 0, roundTrips: 1 });
  });

  test('200 logins at once succeed over a bounded number of connections', async () => {
    await startSite(emulatorPort);
    const logins = await Promise.all(Array.from({ length: 200 }, begin));
    await Promise.all(logins.map(finish));
    expect(proxy.mostAtOnce).toBeLessThanOrEqual(128);
  });
});

describe('preconnect', () => {
  test('opens one connection, however many logins begin', async () => {
    await startSite(emulatorPort);
    await Promise.all(Array.from({ length: 50 }, begin));
    await until(connected);
    await Promise.all(Array.from({ length: 50 }, begin));
    for (let i = 0; i < 10; i++) await begin();
    expect(counts()).toEqual({ connections: 1, roundTrips: 2 });
  });

  test('is not retried for each login when it fails', async () => {
    await startSite('nowhere');
    for (let i = 0; i < 20; i++) await request(siteURL).get('/login').expect(302);
    expect(proxy.connections).toBe(1);
  });

  test('keeps no process alive', async () => {
    await startSite(emulatorPort);
    await begin();
    await until(connected);
    site.send('end');
    expect(await once(site, 'exit')).toEqual([0, null]);
  });

  test.each<[string, (socket: tls.TLSSocket) => unknown]>([
    ['has closed', (socket) => socket.end()],
    ['has reset', (socket) => setImmediate(() => socket.destroy())],
    [
      'has timed out with a 408',
      (socket) => socket.end('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n'),
    ],
    [
      'has responded on before any request',
      (socket) => socket.write(responseBytes({ access_token: 'X', openid: 'evil', scope: '' })),
    ],
  ])('a connection that WeChat %s is not used for a login', async (_name, misbehave) => {
    const sockets: tls.TLSSocket[] = [];
    const { port } = await startServer((socket) => {
      sockets.push(socket);
      if (sockets.length === 1) misbehave(socket);
      else socket.on('data', () => socket.write(SILENT_TOKENS));
    });
    await startSite(port, SILENT);
    const login = await beginSilently();
    await until(() => sockets[0]?.destroyed === true || sockets[0]?.readableEnded === true);
    await finishSilently(login);
    expect(sockets).toHaveLength(2);
  });

  test('fails no redirect when the first host refuses connections, and the login goes to the next host', async () => {
    const refusing = (await refusingOrigin()).replace('http:', 'https:');
    await startSite(emulatorPort, (origin) => ({ apiOrigin: [refusing, origin] }));
    await finish(await begin());
    expect(apiCalls()).toHaveLength(2);
  });

  test('sends nothing over a connection whose certificate is not trusted, and neither does the login', async () => {
    let received = '';
    const { port, refusals } = await startServer(
      (socket) => {
        socket.on('data', (data) => (received += String(data)));
      },
      await selfSignedCertificate(),
    );
    await startSite(port, SILENT);
    const { callback, cookie } = await beginSilently();
    await until(() => refusals.length > 0);
    const { status, text } = await request(siteURL).get(callback).set('Cookie', cookie);
    expect([status, text]).toEqual([502, expect.stringMatching(/WeChatNetworkError/)]);
    expect(received).toBe('');
  });

  test.each([
    ['an axios instance of the app', { ownAxios: true }, {}],
    ['a proxy in the environment', {}, { HTTPS_PROXY: 'http://127.0.0.1:9' }],
  ])('opens no connection with %s', async (_name, options, env) => {
    await startSite(emulatorPort, () => options, env);
    for (let i = 0; i < 3; i++) await begin();
    expect(proxy.connections).toBe(0);
  });

  test('opens no connection over plain http, which only an emulator speaks', async () => {
    const server = await rawServer(() => undefined);
    await startSite(emulatorPort, () => ({ apiOrigin: server.origin }));
    for (let i = 0; i < 3; i++) await begin();
    expect(server.connections).toBe(0);
    await server.close();
  });
});
