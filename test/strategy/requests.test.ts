import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { Authenticator } from '@fastify/passport';
import Koa from 'koa';
import { KoaPassport } from 'koa-passport';
import { CookieStateStore, WeChatStrategy, type WeChatFailure } from 'passport-wechat-oauth2';
import passport from 'passport';
import request from 'supertest';
import { approve, beginLogin, browser } from '../support/login.js';
import { miniProgram, mobileApp, startEmulator, website, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser, type TestApp } from '../support/express-app.js';
import { collectWarnings } from '../support/warnings.js';

const { wechat, origin } = startEmulator();

function site(options: object = {}, how: Parameters<typeof appWith>[1] = {}): TestApp {
  return appWith(
    new WeChatStrategy({ ...websiteOptions(origin()), ...options } as never, profileAsUser),
    how,
  );
}

describe('the platform of one request', () => {
  it.each(['mobileApp', 'miniProgram', 'officialAccount'] as const)(
    'chooses among the apps of the strategy, and makes a website no %s',
    async (platform) => {
      const { app, errors } = site({}, { authenticate: { platform } });
      const posted = await browser(app).post('/auth/wechat').send({ code: 'C' });
      const returned = await browser(app).get('/auth/wechat/callback?code=C&state=S');
      expect([posted.status, returned.status]).toEqual([500, 500]);
      for (const error of errors)
        expect(error).toMatchObject({ name: 'TypeError', message: expect.stringContaining(platform) });
      expect(wechat.requests).toEqual([]);
    },
  );
});

describe('the app’s own data after a failure', () => {
  const state = { returnTo: '/cart' };
  /** The info of a login whose callback is changed, at a callback of the app's own. */
  async function infoOf(change: (callback: string) => string): Promise<WeChatFailure> {
    const infos: WeChatFailure[] = [];
    const store = new CookieStateStore({ secret: 's'.repeat(32), secure: false });
    const auth = new passport.Passport();
    auth.use('wechat', new WeChatStrategy({ ...websiteOptions(origin()), store }, profileAsUser));
    const app = express().get('/auth/wechat{/callback}', (req, res, next) => {
      auth.authenticate('wechat', { state }, (error: unknown, _user: unknown, info: unknown) => {
        infos.push((error ?? info) as WeChatFailure);
        res.end();
      })(req, res, next);
    });
    const visitor = browser(app);
    await visitor.get(change(await approve(wechat, await beginLogin(visitor))));
    return infos[0] as WeChatFailure;
  }

  it.each([
    ['denied', (callback: string) => callback.replace(/code=\w+&?/, '')],
    ['code', (callback: string) => callback.replace(/code=\w+/, 'code=used')],
    ['blocked', (callback: string) => (wechat.faults.next('access_token', { errcode: 40226 }), callback)],
    [
      'snapshot',
      (callback: string) => (
        wechat.faults.next('access_token', { fields: { is_snapshotuser: 1 } }),
        callback
      ),
    ],
  ])('comes with the reason, since the state was right: %s', async (reason, change) => {
    expect(await infoOf(change)).toMatchObject({ reason, message: expect.any(String), state });
  });

  it('is not given for a wrong state', async () => {
    const info = await infoOf((callback) => callback.replace(/state=\w+/, `state=${'0'.repeat(32)}`));
    expect(info).toMatchObject({ reason: 'state' });
    expect(info).not.toHaveProperty('state');
  });
});

describe('a Host header that is none', () => {
  it.each(['a b', 'x@evil.example', 'evil.example/path', 'a?b', '[::1', 'a:99999'])(
    'is the visitor’s fault with a relative callbackURL: 400, no error: %s',
    async (host) => {
      const { app, errors } = site({ callbackURL: '/auth/wechat/callback' });
      const { status, headers } = await browser(app).get('/auth/wechat').set('Host', host);
      expect([status, headers['location'], errors]).toEqual([400, undefined, []]);
    },
  );
});

