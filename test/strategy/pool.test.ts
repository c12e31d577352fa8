import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { selfSignedCertificate, type Certificate } from '../../emulator/src/tls.js';
import { agents } from '../../lib/pool.js';
import { act, type Action } from '../support/act.js';
import { refusingOrigin } from '../support/ports.js';
import { until } from '../support/until.js';
import { rawServer } from '../support/raw-server.js';
import { profileAsUser } from '../support/express-app.js';

let certificate: Certificate;
beforeAll(async () => {
  certificate = await selfSignedCertificate();
  // WeChat's certificate is signed by somebody whom Node trusts; this one is so for these tests only.
  agents.httpsAgent.options.ca = certificate.cert;
});

interface Secure {
  origin: string;
  sockets: TLSSocket[];
  requests: string[];
  close: () => Promise<void>;
}

/** A quick WeChat over TLS that counts its connections. */
async function secureWeChat(greet?: (socket: TLSSocket) => void): Promise<Secure> {
  const seen: Secure = { origin: '', sockets: [], requests: [], close: () => Promise.resolve() };
  const server = https.createServer(certificate, (req, res) => {
    seen.requests.push(req.url ?? '');
    const body = { access_token: 'T', openid: 'o1', scope: 'snsapi_login', nickname: '阿梅' };
    res.end(JSON.stringify(body));
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    seen.sockets.push(socket);
    socket.on('error', () => undefined);
    greet?.(socket);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  seen.origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  seen.close = () => {
    server.closeAllConnections();
    for (const socket of seen.sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return seen;
}

/** A browser's requests to a strategy that stands for the website of an app. */
function visitor(apiOrigin: string | string[]): {
  start: () => Promise<URL>;
  finish: (start: URL) => Promise<Action>;
} {
  const options: WeChatStrategyOptions = {
    clientID: 'wx0000000000000000',
    clientSecret: 'secret',
    callbackURL: 'https://example.com/callback',
    apiOrigin,
  };
  const strategy = new WeChatStrategy(options, profileAsUser);
  const session = {};
  const send = (query: object): Promise<Action> => act(strategy, { query, session, headers: {} });
  return {
    start: async () => new URL(String((await send({}))[1])),
    finish: (start) => send({ code: 'C', state: start.searchParams.get('state') }),
  };
}

const person = ['success', expect.objectContaining({ openid: 'o1', displayName: '阿梅' }), {}];

it('while a person is at WeChat, one connection is made, which the login then uses for both of its calls', async () => {
  const wechat = await secureWeChat();
  const { start, finish } = visitor(wechat.origin);
  const begun = await start();
  await until(() => wechat.sockets.length === 1);
  expect(wechat.requests).toEqual([]);
  expect(await finish(begun)).toEqual(person);
  expect([wechat.sockets.length, wechat.requests.length]).toEqual([1, 2]);
  await wechat.close();
});

it('however many logins are started, it is one connection', async () => {
  const wechat = await secureWeChat();
  const { start } = visitor(wechat.origin);
  await Promise.all(Array.from({ length: 50 }, start));
  await until(() => wechat.sockets.length > 0);
  await Promise.all(Array.from({ length: 50 }, start));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(wechat.sockets).toHaveLength(1);
  await wechat.close();
});

it('a login that is quicker than the connection waits for it', async () => {
  const wechat = await secureWeChat();
  const { start, finish } = visitor(wechat.origin);
  expect(await finish(await start())).toEqual(person);
  expect(wechat.sockets).toHaveLength(1);
  await wechat.close();
});

it.each<[string, (socket: TLSSocket) => void]>([
  ['closes it again', (socket) => socket.end()],
  ['resets it', (socket) => void setImmediate(() => socket.destroy())],
  [
    'answers before it was asked',
    (socket) =>
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Length: 45\r\n\r\n{"access_token":"X","openid":"evil","scope":""}',
      ),
  ],
])('a WeChat that %s is no failure for the login', async (_name, greet) => {
  let first = true;
  const wechat = await secureWeChat((socket) => {
    if (first) greet(socket);
    first = false;
  });
  const { start, finish } = visitor(wechat.origin);
  const begun = await start();
  await until(() => wechat.sockets[0]?.destroyed === true || wechat.sockets[0]?.readableEnded === true);
  expect(await finish(begun)).toEqual(person);
  await wechat.close();
});

it('a host that cannot be connected to harms no redirect, and the login goes to the next one', async () => {
  const wechat = await secureWeChat();
  const refusing = (await refusingOrigin()).replace('http:', 'https:');
  const { start, finish } = visitor([refusing, wechat.origin]);
  const begun = await start();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await finish(begun)).toEqual(person);
  await wechat.close();
});

it('no secret is sent over a connection whose certificate nobody vouches for, made ahead or not', async () => {
  const stranger = await selfSignedCertificate();
  let got = '';
  const impostor = tls.createServer(stranger, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => (got += String(data)));
  });
  impostor.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  const { start, finish } = visitor(`https://localhost:${(impostor.address() as AddressInfo).port}`);
  const begun = await start();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await finish(begun)).toMatchObject(['error', { name: 'WeChatNetworkError' }]);
  expect(got).toBe('');
  await new Promise((resolve) => impostor.close(resolve));
});

it('over plain http, which is an emulator’s, nothing is made ahead', async () => {
  const server = await rawServer(() => undefined);
  await visitor(server.origin).start();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(server.connections).toBe(0);
  await server.close();
});
