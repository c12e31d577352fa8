import express from 'express';
import passport from 'passport';
import request from 'supertest';
import {
  WeChatStrategy,
  type VerifyDone,
  type WeChatProfile,
  type WeChatStrategyOptions,
} from 'passport-wechat-oauth2';
import { act, type Action } from '../support/act.js';
import { approve, beginLogin, browser } from '../support/login.js';
import { until } from '../support/until.js';
import { mobileApp, startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => process.on('unhandledRejection', note).on('uncaughtException', note));
afterAll(() => process.off('unhandledRejection', note).off('uncaughtException', note));
afterEach(() => {
  const [first] = unhandled.splice(0);
  if (first !== undefined) throw first as Error;
});

const native = (): WeChatStrategyOptions => ({
  ...websiteOptions(origin()),
  clientID: mobileApp.appid,
  clientSecret: mobileApp.secret,
  platform: 'mobileApp',
});

type AnyFunction = (...args: never[]) => unknown;
/** Waits until all that was started has long had its turn in the event loop. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

/** The actions of a request, the first one and all that follow. */
async function collectActions(strategy: WeChatStrategy, req: object, options?: object): Promise<Action[]> {
  const actions: Action[] = [];
  await act(strategy, { headers: {}, query: {}, ...req }, options, actions);
  await turns();
  return actions;
}

const login = (verify: AnyFunction): Promise<Action[]> =>
  collectActions(new WeChatStrategy(native(), verify as never), {
    body: wechat.phone.sendAuth({ appid: mobileApp.appid }),
  });

const soon = (run: () => void): void => void setImmediate(run);
const [USER, OTHER] = [{ id: 1 }, { id: 2 }];
const [TROUBLE, LATER] = [new Error('trouble'), new Error('later')];
const fails = (error: Error) => (): never => {
  throw error;
};

