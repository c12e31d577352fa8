import axios from 'axios';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { WeChatClient, type WeChatClientOptions, type WeChatNetworkError } from 'passport-wechat-oauth2';
import { createEmulator } from 'wechat-login-emulator';
import { selfSignedCertificate } from '../../emulator/src/tls.js';
import { attempts, ended, ENDPOINTS } from '../support/wechat-calls.js';
import { refusingOrigin } from '../support/ports.js';
import { rawServer, type OnConnection } from '../support/raw-server.js';
import { until } from '../support/until.js';
import { mobileApp, startEmulator } from '../support/emulator.js';

const { wechat, origin } = startEmulator();

/** An HTTP proxy that opens tunnels, and remembers the lines it saw. */
const seen: string[] = [];
let [tunnels, mostTunnels] = [0, 0];
const clients = new Set<net.Socket>();
const proxy = http.createServer((req, res) => {
  seen.push(`${req.method} ${req.url}`);
  res.writeHead(400).end();
});
proxy.on('connect', (req, client: net.Socket) => {
  seen.push(`CONNECT ${req.url}`);
  if (req.headers['proxy-authorization']) seen.push(req.headers['proxy-authorization']);
  clients.add(client);
  mostTunnels = Math.max(mostTunnels, ++tunnels);
  client.on('close', () => tunnels--);
  const { port, hostname } = new URL(`http://${req.url}`);
  const server = net.connect(Number(port), hostname, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.pipe(client).pipe(server);
  });
  client.on('error', () => server.destroy());
  server.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
});

const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));

beforeAll(() => new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve)));
beforeEach(() => {
  seen.length = 0;
  for (const name of NAMES) Reflect.deleteProperty(process.env, name);
});
afterAll(() => {
  Object.assign(
    process.env,
    Object.fromEntries(Object.entries(before).filter(([, value]) => value !== undefined)),
  );
  for (const client of clients) client.destroy();
  proxy.closeAllConnections();
  return new Promise((resolve) => proxy.close(resolve));
});

const proxyURL = (): string => `http://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
const through = (apiOrigin = origin()): ReturnType<typeof attempts> =>
  attempts(wechat, origin(), { apiOrigin, timeout: 20_000 });

it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
  '%s sends every call through the proxy',
  async (name) => {
    // Another user for each, so that none uses the tunnels of the one before.
    process.env[name] = proxyURL().replace('//', `//${name}@`);
    for (const endpoint of ENDPOINTS) expect((await through()[endpoint]()).error).toBeUndefined();
    expect(seen).toContain(`CONNECT ${new URL(origin()).host}`);
    expect(seen.filter((line) => !/^(CONNECT|Basic) /.test(line))).toEqual([]);
  },
);

it.each(['127.0.0.1', '*', 'example.com,127.0.0.1'])('NO_PROXY=%s bypasses the proxy', async (hosts) => {
  process.env['HTTP_PROXY'] = proxyURL();
  process.env['NO_PROXY'] = hosts;
  expect((await through().userinfo()).error).toBeUndefined();
  expect(seen).toEqual([]);
});

it('an empty HTTP_PROXY names no proxy', async () => {
  process.env['HTTP_PROXY'] = '';
  expect((await through().userinfo()).error).toBeUndefined();
  expect(seen).toEqual([]);
});

it('a proxy sees the host of an https call and nothing else', async () => {
  const secure = createEmulator();
  const { origin: address } = await secure.listen({ tls: await selfSignedCertificate() });
  // By a name, as WeChat is called: an address is no server name of TLS (RFC 6066, section 3), and Node 26 refuses it.
  const https = address.replace('127.0.0.1', 'localhost');
  process.env['HTTPS_PROXY'] = proxyURL();
  // It is not trusted, which only the client can know that looks through the tunnel.
  expect((await through(https).access_token()).error).toMatchObject({
    name: 'WeChatNetworkError',
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
  });
  expect(seen).toEqual([`CONNECT ${new URL(https).host}`]);
  expect(secure.requests).toEqual([]);
  await secure.close();
});

it('a proxy that is down causes an error without secrets', async () => {
  process.env['HTTP_PROXY'] = await refusingOrigin();
  const { error } = await through().access_token();
  expect(error).toMatchObject({ name: 'WeChatNetworkError', code: 'ECONNREFUSED' });
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(mobileApp.secret);
});