describe('HTTP/2', () => {
  const servers: (Server | http2.Http2Server)[] = [];
  const clients: http2.ClientHttp2Session[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  async function locationFrom(server: http2.Http2Server): Promise<{ location: URL; authority: string }> {
    servers.push(server);
    const authority = `localhost:${(server.address() as AddressInfo).port}`;
    const client = http2.connect(`http://${authority}`);
    clients.push(client);
    const stream = client.request({ ':path': '/auth/wechat' });
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
    expect(headers[':status']).toBe(302);
    return { location: new URL(headers['location'] ?? ''), authority };
  }
  const strategy = (): WeChatStrategy =>
    new WeChatStrategy(
      { ...websiteOptions(origin()), callbackURL: '/auth/wechat/callback', state: false },
      profileAsUser,
    );

  it.each<[string, () => Promise<http2.Http2Server>]>([
    [
      'Koa',
      async () => {
        const auth = new KoaPassport();
        auth.use(strategy());
        const app = new Koa().use(auth.initialize()).use(auth.authenticate('wechat', { session: false }));
        const server = http2.createServer((req, res) => void app.callback()(req as never, res as never));
        await once(server.listen(0), 'listening');
        return server;
      },
    ],
    [
      'Fastify',
      async () => {
        const auth = new Authenticator();
        auth.use(strategy());
        const app = fastify({ http2: true });
        app.decorateRequest('session');
        await app.register(auth.initialize());
        app.get('/auth/wechat', auth.authenticate('wechat', { session: false }) as never);
        await app.listen({ port: 0 });
        return app.server as unknown as http2.Http2Server;
      },
    ],
    [
      'bare Node',
      async () => {
        const auth = new passport.Passport();
        auth.use(strategy());
        const server = http2.createServer((req, res) => {
          const redirecting = Object.assign(res, {
            redirect: (url: string) => res.writeHead(302, { location: url }).end(),
          });
          auth.authenticate('wechat', { session: false })(req, redirecting, (error: unknown) => {
            res.writeHead(500).end(String(error));
          });
        });
        await once(server.listen(0), 'listening');
        return server;
      },
    ],
  ])('resolves a relative callbackURL against :authority: %s', async (_host, start) => {
    const { location, authority } = await locationFrom(await start());
    expect(location.searchParams.get('redirect_uri')).toBe(`http://${authority}/auth/wechat/callback`);
  });
});

describe('a posted code whose body nobody parsed', () => {
  const native = { clientID: mobileApp.appid, clientSecret: mobileApp.secret, platform: 'mobileApp' };
  const mini = { clientID: miniProgram.appid, clientSecret: miniProgram.secret, platform: 'miniProgram' };

  function infoFor(options: object, parser: express.RequestHandler | undefined): express.Express {
    const auth = new passport.Passport();
    auth.use(
      'wechat',
      new WeChatStrategy({ ...websiteOptions(origin()), ...options } as never, profileAsUser),
    );
    const app = express();
    if (parser) app.use(parser);
    return app.post('/login', (req, res, next) => {
      auth.authenticate('wechat', (_error: unknown, _user: unknown, info: unknown, status: number) => {
        res.status(status).json(info);
      })(req, res, next);
    });
  }

  it.each<[string, object, express.RequestHandler | undefined, string]>([
    ['no parser', native, undefined, 'application/json'],
    ['no parser, of a mini program', mini, undefined, 'application/json'],
    ['another Content-Type', native, express.json(), 'text/plain'],
  ])('is told so: %s', async (_name, options, parser, type) => {
    const { status, body } = await request(infoFor(options, parser))
      .post('/login')
      .type(type)
      .send('{"code":"C"}');
    expect([status, body.reason]).toEqual([400, 'request']);
    expect(body.message).toMatch(/express\.json\(\).*Content-Type: application\/json/);
  });

  it.each(['', '{}', '{"other":1}'])('is told from a body without a code: %j', async (text) => {
    const { body } = await request(infoFor(native, express.json())).post('/login').type('json').send(text);
    expect(body.message).toMatch(/there is no code/);
  });
});

describe('warnings about how requests arrive', () => {
  /** What a request to `/auth/wechat` warns of, in a process of its own as far as modules go. */
  const warningsOf = (
    headers: Record<string, string>,
    options: object = {},
    secure?: boolean,
  ): Promise<unknown[]> =>
    collectWarnings(async () => {
      const fresh = await import('../../lib/index.js');
      const store = new fresh.CookieStateStore({ secret: 's'.repeat(32), secure });
      const all = { ...websiteOptions(origin()), callbackURL: '/auth/wechat/callback', store, ...options };
      const { app } = appWith(new fresh.WeChatStrategy(all, profileAsUser), { sessions: false });
      await browser(app).get('/auth/wechat').set(headers).expect(302);
    });

  it.each<[string, Record<string, string>, object, boolean | undefined, string[]]>([
    [
      'a proxy that is not trusted',
      { 'X-Forwarded-Proto': 'https' },
      {},
      undefined,
      ['WECHAT_PROXY_UNTRUSTED'],
    ],
    ['a proxy that is trusted', { 'X-Forwarded-Proto': 'https' }, { proxy: true }, undefined, []],
    ['a proxy that says http', { 'X-Forwarded-Proto': 'http' }, {}, undefined, []],
    [
      'an absolute callbackURL',
      { 'X-Forwarded-Proto': 'https' },
      { callbackURL: 'https://example.com/cb' },
      undefined,
      [],
    ],
    [
      'a Secure cookie over http in the local network',
      { Host: '192.168.1.5:3000' },
      {},
      undefined,
      ['WECHAT_COOKIE_HTTP'],
    ],
    ['the same with secure: true', { Host: '192.168.1.5:3000' }, {}, true, ['WECHAT_COOKIE_HTTP']],
    ['the same with secure: false', { Host: '192.168.1.5:3000' }, {}, false, []],
    ['localhost', { Host: 'localhost:3000' }, {}, undefined, []],
    [
      'fetch() of a page',
      { 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Mode': 'cors' },
      {},
      undefined,
      ['WECHAT_FETCH'],
    ],
    ['a link', { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate' }, {}, undefined, []],
  ])('%s', async (_name, headers, options, secure, codes) => {
    expect(await warningsOf(headers, options, secure)).toEqual(codes);
  });
});

it('a login at the emulator still works with all of this', async () => {
  const visitor = browser(site().app);
  expect((await visitor.get(await approve(wechat, await beginLogin(visitor)))).body.user.clientID).toBe(
    website.appid,
  );
});
