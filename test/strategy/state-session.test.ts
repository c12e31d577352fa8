import session from 'express-session';
import { SessionStateStore, WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { setDate } from '../support/date.js';
import { approve, beginLogin, browser } from '../support/login.js';
import { account, startEmulator, website, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser, type TestApp } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

function site(
  options: Partial<WeChatStrategyOptions> = {},
  how: Parameters<typeof appWith>[1] = {},
): TestApp {
  const all = { ...websiteOptions(origin()), ...options } as WeChatStrategyOptions;
  return appWith(new WeChatStrategy(all, profileAsUser), how);
}

afterEach(() => {
  jest.useRealTimers();
});

/** All sessions, as texts: express-session keeps them so, though its types do not say it. */
function sessionsIn(store: session.MemoryStore): string[] {
  return Object.values((store as unknown as { sessions: Record<string, string> }).sessions);
}

const spoiled = (callback: string): string => callback.replace(/code=[^&]*/, 'code=wrong');

describe('several logins of one browser', () => {
  it('finish independently, in any order', async () => {
    const visitor = browser(site().app);
    const callbacks = [];
    for (let i = 0; i < 3; i++) callbacks.push(await approve(wechat, await beginLogin(visitor)));
    const [first = '', second = '', third = ''] = callbacks;
    expect((await visitor.get(spoiled(second))).status).toBe(401);
    expect((await visitor.get(spoiled(third))).status).toBe(401);
    expect((await visitor.get(first)).status).toBe(200);
  });

  it('survive an unknown, an empty and a foreign state', async () => {
    const { app } = site();
    const [visitor, stranger] = [browser(app), browser(app)];
    const callback = await approve(wechat, await beginLogin(visitor));
    const { searchParams } = await beginLogin(stranger);
    for (const state of [
      '0'.repeat(32),
      'x',
      '',
      '__proto__',
      searchParams.get('state') ?? '',
      'x'.repeat(9000),
    ]) {
      const forged = `/auth/wechat/callback?code=CODE&state=${state}`;
      expect((await visitor.get(forged)).status).toBe(403);
    }
    expect((await visitor.get(callback)).status).toBe(200);
  });

  it('survive a refusal of one', async () => {
    const visitor = browser(site().app);
    const refused = await beginLogin(visitor);
    const callback = await approve(wechat, await beginLogin(visitor));
    expect(
      (await visitor.get(`/auth/wechat/callback?state=${refused.searchParams.get('state')}`)).status,
    ).toBe(401);
    expect((await visitor.get(callback)).status).toBe(200);
  });

  it('a state works once', async () => {
    const visitor = browser(site().app);
    const callback = await approve(wechat, await beginLogin(visitor));
    expect((await visitor.get(spoiled(callback))).status).toBe(401);
    expect((await visitor.get(callback)).status).toBe(403);
    expect(wechat.requests.filter(({ endpoint }) => endpoint === 'access_token')).toHaveLength(1);
  });

  it('a state works in its own browser only, and stays valid there', async () => {
    const { app } = site();
    const [visitor, thief] = [browser(app), browser(app)];
    const callback = await approve(wechat, await beginLogin(visitor));
    await beginLogin(thief);
    expect((await thief.get(callback)).status).toBe(403);
    expect((await browser(app).get(callback)).status).toBe(403);
    expect((await visitor.get(callback)).status).toBe(200);
  });
});

describe('a login that takes too long', () => {
  it('fails after 30 minutes', async () => {
    const visitor = browser(site().app);
    const callback = await approve(wechat, await beginLogin(visitor));
    const late = await approve(wechat, await beginLogin(visitor));
    setDate(Date.now() + 29 * 60_000);
    expect((await visitor.get(spoiled(callback))).status).toBe(401);
    setDate(Date.now() + 2 * 60_000);
    expect((await visitor.get(late)).status).toBe(403);
    expect((await visitor.get('/me')).body.messages).toEqual([
      expect.any(String),
      'The login took too long.',
    ]);
  });

  it('fails after the maxAge of the store', async () => {
    const visitor = browser(site({ store: new SessionStateStore({ maxAge: 60_000 }) }).app);
    const callback = await approve(wechat, await beginLogin(visitor));
    setDate(Date.now() + 60_001);
    expect((await visitor.get(callback)).status).toBe(403);
  });
});

describe('two strategies in one app', () => {
  const second = { name: 'second', clientID: account.appid, platform: 'officialAccount' } as const;

  it('do not disturb each other', async () => {
    const sessionStore = new session.MemoryStore();
    const visitors = [site({}, { sessionStore }), site(second, { sessionStore })].map(({ app }) =>
      browser(app),
    );
    const [one, two] = visitors as [(typeof visitors)[0], (typeof visitors)[0]];
    const callback = await approve(wechat, await beginLogin(one));
    const [kept = ''] = sessionsIn(sessionStore);
    expect(Object.keys(JSON.parse(kept) as object)).toEqual(['cookie', `wechat:wechat:${website.appid}`]);
    two.jar = one.jar;
    for (let i = 0; i < 20; i++) await two.get('/auth/wechat').expect(302);
    expect((await two.get(callback)).status).toBe(403);
    expect((await one.get(callback)).status).toBe(200);
  });

  it.each([
    ['of another name', { name: 'second' }],
    ['of another appid', { clientID: account.appid, clientSecret: account.secret }],
  ])('refuse a state of a strategy %s, even with a shared sessionKey', async (_name, other) => {
    const sessionStore = new session.MemoryStore();
    const sessionKey = 'shared';
    const one = browser(site({ sessionKey }, { sessionStore }).app);
    const two = browser(site({ sessionKey, ...other }, { sessionStore }).app);
    const callback = await approve(wechat, await beginLogin(one));
    two.jar = one.jar;
    expect((await two.get(callback)).status).toBe(403);
    expect((await two.get('/me')).body.messages).toEqual(['This login was begun with another app.']);
    expect(wechat.requests.some(({ endpoint }) => endpoint === 'access_token')).toBe(false);
  });

  it('refuse a state of another tenant', async () => {
    const tenants = { one: website, two: account };
    const { app } = site({
      ...({ clientID: undefined, clientSecret: undefined } as object),
      resolveApp: (req) => {
        const { appid, secret } = tenants[req.headers['x-tenant'] as 'one' | 'two'];
        return { clientID: appid, clientSecret: secret };
      },
    } as Partial<WeChatStrategyOptions>);
    const visitor = browser(app);
    const { headers } = await visitor.get('/auth/wechat').set('x-tenant', 'one').expect(302);
    const callback = await approve(wechat, new URL(headers['location'] ?? ''));
    expect((await visitor.get(callback).set('x-tenant', 'two')).status).toBe(403);
  });
});

describe('the session', () => {
  const largestSession = (store: session.MemoryStore): number =>
    Math.max(...sessionsIn(store).map((text) => text.length));

  it('stays small however many logins begin; the newest stay valid', async () => {
    const sessionStore = new session.MemoryStore();
    const { app } = site({}, { sessionStore, authenticate: { state: { returnTo: '/cart' } } });
    const visitor = browser(app);
    const starts = [];
    for (let i = 0; i < 40; i++) starts.push(await beginLogin(visitor));
    expect(largestSession(sessionStore)).toBeLessThan(3000);
    const [old, kept] = [starts[31], starts[32]] as [URL, URL];
    expect((await visitor.get(await approve(wechat, old))).status).toBe(403);
    expect((await visitor.get(await approve(wechat, kept))).status).toBe(200);
  });

  it('is cleared of expired logins', async () => {
    const sessionStore = new session.MemoryStore();
    const visitor = browser(site({}, { sessionStore }).app);
    for (let i = 0; i < 8; i++) await beginLogin(visitor);
    const full = largestSession(sessionStore);
    setDate(Date.now() + 31 * 60_000);
    await beginLogin(visitor);
    expect(largestSession(sessionStore)).toBeLessThan(full / 2);
  });

  it('may be slow to load and to save', async () => {
    const visitor = browser(site({}, { sessionStore: new SlowStore(40) }).app);
    const callback = await approve(wechat, await beginLogin(visitor));
    expect((await visitor.get(callback)).status).toBe(200);
  });

  it('may lose one of two logins that begin at once, which then fails cleanly', async () => {
    const visitor = browser(site({}, { sessionStore: new SlowStore(20) }).app);
    await beginLogin(visitor);
    const starts = await Promise.all([beginLogin(visitor), beginLogin(visitor)]);
    const statuses = [];
    for (const start of starts)
      statuses.push((await visitor.get(spoiled(await approve(wechat, start)))).status);
    expect(statuses.sort()).toEqual([401, 403]);
  });

  it('causes an error that names the alternatives if missing', async () => {
    const { app, errors } = site({}, { sessions: false });
    expect((await browser(app).get('/auth/wechat')).status).toBe(500);
    expect((await browser(app).get('/auth/wechat/callback?code=C&state=S')).status).toBe(500);
    expect(errors).toHaveLength(2);
    for (const error of errors) expect((error as Error).message).toMatch(/express-session.*CookieStateStore/);
  });
});

/** A session store at the other end of a slow line. */
class SlowStore extends session.MemoryStore {
  private readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  override get(sid: string, callback: (error: unknown, session?: session.SessionData | null) => void): void {
    setTimeout(() => super.get(sid, callback), this.ms);
  }

  override set(sid: string, data: session.SessionData, callback?: (error?: unknown) => void): void {
    setTimeout(() => super.set(sid, data, callback), this.ms);
  }
}
