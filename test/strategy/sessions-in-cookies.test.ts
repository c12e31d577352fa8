import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Authenticator } from '@fastify/passport';
import secureSession from '@fastify/secure-session';
import cookieSession from 'cookie-session';
import express from 'express';
import fastify from 'fastify';
import { getIronSession } from 'iron-session';
import Koa from 'koa';
import { KoaPassport } from 'koa-passport';
import session from 'koa-session';
import passport from 'passport';
import { WeChatStrategy, type WeChatAuthenticateOptions } from 'passport-wechat-oauth2';
import { approve } from '../support/login.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

const PASSWORD = 'a-password-of-at-least-32-characters';
const strategy = (): WeChatStrategy => new WeChatStrategy(websiteOptions(origin()), profileAsUser);
// What else an app stores there: a basket, a token against CSRF.
const OTHERS = { basket: 'b'.repeat(300) };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(server: Server): Promise<string> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An Express app whose `req.session` comes from a middleware. */
async function expressSite(sessions: express.RequestHandler, data: object): Promise<string> {
  const app = express();
  const auth = new passport.Passport();
  auth.use('wechat', strategy());
  app.use(sessions, (req, _res, next) => {
    Object.assign(req.session, OTHERS);
    next();
  });
  const options = { session: false, state: data } as WeChatAuthenticateOptions;
  app.get('/auth/wechat{/callback}', auth.authenticate('wechat', options), (req, res) => {
    res.json({ info: req.authInfo });
  });
  app.use(((error, _req, res, _next) => {
    res.status(error.status ?? 500).json({ error: `${error.name}: ${error.message}` });
  }) as express.ErrorRequestHandler);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return serve(server);
}

const SITES: Record<string, (data: object) => Promise<string>> = {
  'cookie-session': (data) => expressSite(cookieSession({ secret: PASSWORD }), data),
  'iron-session': (data) =>
    expressSite((req, res, next) => {
      getIronSession(req, res, {
        password: PASSWORD,
        cookieName: 'session',
        cookieOptions: { secure: false },
      }).then((ironSession) => {
        Object.assign(req, { session: ironSession });
        next();
      }, next);
    }, data),
  'koa-session': async (data) => {
    const app = new Koa();
    const auth = new KoaPassport();
    auth.use(strategy());
    app.keys = [PASSWORD];
    app.use(async (ctx, next) => {
      await next().catch((error: Error & { status?: number }) => {
        ctx.status = error.status ?? 500;
        ctx.body = { error: `${error.name}: ${error.message}` };
      });
    });
    app.use(session(app));
    app.use(async (ctx, next) => {
      Object.assign(ctx['session'] as object, OTHERS);
      await next();
    });
    app.use(auth.initialize());
    app.use(auth.authenticate('wechat', { session: false, state: data } as never));
    app.use((ctx) => {
      ctx.body = { info: ctx.state['authInfo'] as unknown };
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return serve(server);
  },
  '@fastify/secure-session': async (data) => {
    const app = fastify();
    const auth = new Authenticator();
    auth.use(strategy());
    auth.registerUserSerializer(async (user) => user);
    auth.registerUserDeserializer(async (user) => user);
    await app.register(secureSession, { key: Buffer.alloc(32), cookie: { path: '/' } });
    await app.register(auth.initialize());
    app.addHook('preValidation', async (request) => {
      for (const [name, value] of Object.entries(OTHERS)) request.session.set(name as never, value as never);
    });
    const logIn = auth.authenticate('wechat', { session: false, state: data } as never);
    app.get('/auth/wechat', logIn);
    app.get('/auth/wechat/callback', { preValidation: logIn }, (request) => ({ info: request.authInfo }));
    await app.listen({ port: 0, host: '127.0.0.1' });
    closing.push(() => app.close());
    return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  },
};

/** A browser as RFC 6265bis has it: a cookie whose name and value have more than 4096 bytes is dropped. */
function visitorOf(site: string) {
  const jar = new Map<string, string>();
  return {
    largest: 0,
    async get(path: string) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(site + path, { redirect: 'manual', headers: cookie ? { cookie } : {} });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        this.largest = Math.max(this.largest, line.length);
        const equals = pair.indexOf('=');
        if (pair.length <= 4096) jar.set(pair.slice(0, equals), pair.slice(equals + 1));
      }
      return response;
    },
  };
}

describe.each(Object.entries(SITES))('a session of %s', (_name, site) => {
  it.each(['/cart?item=', '/购物车/', '/%E8%B4%AD'])(
    'holds the newest logins of a visitor who looks at the QR page again and again, each with a long %s…',
    async (path) => {
      const data = { returnTo: path.padEnd(200, path) };
      const visitor = visitorOf(await site(data));
      let location = '';
      for (let look = 0; look < 12; look++) {
        const response = await visitor.get('/auth/wechat');
        expect(response.status).toBe(302);
        location = response.headers.get('location') ?? '';
      }
      expect(visitor.largest).toBeLessThanOrEqual(4096);
      const response = await visitor.get(await approve(wechat, new URL(location)));
      expect([response.status, await response.json()]).toEqual([200, { info: { state: data } }]);
    },
  );

  it('refuses data that is too large for it, and says what to do', async () => {
    const visitor = visitorOf(await site({ returnTo: `/${'x'.repeat(2000)}` }));
    const response = await visitor.get('/auth/wechat');
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(
      /too large: keep an id in it, or raise maxBytes of the SessionStateStore/,
    );
  });
});
