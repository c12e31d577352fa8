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
import { until } from '../support/until.js';
import { startLine, type Line } from '../support/counting-proxy.js';
import { replyBytes } from '../support/raw-server.js';
import { account } from '../support/emulator.js';

// Counts, not times: a connection costs a visitor two round trips to WeChat, and each call one.
const wechat = createEmulator();
const folder = mkdtempSync(path.join(tmpdir(), 'connections-'));
const certificate = path.join(folder, 'emulator.pem');
let secure: Certificate;
let emulatorPort = 0;
let line: Line;
let site: ChildProcess;
let url = '';

beforeAll(async () => {
  secure = await selfSignedCertificate();
  writeFileSync(certificate, secure.cert);
  emulatorPort = Number(new URL((await wechat.listen({ tls: secure })).origin).port);
});
afterEach(async () => {
  site.kill('SIGKILL');
  await line.close();
});
afterAll(async () => {
  await wechat.close();
  rmSync(folder, { recursive: true });
});

/** A website whose line to WeChat ends at this port. */
async function startSite(port: number | 'nowhere', options = {}, env = {}): Promise<void> {
  line = await startLine(port);
  const origin = `https://localhost:${line.port}`;
  const strategy = {
    ...{ clientID: account.appid, clientSecret: account.secret, platform: 'officialAccount' },
    ...{ openOrigin: origin, apiOrigin: origin, ...options },
  };
  site = fork(path.join(__dirname, '../support/connections-app.cjs'), {
    env: {
      ...{ PATH: process.env['PATH'], STRATEGY: JSON.stringify(strategy) },
      ...{ NODE_EXTRA_CA_CERTS: certificate, ...env },
    },
  });
  [url] = (await once(site, 'message')) as [string];
}

interface Begun {
  callback: string;
  cookie: string;
}

interface Server {
  port: number;
  close(): Promise<void>;
}

/** A visitor is sent to WeChat and allows: the address that they come back with, and the cookie of their session. */
async function begin(): Promise<Begun> {
  const { headers } = await request(url).get('/login').expect(302);
  const { url: callback = '' } = wechat.phone.open(headers['location'] ?? '', { decision: 'allow' });
  return { callback: callback.slice(url.length), cookie: headers['set-cookie']?.[0] ?? '' };
}

async function end({ callback, cookie }: Begun): Promise<void> {
  const { body } = await request(url).get(callback).set('Cookie', cookie).expect(200);
  expect(body).toMatchObject({ displayName: expect.stringMatching(/./) });
}

/** What WeChat answers to the exchange of a silent login, after which nothing more is asked. */
const SILENT = replyBytes({ access_token: 'T', openid: 'o', scope: 'snsapi_base' });

/** A server with TLS that does what it is told. */
async function startServer(onConnection: (socket: tls.TLSSocket) => void): Promise<Server> {
  const server = tls.createServer({ key: secure.key, cert: secure.cert }, (socket) => {
    onConnection(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    await line.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function beginSilently(): Promise<Begun> {
  const { headers } = await request(url).get('/login').expect(302);
  const state = new URL(headers['location'] ?? '').searchParams.get('state');
  return { callback: `/callback?code=C&state=${state}`, cookie: headers['set-cookie']?.[0] ?? '' };
}

async function endSilently({ callback, cookie }: Begun): Promise<void> {
  const { body } = await request(url).get(callback).set('Cookie', cookie).expect(200);
  expect(body).toMatchObject({ openid: 'o' });
}

const counts = (): object => ({ connections: line.connections, flights: line.flights });

describe('a login', () => {
  test('the first one: the connection is made while the person is still at WeChat', async () => {
    await startSite(emulatorPort);
    const login = await begin();
    // The client's greeting, and the end of the handshake.
    await until(() => line.flights === 2);
    expect(counts()).toEqual({ connections: 1, flights: 2 });
    line.reset();
    await end(login);
    expect(counts()).toEqual({ connections: 0, flights: 2 });
  });

  test('the first one of somebody who is back before the connection is there', async () => {
    await startSite(emulatorPort);
    await end(await begin());
    expect(line.connections).toBe(1);
  });

  test('further ones: no connection, two round trips each', async () => {
    await startSite(emulatorPort);
    await end(await begin());
    line.reset();
    for (let i = 0; i < 10; i++) await end(await begin());
    expect(counts()).toEqual({ connections: 0, flights: 20 });
  });

  test('one after a longer pause than the five seconds for which Node keeps a connection by itself', async () => {
    const server = await startServer((socket) => {
      socket.on('data', () => socket.write(SILENT));
    });
    await startSite(server.port, { scope: 'snsapi_base' });
    await endSilently(await beginSilently());
    line.reset();
    await sleep(5500);
    await endSilently(await beginSilently());
    expect(counts()).toEqual({ connections: 0, flights: 1 });
    await server.close();
  }, 15_000);

  test('two hundred at once: all are right, and the connections are bounded', async () => {
    await startSite(emulatorPort);
    const logins = await Promise.all(Array.from({ length: 200 }, begin));
    await Promise.all(logins.map(end));
    expect(line.connections).toBeLessThanOrEqual(128);
  }, 40_000);
});

describe('a connection that is made ahead', () => {
  test('is one, however many visitors begin a login', async () => {
    await startSite(emulatorPort);
    await Promise.all(Array.from({ length: 50 }, begin));
    await until(() => line.flights === 2);
    for (let i = 0; i < 10; i++) await begin();
    expect(counts()).toEqual({ connections: 1, flights: 2 });
  });

  test('is not tried again and again where it fails', async () => {
    await startSite('nowhere');
    for (let i = 0; i < 20; i++) await request(url).get('/login').expect(302);
    expect(line.connections).toBe(1);
  });

  test('keeps no process alive', async () => {
    await startSite(emulatorPort);
    await begin();
    await until(() => line.flights === 2);
    site.send('end');
    expect(await once(site, 'exit')).toEqual([0, null]);
  });

  test('is not used when the server has said something on it, and closed it', async () => {
    let connections = 0;
    const server = await startServer((socket) => {
      if (++connections === 1) socket.end('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n');
      else socket.on('data', () => socket.write(SILENT));
    });
    await startSite(server.port, { scope: 'snsapi_base' });
    const login = await beginSilently();
    await until(() => connections === 1);
    await endSilently(login);
    expect(connections).toBe(2);
    await server.close();
  });

  test.each([
    ['an axios of the application', { ownAxios: true }, {}],
    ['a proxy in the environment', {}, { HTTPS_PROXY: 'http://127.0.0.1:9' }],
  ])('is not made for %s', async (_name, options, env) => {
    await startSite(emulatorPort, options, env);
    for (let i = 0; i < 3; i++) await begin();
    expect(line.connections).toBe(0);
  });
});