it('a proxy that cannot reach WeChat causes a WeChatNetworkError', async () => {
  process.env['HTTP_PROXY'] = proxyURL();
  const { error } = await through(await refusingOrigin()).access_token();
  expect(error).toMatchObject({ name: 'WeChatNetworkError', code: 'ERR_PROXY', status: 502 });
  expect((error as Error).message).toMatch(/The proxy did not open a connection to WeChat/);
  expect((error as Error).message).not.toMatch(/axios/);
});

it('the next host is tried when the proxy cannot reach the first', async () => {
  process.env['HTTP_PROXY'] = proxyURL();
  const { error } = await attempts(wechat, origin(), {
    apiOrigin: [await refusingOrigin(), origin()],
    timeout: 20_000,
  }).access_token();
  expect(error).toBeUndefined();
});

it('the password of the proxy goes to the proxy, and stands in no error', async () => {
  process.env['HTTP_PROXY'] = proxyURL().replace('//', '//me:pass%3Aword@');
  const { error } = await through(await refusingOrigin()).access_token();
  expect(seen).toContain(`Basic ${Buffer.from('me:pass:word').toString('base64')}`);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/pass(:|%3A)word|bWU6/);
});

describe.each<[string, () => Pick<WeChatClientOptions, 'axios'>]>([
  ['directly', () => ({})],
  ['through an axios without agents', () => ({ axios: axios.create() })],
])('behind a proxy, %s,', (_name, way) => {
  const client = (apiOrigin: string | string[], timeout: number): WeChatClient =>
    new WeChatClient({ clientID: 'wx0', clientSecret: 's', apiOrigin, timeout, ...way() });

  it('500 calls at once share 128 tunnels, and later calls use them again', async () => {
    const server = http.createServer((_req, res) => setTimeout(() => res.end('{"errcode":0}'), 5));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 2048, resolve));
    process.env['HTTP_PROXY'] = proxyURL();
    const others = (mostTunnels = tunnels);
    const caller = client(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`, 20_000);
    const calls = await Promise.all(Array.from({ length: 500 }, () => caller.check('T', 'o')));
    expect(new Set(calls)).toEqual(new Set([true]));
    expect(mostTunnels - others).toBeLessThanOrEqual(128);
    await sleep(2000);
    const before = seen.length;
    await Promise.all(Array.from({ length: 20 }, () => caller.check('T', 'o')));
    expect(seen.length).toBe(before);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each<[string, OnConnection, string]>([
    ['never answers', () => undefined, 'ETIMEDOUT'],
    [
      'sends headers without end',
      (socket) => {
        const line = `X-Endless: ${'x'.repeat(1000)}\r\n`;
        socket.write('HTTP/1.1 200 OK\r\n');
        const write = (): void => void (socket.writable && socket.write(line.repeat(64), write));
        write();
      },
      'HPE_HEADER_OVERFLOW',
    ],
    [
      'wants a password',
      (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
      'ERR_PROXY',
    ],
    ['sends a page', (socket) => socket.end('HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno'), 'ERR_PROXY'],
    ['hangs up', (socket) => socket.end(), 'ECONNRESET'],
    ['speaks another protocol', (socket) => socket.write('SSH-2.0-OpenSSH\r\n'), 'HPE_INVALID_CONSTANT'],
  ])('a proxy that %s leaves no connection open', async (_what, onConnect, code) => {
    const open = new Set<net.Socket>();
    let received = 0;
    const bad = await rawServer((socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.once('data', () => onConnect(socket));
      socket.on('data', (data) => (received += data.length));
    });
    process.env['HTTP_PROXY'] = bad.origin;
    const caller = client('http://wechat.invalid', code === 'ETIMEDOUT' ? 3000 : 30_000);
    const endings = await Promise.all(Array.from({ length: 60 }, () => ended(caller.exchangeCode('C'))));
    const codes = endings.map(({ error }) => (error as WeChatNetworkError).code);
    expect(new Set(codes)).toEqual(new Set([code]));
    expect(bad.connections).toBe(60);
    await until(() => open.size === 0);
    // Nothing but CONNECT.
    expect(received).toBeLessThan(60 * 300);
    await bad.close();
  });
});

it('an axios with `proxy: false` bypasses the proxy of the environment', async () => {
  process.env['HTTP_PROXY'] = proxyURL();
  const direct = { apiOrigin: origin(), axios: axios.create({ proxy: false }) };
  expect((await attempts(wechat, origin(), direct).userinfo()).error).toBeUndefined();
  expect(seen).toEqual([]);
});