describe('one action for one request, whatever verify does', () => {
  const success: Action = ['success', USER, {}];
  const fail: Action = ['fail', expect.objectContaining({ reason: 'refused' }), 401];
  const error: Action = ['error', TROUBLE];

  it.each<[string, AnyFunction, Action]>([
    ['calls done', (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => done(null, USER), success],
    [
      'calls done later',
      (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => soon(() => done(null, USER)),
      success,
    ],
    [
      'calls done twice',
      (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => {
        done(null, USER);
        done(null, OTHER);
        soon(() => done(TROUBLE));
      },
      success,
    ],
    [
      'calls done with an error, then with a user',
      (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => {
        done(TROUBLE);
        done(null, USER);
      },
      error,
    ],
    [
      'refuses, then changes its mind',
      (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => {
        done(null, false);
        soon(() => done(null, USER));
      },
      fail,
    ],
    [
      'throws after done',
      (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => {
        done(null, USER);
        fails(LATER)();
      },
      success,
    ],
    [
      'calls done after a throw',
      (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => {
        soon(() => done(null, USER));
        fails(TROUBLE)();
      },
      error,
    ],
    ['throws', fails(TROUBLE), error],
    [
      'throws undefined',
      () => {
        throw undefined;
      },
      ['error', expect.any(Error)],
    ],
    ['rejects', async () => fails(TROUBLE)(), error],
    ['rejects with undefined', () => Promise.reject(), ['error', expect.any(Error)]],
    [
      'calls done and rejects',
      async (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => {
        done(null, USER);
        fails(LATER)();
      },
      success,
    ],
    [
      'returns a promise and calls done before it',
      async (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => {
        done(null, USER);
        return OTHER;
      },
      success,
    ],
    [
      'returns a promise and calls done after it',
      (_a: unknown, _r: unknown, _p: unknown, done: VerifyDone) => {
        soon(() => done(null, OTHER));
        return Promise.resolve(USER);
      },
      success,
    ],
    [
      'calls done and returns a promise of undefined, as NestJS does',
      async (...args: unknown[]) => {
        await null;
        (args.at(-1) as VerifyDone)(null, USER);
      },
      success,
    ],
    ['returns a user without a parameter for done', (_a: unknown, _r: unknown, _p: unknown) => USER, success],
    [
      'returns a thenable that settles twice',
      () => ({
        then: (resolve: (user: object) => void, reject: (error: Error) => void) => {
          resolve(USER);
          resolve(OTHER);
          reject(TROUBLE);
        },
      }),
      success,
    ],
    ['returns a thenable that throws', () => ({ then: fails(TROUBLE) }), error],
  ])('%s', async (_name, verify, action) => {
    expect(await login(verify)).toEqual([action]);
  });

  it('takes no action while verify calls nothing', async () => {
    let asked = false;
    const strategy = new WeChatStrategy(native(), (_a, _r, _p, _done) => {
      asked = true;
    });
    const body = wechat.phone.sendAuth({ appid: mobileApp.appid });
    const actions: Action[] = [];
    void act(strategy, { headers: {}, query: {}, body }, undefined, actions);
    await until(() => asked);
    await turns();
    expect([asked, actions]).toEqual([true, []]);
  });
});

describe('one action for one request, whatever the request is', () => {
  it.each<[string, object, object | undefined]>([
    ['no query at all', { query: undefined, url: '/' }, undefined],
    ['a query that is a string', { query: 'code=x' }, undefined],
    ['no headers that matter', { headers: {} }, undefined],
    ['codes in an array', { query: { code: ['a', 'b'], state: 's' } }, undefined],
    ['options that make no sense', {}, { callbackURL: 7 }],
    ['options of another strategy', {}, { scope: ['profile', 'email'] }],
  ])('%s', async (_name, req, options) => {
    const actions = await collectActions(
      new WeChatStrategy(websiteOptions(origin()), profileAsUser),
      req,
      options,
    );
    expect(actions).toHaveLength(1);
    expect(['fail', 'error']).toContain(actions[0]?.[0]);
  });
});

describe('a custom callback that throws or rejects', () => {
  it.each<[string, string, (error: unknown, user: unknown) => unknown]>([
    ['on a failure', '/?state=S', fails(TROUBLE)],
    ['on an error', '/', (error) => fails(error as Error)()],
    ['on a success', '/?code=CODE', fails(TROUBLE)],
    // Passport drops what it returns on a failure,
    // https://github.com/jaredhanson/passport/blob/v0.7.0/lib/middleware/authenticate.js
    ['async, on an error', '/', async (error) => fails(error as Error)()],
    ['async, on a success', '/?code=CODE', async () => fails(TROUBLE)()],
  ])('reaches Express’s error handler and does not end the process: %s', async (_name, path, callback) => {
    const { callbackURL, ...options } = websiteOptions(origin());
    const app = express();
    const auth = new passport.Passport();
    auth.use(
      new WeChatStrategy(path.includes('CODE') ? { ...options, state: false } : options, profileAsUser),
    );
    const errors: Error[] = [];
    app.get('/', (req, res, next) => {
      (auth.authenticate('wechat', callback as never) as express.RequestHandler)(req, res, next);
    });
    app.use(((error, _req, res, _next) => {
      errors.push(error as Error);
      res.status(500).end();
    }) as express.ErrorRequestHandler);
    const start = new URL(
      `${origin()}/connect/qrconnect?appid=${options.clientID}&redirect_uri=${encodeURIComponent(callbackURL ?? '')}&response_type=code&scope=snsapi_login`,
    );
    const code = new URLSearchParams((await approve(wechat, start)).split('?')[1]).get('code') ?? '';
    expect((await request(app).get(path.replace('CODE', code))).status).toBe(500);
    expect(errors).toHaveLength(1);
  });
});

describe('a strategy passed as an instance, which Passport does not derive from', () => {
  it('completes each of many overlapping callbacks with its own user', async () => {
    const strategy = new WeChatStrategy(websiteOptions(origin()), profileAsUser);
    const { app } = appWith(strategy, { byInstance: true });
    const people = ['amei', 'dawei', 'no-picture', 'no-nickname', 'markup', 'amei', 'dawei', 'markup'];
    const callbacks = [];
    for (const person of people) {
      const visitor = browser(app);
      callbacks.push({ visitor, path: await approve(wechat, await beginLogin(visitor), person) });
    }
    // The responses come in the reverse order of the requests.
    for (let i = people.length; i > 0; i--) wechat.faults.next('access_token', { delay: i * 15 });
    const answers = await Promise.all(callbacks.map(({ visitor, path }) => visitor.get(path)));
    const alone = new Map<string, string>();
    for (const person of new Set(people)) {
      const visitor = browser(app);
      const { body } = await visitor.get(await approve(wechat, await beginLogin(visitor), person));
      alone.set(person, (body.user as WeChatProfile).openid);
    }
    expect(answers.map(({ body }) => (body.user as WeChatProfile).openid)).toEqual(
      people.map((person) => alone.get(person)),
    );
  });

  it('fails each of many overlapping requests with its own reason', async () => {
    const strategy = new WeChatStrategy(native(), profileAsUser);
    const { app, errors } = appWith(strategy, { byInstance: true });
    const post = (): request.Test =>
      browser(app)
        .post('/auth/wechat')
        .send(wechat.phone.sendAuth({ appid: mobileApp.appid }));
    wechat.faults.next('access_token', { errcode: 40029, delay: 60 });
    wechat.faults.next('access_token', { errcode: 40013, delay: 30 });
    const [used, wrong, good] = await Promise.all([post(), post(), post()]);
    expect([used?.status, wrong?.status, good?.status].sort()).toEqual([200, 401, 500]);
    expect(errors).toEqual([expect.objectContaining({ errcode: 40013 })]);
  });
});
