import { WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import type { Response } from 'supertest';
import { approve, beginLogin, browser } from '../support/login.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, type TestApp } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

type Verify = (...args: never[]) => unknown;

/** Logs in with a verify function in whatever form, as JavaScript would. */
async function loginWith(verify: Verify, options: object = {}): Promise<Response & TestApp> {
  const Untyped = WeChatStrategy as unknown as new (
    options: WeChatStrategyOptions,
    verify: Verify,
  ) => WeChatStrategy;
  const test = appWith(new Untyped({ ...websiteOptions(origin()), ...options }, verify));
  const visitor = browser(test.app);
  const response = await visitor.get(await approve(wechat, await beginLogin(visitor)));
  return Object.assign(response, test);
}

interface P {
  id: string;
  openid: string;
}
type Done = (error?: unknown, user?: unknown, info?: unknown) => void;
interface Params {
  expires_in: number;
  openid: string;
}

describe('a verify function', () => {
  it('may return a promise of the user', async () => {
    const { body } = await loginWith(async (_a: string, _r: string, profile: P) => ({
      name: 'me',
      openid: profile.openid,
    }));
    expect(body.user).toEqual({ name: 'me', openid: expect.stringMatching(/^o/) });
  });

  it('may take the profile and call done', async () => {
    const { body } = await loginWith((accessToken: string, refreshToken: string, profile: P, done: Done) => {
      done(null, { accessToken, refreshToken, id: profile.id }, { message: 'welcome' });
    });
    expect(body.user).toEqual({
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      id: expect.stringMatching(/^o/),
    });
    expect(body.info).toEqual({ message: 'welcome' });
  });

  it('may be async and call done', async () => {
    const { body } = await loginWith(async (_a: string, _r: string, profile: P, done: Done) => {
      await Promise.resolve();
      done(null, { id: profile.id });
    });
    expect(body.user.id).toMatch(/^o/);
  });

  it('may take the token response, whose expires_in is a number', async () => {
    wechat.faults.next('access_token', { fields: { expires_in: '7200' } });
    const { body } = await loginWith((_a: string, _r: string, params: Params, profile: P, done: Done) => {
      done(null, { params, same: params.openid === profile.openid });
    });
    expect(body.user.same).toBe(true);
    expect(body.user.params).toEqual({
      access_token: expect.any(String),
      expires_in: 7200,
      refresh_token: expect.any(String),
      openid: expect.any(String),
      scope: 'snsapi_login',
      unionid: expect.any(String),
    });
  });

  it('may take the token response and return a promise', async () => {
    const { body } = await loginWith(
      async (_a: string, _r: string, params: Params, profile: P, _done: Done) => ({
        same: params.openid === profile.openid,
      }),
    );
    expect(body.user.same).toBe(true);
  });

  it('receives the request first under passReqToCallback, in each form', async () => {
    const passReqToCallback = { passReqToCallback: true };
    interface Req {
      url: string;
    }
    const promise = await loginWith(
      async (req: Req, _a: string, _r: string, _p: P) => ({ url: req.url }),
      passReqToCallback,
    );
    expect(promise.body.user.url).toContain('/auth/wechat/callback?code=');
    const done = await loginWith((req: Req, _a: string, _r: string, profile: P, cb: Done) => {
      cb(null, { url: req.url, id: profile.id });
    }, passReqToCallback);
    expect(done.body.user).toEqual({
      url: expect.stringContaining('/callback'),
      id: expect.stringMatching(/^o/),
    });
    const params = await loginWith(
      (req: Req, _a: string, _r: string, reply: Params, profile: P, cb: Done) => {
        cb(null, { url: req.url, same: reply.openid === profile.openid });
      },
      passReqToCallback,
    );
    expect(params.body.user).toEqual({ url: expect.stringContaining('/callback'), same: true });
  });

  it('is called with four arguments if rest parameters hide their number', async () => {
    const { body } = await loginWith((...args: [string, string, P, Done]) => {
      args[3](null, { count: args.length, id: args[2].id });
    });
    expect(body.user).toEqual({ count: 4, id: expect.stringMatching(/^o/) });
  });

  it('may call done and return a promise of undefined, as NestJS makes it', async () => {
    const { body } = await loginWith(async (...args: unknown[]) => {
      const done = args.at(-1) as Done;
      await new Promise(setImmediate);
      done(null, { id: (args.at(-2) as P).id });
    });
    expect(body.user.id).toMatch(/^o/);
  });
});

describe('the result of verify', () => {
  const refusals: [string, Verify][] = [
    [
      'done(null, false)',
      (_a: string, _r: string, _p: P, done: Done) => done(null, false, { message: 'banned' }),
    ],
    ['a promise of false', () => Promise.resolve(false)],
    ['a promise of null', () => Promise.resolve(null)],
    ['a promise of undefined without done', async (_a: string, _r: string, _p: P) => undefined],
  ];
  it.each(refusals)('is a fail for %s', async (_, verify) => {
    const { status, errors } = await loginWith(verify);
    expect(status).toBe(401);
    expect(errors).toEqual([]);
  });

  const failures: [string, Verify][] = [
    ['done(error)', (_a: string, _r: string, _p: P, done: Done) => done(new Error('database is gone'))],
    ['a rejection', () => Promise.reject(new Error('database is gone'))],
    [
      'a throw',
      () => {
        throw new Error('database is gone');
      },
    ],
  ];
  it.each(failures)('is the error itself for %s', async (_, verify) => {
    const { status, errors } = await loginWith(verify);
    expect(status).toBe(500);
    expect(errors).toEqual([new Error('database is gone')]);
  });
});
