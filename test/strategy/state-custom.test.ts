import { WeChatStrategy, type StateStore, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { approve, beginLogin, browser } from '../support/login.js';
import { startEmulator, website, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser, type TestApp } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

type Args = unknown[];
type Answer = (error: unknown, ...answer: unknown[]) => void;

/** A store of passport-oauth2's kind whose functions have so many parameters; it remembers how it was called. */
function storeWith(storeParameters: number, verifyParameters: number): { store: StateStore; seen: Args[] } {
  const seen: Args[] = [];
  const kept = new Map<string, unknown>();
  const made = {
    store(...args: Args) {
      const handle = `handle-${kept.size}`;
      const state = storeParameters === 5 ? args[2] : storeParameters === 4 ? args[1] : undefined;
      kept.set(handle, state);
      seen.push(args.slice(1, -1));
      (args.at(-1) as Answer)(null, handle);
    },
    verify(...args: Args) {
      const handle = args[1] as string;
      seen.push(args.slice(1, -1));
      const known = kept.has(handle);
      const state = kept.get(handle);
      kept.delete(handle);
      if (known) (args.at(-1) as Answer)(null, true, state);
      else (args.at(-1) as Answer)(null, false, { message: 'unknown here' });
    },
  };
  Object.defineProperty(made.store, 'length', { value: storeParameters });
  Object.defineProperty(made.verify, 'length', { value: verifyParameters });
  return { store: made as unknown as StateStore, seen };
}

function site(store: unknown, options: object = {}, authenticate = {}): TestApp {
  const all = { ...websiteOptions(origin()), store, ...options } as WeChatStrategyOptions;
  return appWith(new WeChatStrategy(all, profileAsUser), { authenticate });
}

const META = {
  authorizationURL: expect.stringMatching(/\/connect\/qrconnect$/) as unknown,
  tokenURL: expect.stringMatching(/\/sns\/oauth2\/access_token$/) as unknown,
  clientID: website.appid,
};
const STORE_META = { ...META, callbackURL: 'http://localhost:3000/auth/wechat/callback' };
const LOGIN = {
  strategy: 'wechat',
  clientID: website.appid,
  platform: 'website',
  scope: 'snsapi_login',
  began: expect.any(Number) as number,
};

describe('the stores of passport-oauth2', () => {
  it.each(['session', 'store', 'pkcesession'])('work as store: %s', async (name) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- they are not exported, but documented
    const Store = require(`passport-oauth2/lib/state/${name}`) as new (options: {
      key: string;
    }) => StateStore;
    const visitor = browser(site(new Store({ key: 'oauth2:wechat' })).app);
    const callback = await approve(wechat, await beginLogin(visitor));
    expect((await visitor.get(callback)).status).toBe(200);
    expect((await visitor.get(callback)).status).toBe(403);
  });
});

describe('a store of the application', () => {
  it.each<[number, number, Args, Args]>([
    [2, 3, [], ['handle-0']],
    [2, 4, [], ['handle-0', META]],
    [3, 3, [STORE_META], ['handle-0']],
    [3, 4, [STORE_META], ['handle-0', META]],
    [4, 3, [LOGIN, STORE_META], ['handle-0']],
    [4, 4, [LOGIN, STORE_META], ['handle-0', META]],
    [5, 3, ['no verifier', LOGIN, STORE_META], ['handle-0']],
    [5, 4, ['no verifier', LOGIN, STORE_META], ['handle-0', META]],
  ])(
    'is called by the number of its parameters: store %i, verify %i',
    async (stores, verifies, first, second) => {
      const { store, seen } = storeWith(stores, verifies);
      const visitor = browser(site(store).app);
      const callback = await approve(wechat, await beginLogin(visitor));
      expect((await visitor.get(callback)).status).toBe(200);
      expect(seen).toEqual([first, second]);
      expect((await visitor.get(callback)).status).toBe(403);
      expect((await visitor.get('/me')).body.messages).toEqual(['unknown here']);
    },
  );

  it.each([4, 5])('stores data of the application if store() takes %i parameters', async (stores) => {
    const visitor = browser(site(storeWith(stores, 4).store, {}, { state: { returnTo: '/cart' } }).app);
    const answer = await visitor.get(await approve(wechat, await beginLogin(visitor)));
    expect(answer.body.info).toEqual({ state: { returnTo: '/cart' } });
  });

  it.each([2, 3])('is given no data of the application if store() takes %i parameters', async (stores) => {
    const { app, errors } = site(storeWith(stores, 3).store, {}, { state: { returnTo: '/cart' } });
    expect((await browser(app).get('/auth/wechat')).status).toBe(500);
    expect((errors[0] as Error).message).toMatch(/stores no data/);
  });

  it.each([
    true,
    'session',
    {},
    { store: () => undefined },
    { verify: () => undefined },
    null,
    () => undefined,
  ])('must have store() and verify(): %p', (nonsense) => {
    expect(() => site(nonsense)).toThrow(/^store must be a state store/);
  });

  it('may give a handle of up to 128 characters', async () => {
    const handle = `aZ09_-${'x'.repeat(122)}`;
    const { app } = site({
      store: (_req: unknown, _state: unknown, _meta: unknown, answer: Answer) => answer(null, handle),
      verify: () => undefined,
    });
    expect((await beginLogin(browser(app))).searchParams.get('state')).toBe(handle);
  });
});

