import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { approve, beginLogin, browser, logIn, type Browser } from '../support/login.js';
import { compileFolder, stop } from './processes.js';
import type { Setup } from './servers/serve.js';

const { wechat, origin: emulator } = startEmulator();
const folders = [
  compileFolder('servers', 'express'),
  compileFolder('servers', require.resolve('express4')),
] as const;
const [{ path: servers }, { path: withExpress4 }] = folders;
afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** Where the app asks WeChat to send the browser back to. */
function callbackOf(qrconnect: URL): URL {
  return new URL(qrconnect.searchParams.get('redirect_uri') ?? '');
}

const FORWARDED = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'localhost:8443' };

describe.each([
  { host: 'Express 5', program: join(servers, 'express.js') },
  { host: 'Express 4', program: join(withExpress4, 'express.js') },
  { host: 'NestJS', program: join(servers, 'nest.js'), refused: 401 },
  {
    host: 'NestJS with the arity argument',
    program: join(servers, 'nest.js'),
    refused: 401,
    env: { ARITY: '1' },
  },
  { host: 'Fastify with @fastify/session', program: join(servers, 'fastify.js') },
  {
    host: 'Fastify with @fastify/secure-session',
    program: join(servers, 'fastify.js'),
    env: { SESSIONS: '@fastify/secure-session' },
  },
  { host: 'Koa', program: join(servers, 'koa.js') },
  { host: 'bare Node', program: join(servers, 'node-http.js') },
])('$host', ({ program, env = {}, refused = 403 }) => {
  let child: ChildProcess;
  let complaints = '';
  beforeAll(() => {
    child = fork(program, { env: { PATH: process.env['PATH'], ...env }, silent: true });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
  });
  afterAll(async () => {
    await stop(child);
    // One of the tests below is such a proxy.
    const others = complaints.replace(/\(node:\d+\) \[WECHAT_PROXY_UNTRUSTED\].*\n\(Use .*\n/, '');
    if (others !== '') throw new Error(`The host complains, of something deprecated maybe:\n${others}`);
  });

  async function start(callbackURL: string, setup: Partial<Setup> = {}): Promise<() => Browser> {
    const options = { ...websiteOptions(emulator()), callbackURL };
    child.send({ options, trustProxy: false, prefix: '', session: true, ...setup });
    const [port] = await once(child, 'message');
    return () => browser(`http://localhost:${port}`);
  }

  it('logs people in, in two tabs, with an absolute callback address', async () => {
    const visitor = await start('http://localhost:3000/auth/wechat/callback');
    const person = visitor();
    const [first, second] = [
      await beginLogin(person, '/auth/wechat'),
      await beginLogin(person, '/auth/wechat'),
    ];
    expect(callbackOf(first).href).toBe('http://localhost:3000/auth/wechat/callback');
    const forged = `/auth/wechat/callback?code=forged&state=${'0'.repeat(32)}`;
    await person.get(forged).expect(refused);
    const { body } = await person.get(await approve(wechat, first)).expect(200);
    expect(body.id).toMatch(/^o/);
    expect((await person.get('/me')).body).toEqual({ user: body });
    expect((await visitor().get('/me')).body).toEqual({ user: null });
    await visitor()
      .get(await approve(wechat, second))
      .expect(refused);
  });

  it('resolves a relative callback address, and does not believe what claims to be a proxy', async () => {
    const visitor = await start('/auth/wechat/callback');
    const person = visitor();
    const { host } = new URL(person.get('/').url);
    const login = await beginLogin(person, '/auth/wechat', FORWARDED);
    expect(callbackOf(login).href).toBe(`http://${host}/auth/wechat/callback`);
    await person.get(await approve(wechat, login)).expect(200);
  });

  it('resolves a relative callback address behind a proxy that it trusts', async () => {
    const visitor = await start('/auth/wechat/callback', { trustProxy: true });
    const begun = await visitor().get('/auth/wechat').set(FORWARDED).expect(302);
    const login = new URL(begun.headers['location'] ?? '');
    expect(callbackOf(login).href).toBe('https://localhost:8443/auth/wechat/callback');
    // The proxy speaks https to the browser, which therefore gives back cookies that are Secure.
    const cookies = [begun.headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';')[0]);
    await visitor()
      .get(await approve(wechat, login))
      .set({ ...FORWARDED, Cookie: cookies.join('; ') })
      .expect(200);
  });

  it('works under a path', async () => {
    const visitor = await start('wechat/callback', { prefix: '/shop' });
    const person = visitor();
    const login = await beginLogin(person, '/shop/auth/wechat');
    expect(callbackOf(login).pathname).toBe('/shop/auth/wechat/callback');
    await person.get(await approve(wechat, login)).expect(200);
  });

  it('works without a session, for the browser that began', async () => {
    const visitor = await start('/auth/wechat/callback', { session: false });
    const person = visitor();
    const login = await beginLogin(person, '/auth/wechat');
    const back = await approve(wechat, login);
    await visitor().get(back).expect(refused);
    expect((await person.get(back).expect(200)).body.id).toMatch(/^o/);
    expect((await person.get('/me')).body).toEqual({ user: null });
  });

  it("hands an error to the host's error handler", async () => {
    const visitor = await start('/auth/wechat/callback');
    wechat.faults.next('access_token', { errcode: 40125 });
    const response = await logIn(wechat, visitor(), '/auth/wechat');
    expect(response.status).toBe(500);
    expect(response.body).toEqual({ error: 'WeChatAPIError' });
  });
});
