import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import {
  CookieStateStore,
  type StateMeta,
  WeChatStrategy,
  type CookieStateStoreOptions,
  type WeChatProfile,
  type WeChatStrategyOptions,
} from 'passport-wechat-oauth2';
import { approve } from './login.js';
import { websiteOptions } from './emulator.js';
import type { Emulator } from 'wechat-login-emulator';

export const SECRET = 'first-secret-of-at-least-32-characters';

interface SiteResponse {
  status: number;
  location: string;
  /** The Set-Cookie headers. */
  cookies: string[];
  body: string;
}

/** A site that stores logins in cookies, and a client that sends it exactly the cookies that a test chooses. */
export interface CookieSite {
  get(path: string, cookies?: readonly string[], headers?: Record<string, string>): Promise<SiteResponse>;
  sessions: session.MemoryStore;
  errors: Error[];
}

/** Options of the store, the strategy and the site. */
export type SiteOptions = [
  store?: Partial<CookieStateStoreOptions>,
  options?: Partial<WeChatStrategyOptions>,
  how?: { state?: Record<string, unknown>; withResponse?: boolean },
];

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

export async function cookieSite(
  origin: string,
  ...[store = {}, options = {}, { state, withResponse = true } = {}]: SiteOptions
): Promise<CookieSite> {
  const app = express();
  const auth = new passport.Passport();
  const sessions = new session.MemoryStore();
  const errors: Error[] = [];
  const all = {
    ...websiteOptions(origin),
    store: new CookieStateStore({ secret: SECRET, ...store }),
    ...options,
  };
  auth.use(
    'wechat',
    new WeChatStrategy(all as WeChatStrategyOptions, async (_a, _r, profile: WeChatProfile) => profile),
  );
  // There is a session, but the store must not use it.
  app.use(session({ secret: 'test', resave: false, saveUninitialized: false, store: sessions }));
  app.use((req, res, next) => {
    res.append('Set-Cookie', 'theme=dark; Path=/');
    if (!withResponse) Reflect.deleteProperty(req, 'res');
    next();
  });
  app.get(
    '/auth/wechat{/callback}',
    auth.authenticate('wechat', { session: false, ...(state && { state }) } as object),
    (req, res) => {
      res.append('Set-Cookie', 'greeted=yes; Path=/');
      res.json({ user: req.user, info: req.authInfo });
    },
  );
  app.use(((error, _req, res, _next) => {
    errors.push(error as Error);
    res.status(500).end();
  }) as express.ErrorRequestHandler);
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    sessions,
    errors,
    get: async (path, cookies = [], headers = {}) => {
      const response = await fetch(base + path, {
        redirect: 'manual',
        headers: { cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; '), ...headers },
      });
      return {
        status: response.status,
        location: response.headers.get('location') ?? '',
        cookies: response.headers.getSetCookie(),
        body: await response.text(),
      };
    },
  };
}

/** Begins a login. Returns its cookie, and the callback URL that WeChat sends the browser to. */
export async function beginAt(
  wechat: Emulator,
  { get }: CookieSite,
  cookies: readonly string[] = [],
): Promise<{ cookie: string; callback: string }> {
  const response = await get('/auth/wechat', cookies);
  const cookie = response.cookies.findLast((line) => /-[0-9a-f]{32}=/.test(line)) ?? '';
  return { cookie, callback: await approve(wechat, new URL(response.location)) };
}

/** What passport-oauth2 passes to a store; our stores ignore it. */
export const META: StateMeta = { authorizationURL: '', tokenURL: '', clientID: '' };

/** The Set-Cookie header of a login that is started in this request. */
export async function storedCookie(
  store: CookieStateStore,
  request: { headers: object; res: ReturnType<typeof fakeResponse> },
): Promise<string> {
  await new Promise((resolve, reject) => {
    store.store(request as never, undefined, META, (error, handle) =>
      error ? reject(error) : resolve(handle),
    );
  });
  return request.res.lines[0] ?? '';
}

/** As much of a response as a cookie store needs. */
export function fakeResponse(): {
  lines: string[];
  getHeader: () => string[];
  setHeader: (name: string, lines: string[]) => void;
} {
  const response = {
    lines: [] as string[],
    getHeader: () => response.lines,
    setHeader: (_name: string, lines: string[]) => {
      response.lines = lines;
    },
  };
  return response;
}