describe('a failing store', () => {
  const trouble = new Error('the database is down');

  it.each<[string, (answer: Answer) => void]>([
    ['calls back with an error', (answer) => answer(trouble)],
    [
      'throws',
      () => {
        throw trouble;
      },
    ],
    [
      'throws after calling back',
      (answer) => {
        answer(trouble);
        throw new Error('too late');
      },
    ],
  ])('causes one error for Passport if it %s', async (_name, behave) => {
    const { app, errors } = site({
      store: (_req: unknown, _state: unknown, _meta: unknown, answer: Answer) => behave(answer),
      verify: (_req: unknown, _handle: unknown, _meta: unknown, answer: Answer) => behave(answer),
    });
    expect((await browser(app).get('/auth/wechat')).status).toBe(500);
    expect((await browser(app).get('/auth/wechat/callback?code=C&state=S')).status).toBe(500);
    expect(errors).toEqual([trouble, trouble]);
  });

  it.each([undefined, null, '', 7, {}, 'a b', 'a&b=c', 'a\r\nLocation: x', '#', 'é', 'x'.repeat(129)])(
    'is reported if WeChat would refuse its handle: %p',
    async (handle) => {
      const store = {
        store: (_req: unknown, _state: unknown, _meta: unknown, answer: Answer) => answer(null, handle),
        verify: () => undefined,
      };
      const { app, errors } = site(store);
      expect((await browser(app).get('/auth/wechat')).status).toBe(500);
      expect((errors[0] as Error).message).toMatch(/^The state store must call back/);
    },
  );

  it.each<[string, Args, string]>([
    ['a string', [false, 'no'], 'no'],
    ['a message', [false, { message: 'not you' }], 'not you'],
    ['false', [false], 'The state could not be verified.'],
    ['no verdict', [], 'The state could not be verified.'],
    ['a message that is not a string', [false, { message: 7 }], 'The state could not be verified.'],
    ['true and something other than what it stored', [true, 'text'], 'The state is not from this version'],
    [
      'true and half of what it stored',
      [true, { strategy: 'wechat', clientID: website.appid }],
      'The state is not from this',
    ],
    ['true and nothing', [true], 'The state is not from this version'],
    ['true and null', [true, null], 'The state is not from this version'],
  ])('fails a login cleanly if verify() calls back with %s', async (_name, answer, message) => {
    const { app } = site({
      store: (_req: unknown, _state: unknown, _meta: unknown, done: Answer) => done(null, 'handle'),
      verify: (_req: unknown, _handle: unknown, _meta: unknown, done: Answer) => done(null, ...answer),
    });
    const visitor = browser(app);
    expect((await visitor.get('/auth/wechat/callback?code=C&state=S')).status).toBe(403);
    expect((await visitor.get('/me')).body.messages).toEqual([expect.stringContaining(message)]);
    expect(wechat.requests).toEqual([]);
  });
});
