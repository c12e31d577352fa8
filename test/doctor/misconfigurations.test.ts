import express, { type Express } from 'express';
import session from 'express-session';
import passport from 'passport';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createEmulator, DEFAULT_APPS, type EmulatorApp } from 'wechat-login-emulator';
import { WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import type { Finding } from 'wechat-login-doctor';
import { examined, problems } from '../support/doctor-runs.js';

// Whatever a person can get wrong about a WeChat login, in an app that is otherwise right, named by the doctor alone.

const [website, account] = DEFAULT_APPS;

/** Every secret that passed through the app: codes, states, values of cookies. */
const secrets = new Set<string>();

interface Mistake {
  /** What the app has configured. */
  options?: Partial<WeChatStrategyOptions>;
  cookie?: session.CookieOptions;
  /** What WeChat's console has. */
  apps?: EmulatorApp[];
  /** The host that visitors begin on. */
  visitors?: string;
}

interface Running {
  app: Express;
  origin: string;
  close: () => Promise<void>;
}

async function listen(app: Express): Promise<Running> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { app, origin, close };
}

async function examineWith({ options, cookie, apps, visitors = '127.0.0.1' }: Mistake): Promise<Finding[]> {
  const wechat = createEmulator(apps ? { apps } : {});
  const { origin: emulator } = await wechat.listen();
  const app = express();
  const running = await listen(app);
  const auth = new passport.Passport();
  auth.serializeUser((user, done) => done(null, user));
  auth.deserializeUser((user, done) => done(null, user as Express.User));
  auth.use(
    new WeChatStrategy(
      {
        ...{
          clientID: website.appid,
          clientSecret: website.secret,
          callbackURL: `${running.origin}/callback`,
        },
        ...{ openOrigin: emulator, apiOrigin: emulator, timeout: 2000 },
        ...options,
      } as WeChatStrategyOptions,
      async (_access, _refresh, { id, displayName }) => ({ id, displayName }),
    ),
  );
  app.use((req, res, next) => {
    for (const value of Object.values(req.query))
      if (typeof value === 'string' && value.length > 8) secrets.add(value);
    const [, cookie] = /connect\.sid=([^;]+)/.exec(req.headers.cookie ?? '') ?? [];
    if (cookie !== undefined) secrets.add(cookie);
    next();
  });
  const redirects = { successRedirect: '/', failureRedirect: '/failed' };
  app.use(
    session({
      secret: 'test',
      resave: false,
      saveUninitialized: false,
      cookie: { sameSite: 'lax', ...cookie },
    }),
  );
  app.use(auth.session());
  app.get(['/login', '/callback'], auth.authenticate('wechat', redirects));
  app.get('/failed', (_req, res) => void res.status(401).send('<p>failed</p>'));
  app.get('/', (req, res) => void res.json(req.user ?? {}));
  try {
    const url = `${running.origin.replace('127.0.0.1', visitors)}/login`;
    return await examined(url, { emulator, who: `${running.origin}/`, wechat: false, patience: 8000 });
  } finally {
    await running.close();
    await wechat.close();
  }
}

const domains = ['login.example.com'];

it('finds no fault where nothing is wrong', async () => {
  const findings = await examineWith({});
  expect(problems(findings).filter((problem) => problem.startsWith('fault'))).toEqual([]);
  expect(findings.filter(({ id }) => id.startsWith('conformance.')).length).toBeGreaterThan(35);
  const text = JSON.stringify(findings);
  expect(secrets.size).toBeGreaterThan(100);
  expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
});

it.each<[string, Mistake, string]>([
  ['a domain that is not registered', { apps: [{ ...website, domains }] }, 'fault wechat-page.domain'],
  [
    'a port in the callback',
    { apps: [{ ...website, domains: ['127.0.0.1'] }] },
    'fault wechat-page.domain, warning redirect-uri.port',
  ],
  [
    'an AppID that WeChat does not know',
    { options: { clientID: 'wx0000000000000000' } },
    'fault wechat-page.appid',
  ],
  [
    "a service account's AppID for the QR code",
    { options: { clientID: account.appid, clientSecret: account.secret } },
    'fault wechat-page.scope',
  ],
  [
    'a wrong AppSecret',
    { options: { clientSecret: 'f'.repeat(32) } },
    'fault login.errcode, fault conformance.login',
  ],
  ['a Strict cookie', { cookie: { sameSite: 'strict' } }, 'fault cookies.strict, fault login.not-exchanged'],
  [
    'a login that begins on another host',
    { visitors: 'localhost' },
    'fault redirect-uri.other-host, fault login.not-exchanged',
  ],
  [
    'no cookie that comes back',
    { cookie: { path: '/login' } },
    'fault cookies.lost, fault login.not-exchanged',
  ],
])('names %s', async (_mistake, mistake, expected) => {
  const found = problems(await examineWith(mistake));
  expect(found).toEqual(expect.arrayContaining(expected.split(', ')));
});

it('says of a wrong AppSecret which it is, in Chinese, too', async () => {
  const findings = await examineWith({ options: { clientSecret: 'f'.repeat(32) } });
  const finding = findings.find(({ id }) => id === 'login.errcode');
  expect(finding).toMatchObject({
    seen: 'access_token: errcode 40125',
    cure: expect.stringContaining('AppSecret'),
  });
  expect(JSON.stringify(findings)).not.toContain('f'.repeat(32));
});
