import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import {
  connect,
  createSecureServer,
  type ClientHttp2Session,
  type Http2SecureServer,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import { Authenticator } from '@fastify/passport';
import session from '@fastify/session';
import fastify from 'fastify';
import Koa from 'koa';
import { KoaPassport } from 'koa-passport';
import koaSession from 'koa-session';
import { WeChatStrategy, type VerifyFunction, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { selfSignedCertificate } from 'wechat-login-emulator';
import { startEmulator, website, websiteOptions } from '../support/emulator.js';
import { approve } from '../support/login.js';
import { freePort } from '../support/ports.js';
import { compileFolder, startProgram, stop, untilPrinted } from './processes.js';

const { wechat, origin: emulator } = startEmulator();
const examples = compileFolder('examples', 'express');
const folder = mkdtempSync(join(tmpdir(), 'http2-'));
const TLS_KEY = join(folder, 'key.pem');
const TLS_CERT = join(folder, 'cert.pem');
let key: string;
let ca: string;
let origin: string;
let program: ChildProcess;

beforeAll(async () => {
  ({ key, cert: ca } = await selfSignedCertificate());
  writeFileSync(TLS_KEY, key);
  writeFileSync(TLS_CERT, ca);
  const port = await freePort();
  origin = `https://localhost:${port}`;
  program = startProgram(join(examples.path, 'http2.js'), {
    PORT: String(port),
    TLS_KEY,
    TLS_CERT,
    WECHAT_APP_ID: website.appid,
    WECHAT_APP_SECRET: website.secret,
    EMULATOR_URL: emulator(),
  });
  await untilPrinted(program, `Open ${origin}`);
});
afterAll(async () => {
  await stop(program);
  examples.remove();
  rmSync(folder, { recursive: true });
});

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

async function get(session: ClientHttp2Session, path: string, headers: object = {}): Promise<Answer> {
  const stream = session.request({ ':path': path, ...headers });
  const [answered] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  let body = '';
  for await (const part of stream.setEncoding('utf8')) body += part;
  return { status: Number(answered[':status']), headers: answered, body };
}

function callbackOf(location: string | undefined): string | null {
  return new URL(location ?? '').searchParams.get('redirect_uri');
}

it('resolves a relative callback address against :authority, and logs in over HTTP/2', async () => {
  const session = connect(origin, { ca });
  try {
    const begun = await get(session, '/auth/wechat');
    expect(begun.status).toBe(302);
    expect(callbackOf(begun.headers.location)).toBe(`${origin}/auth/wechat/callback`);
    const cookie = begun.headers['set-cookie']?.map((line) => line.replace(/;.*/, ''));
    const back = await approve(wechat, new URL(begun.headers.location ?? ''));
    expect((await get(session, back)).status).toBe(403);
    const ended = await get(session, back, { cookie });
    expect([ended.status, JSON.parse(ended.body)]).toEqual([
      200,
      { user: { id: expect.any(String), name: '阿梅🌸' } },
    ]);
  } finally {
    session.close();
  }
});

describe('with a relative callback address', () => {
  const options = (): WeChatStrategyOptions => ({ ...websiteOptions(emulator()), callbackURL: '/callback' });
  const verify: VerifyFunction = async (_accessToken, _refreshToken, profile) => profile;

  /** Where a login on this server is to come back to; the server is closed. */
  async function callbackFrom(server: Http2SecureServer): Promise<string | null> {
    const { port } = server.address() as AddressInfo;
    const session = connect(`https://localhost:${port}`, { ca });
    const { headers } = await get(session, '/auth/wechat');
    session.close();
    server.close();
    return callbackOf(headers.location)?.replace(String(port), 'PORT') ?? null;
  }

  it('Fastify resolves it against :authority', async () => {
    const passport = new Authenticator();
    passport.use(new WeChatStrategy(options(), verify));
    const app = fastify({ http2: true, https: { key, cert: ca } });
    await app.register(cookie);
    await app.register(session, { secret: 'x'.repeat(32), cookie: { secure: 'auto' } });
    await app.register(passport.initialize());
    // @fastify/passport's types know servers of HTTP/1.1 only.
    app.get('/auth/wechat', passport.authenticate('wechat') as never);
    await app.listen({ port: 0 });
    expect(await callbackFrom(app.server)).toBe('https://localhost:PORT/callback');
  });

  it('Koa resolves it against :authority', async () => {
    const passport = new KoaPassport();
    passport.use(new WeChatStrategy(options(), verify));
    const app = new Koa();
    app.keys = ['key'];
    app.use(koaSession(app));
    app.use(passport.initialize());
    app.use(passport.authenticate('wechat'));
    const server = createSecureServer({ key, cert: ca }, app.callback()).listen(0);
    await once(server, 'listening');
    expect(await callbackFrom(server)).toBe('https://localhost:PORT/callback');
  });
});

it('resolves it against the Host header for a client of HTTP/1.1', async () => {
  const [response] = await once(request(`${origin}/auth/wechat`, { ca, agent: false }).end(), 'response');
  expect(callbackOf(response.headers.location)).toBe(`${origin}/auth/wechat/callback`);
  response.resume();
});
