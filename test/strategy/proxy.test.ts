import axios from 'axios';
import http from 'node:http';
import net from 'node:net';
import { createEmulator } from 'wechat-login-emulator';
import { selfSignedCertificate } from '../../emulator/src/tls.js';
import { attempts, ENDPOINTS } from '../support/wechat-calls.js';
import { refusingOrigin } from '../support/ports.js';
import { mobileApp, startEmulator } from '../support/emulator.js';

const { wechat, origin } = startEmulator();

/** An HTTP proxy that passes on what it gets, and remembers the lines it saw. */
const seen: string[] = [];
const proxy = http.createServer((req, res) => {
  seen.push(`${req.method} ${req.url}`);
  const passed = http.request(req.url ?? '', { method: req.method ?? '', headers: req.headers }, (reply) => {
    res.writeHead(reply.statusCode ?? 0, reply.headers);
    reply.pipe(res);
  });
  passed.on('error', () => res.writeHead(502).end('<html>Bad Gateway</html>'));
  req.pipe(passed);
});
proxy.on('connect', (req, client: net.Socket) => {
  seen.push(`CONNECT ${req.url}`);
  const { port, hostname } = new URL(`http://${req.url}`);
  const server = net.connect(Number(port), hostname, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.pipe(client).pipe(server);
  });
  for (const socket of [server, client]) socket.on('error', () => client.destroy());
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
  proxy.closeAllConnections();
  return new Promise((resolve) => proxy.close(resolve));
});

const proxyURL = (): string => `http://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
const through = (apiOrigin = origin()): ReturnType<typeof attempts> =>
  attempts(wechat, origin(), { apiOrigin, timeout: 5000 });

// The first, since the axios of this package is made once.
it('axios.defaults of the app do not affect calls through a proxy', async () => {
  process.env['HTTP_PROXY'] = proxyURL();
  const own = http.createServer((_req, res) => res.end());
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  const strangers = jest.fn();
  own.on('request', strangers);
  const { defaults } = axios;
  const kept = { ...defaults, common: { ...defaults.headers.common } };
  Object.assign(defaults, {
    baseURL: `http://127.0.0.1:${(own.address() as net.AddressInfo).port}`,
    allowAbsoluteUrls: false,
  });
  defaults.headers.common['Authorization'] = 'Bearer of-the-app';
  const headers: unknown[] = [];
  const look = (req: http.IncomingMessage): void => void headers.push(req.headers.authorization);
  proxy.on('request', look);
  try {
    expect((await through().access_token()).error).toBeUndefined();
    expect(headers).toEqual([undefined]);
    expect(strangers).not.toHaveBeenCalled();
  } finally {
    proxy.off('request', look);
    delete defaults.baseURL;
    delete defaults.allowAbsoluteUrls;
    defaults.headers.common = kept.common;
    own.closeAllConnections();
    await new Promise((resolve) => own.close(resolve));
  }
});

it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
  '%s sends every call through the proxy',
  async (name) => {
    process.env[name] = proxyURL();
    for (const endpoint of ENDPOINTS) expect((await through()[endpoint]()).error).toBeUndefined();
    expect(seen.filter((line) => line.startsWith(`GET ${origin()}/sns/userinfo?`))).not.toEqual([]);
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

it('a proxy that cannot reach WeChat causes a WeChatResponseError', async () => {
  process.env['HTTP_PROXY'] = proxyURL();
  const { error } = await through(await refusingOrigin()).access_token();
  expect(error).toMatchObject({ name: 'WeChatResponseError', httpStatus: 502 });
});
