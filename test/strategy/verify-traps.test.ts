import { PassportStrategy } from '@nestjs/passport';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import {
  WeChatStrategy,
  type VerifyDone,
  type WeChatProfile,
  type WeChatStrategyOptions,
} from 'passport-wechat-oauth2';
import { approve, beginLogin, browser } from '../support/login.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, type TestApp } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

type Verify = (...args: never[]) => unknown;

/** As JavaScript would, with a verify function in whatever form. */
function make(verify: Verify, options: object = {}): WeChatStrategy {
  const Untyped = WeChatStrategy as unknown as new (
    options: WeChatStrategyOptions,
    verify: Verify,
  ) => WeChatStrategy;
  return new Untyped({ ...websiteOptions(origin()), ...options } as WeChatStrategyOptions, verify);
}

async function loginWith(strategy: WeChatStrategy, how?: Parameters<typeof appWith>[1]) {
  const test: TestApp = appWith(strategy, how);
  const visitor = browser(test.app);
  const response = await visitor.get(await approve(wechat, await beginLogin(visitor)));
  return {
    status: response.status,
    body: response.body,
    ...test,
    user: (await visitor.get('/me')).body.user,
  };
}

interface P {
  [field: string]: unknown;
}

const READERS: [string, (profile: P) => unknown][] = [
  ['its id', (profile) => ({ id: profile['id'] })],
  ['its openid', ({ openid }) => ({ openid })],
  ['its unionid or openid', (profile) => ({ id: profile['unionid'] ?? profile['openid'] })],
  ['its name and picture', (profile) => ({ name: profile['displayName'], photos: profile['photos'] })],
  ['its raw response', (profile) => ({ city: (profile['_json'] as P | undefined)?.['city'] })],
  ['a copy of it', (profile) => ({ ...profile })],
  [
    'a copy of it once a field of it is set',
    (profile) => ({ ...Object.assign(profile, { displayName: '' }) }),
  ],
  ['the whole of it', (profile) => profile],
];

describe.each(READERS)(
  'a verify function that takes its callback for the profile, and reads %s,',
  (_what, read) => {
    it('logs nobody in: params without done', async () => {
      const verify = async (_a: string, _r: string, _params: object, profile: P): Promise<unknown> =>
        read(profile);
      const { status, user, errors } = await loginWith(make(verify));
      expect([status, user]).toEqual([500, null]);
      expect(errors).toEqual([expect.any(TypeError)]);
      expect((errors[0] as Error).message).toMatch(/declare all five/);
    });

    it('logs nobody in: the request first, and passReqToCallback forgotten', async () => {
      const verify = async (_req: object, _a: string, _r: string, profile: P): Promise<unknown> =>
        read(profile);
      const { status, user, errors } = await loginWith(make(verify));
      expect([status, user]).toEqual([500, null]);
      expect((errors[0] as Error).message).toMatch(/set passReqToCallback: true/);
    });
  },
);

it.each<[string, (done: VerifyDone) => VerifyDone]>([
  ['once', (done) => Object.assign((...args: Parameters<VerifyDone>) => done(...args), done)],
  ['bind', (done) => done.bind(undefined)],
  [
    'call',
    (done) =>
      (...args) =>
        done.call(undefined, ...args),
  ],
])('a verify function may wrap done, as %s does', async (_what, wrap) => {
  const verify = (_a: string, _r: string, profile: WeChatProfile, done: VerifyDone): void =>
    wrap(done)(null, { id: profile.openid });
  const { status, user } = await loginWith(make(verify));
  expect([status, user]).toEqual([200, { id: expect.stringMatching(/^o/) as unknown }]);
});

it('a verify function whose done is looked at by a tracing tool may return its user', async () => {
  const verify = async (
    _a: string,
    _r: string,
    profile: WeChatProfile,
    done: VerifyDone,
  ): Promise<object> => {
    Object.keys(done);
    return { id: profile.openid };
  };
  expect((await loginWith(make(verify))).status).toBe(200);
});

it('a verify function that forgets the request under passReqToCallback, and makes a user of nothing, logs nobody in', async () => {
  const verify = async (_a: string, _r: string, profile: P, _done: unknown): Promise<object> => ({
    id: profile['id'],
    name: profile['displayName'],
  });
  const { status, user, errors } = await loginWith(make(verify, { passReqToCallback: true }));
  expect([status, user]).toEqual([500, null]);
  expect((errors[0] as Error).message).toMatch(/without any value/);
});

describe('the number of parameters of verify', () => {
  const withParameters = (length: number): Verify =>
    Object.defineProperty(() => false, 'length', { value: length });

  it.each([
    [false, [1, 2, 6, 7]],
    [true, [1, 2, 3, 7]],
  ])(
    'is a TypeError at construction if no form has it: passReqToCallback %p, %p',
    (passReqToCallback, lengths) => {
      for (const length of lengths) {
        expect(() => make(withParameters(length), { passReqToCallback })).toThrow(TypeError);
        expect(() => make(withParameters(length), { passReqToCallback })).toThrow(
          new RegExp(
            `declares ${length} parameters, which no form has.*\\(${passReqToCallback ? 'req, ' : ''}accessToken`,
          ),
        );
      }
    },
  );

  it('may be that of a form, or hidden by rest parameters', () => {
    for (const length of [0, 3, 4, 5]) expect(() => make(withParameters(length))).not.toThrow();
    for (const length of [0, 4, 5, 6])
      expect(() => make(withParameters(length), { passReqToCallback: true })).not.toThrow();
  });
});

describe('a refusal without info', () => {
  const refusals: [string, Verify][] = [
    ['a promise of false', () => Promise.resolve(false)],
    ['a promise of null', () => Promise.resolve(null)],
    ['a return that was forgotten', async (_a: string, _r: string, _p: P) => undefined],
    ['false of three parameters', (_a: string, _r: string, _p: P) => false],
    [
      'done(null, false)',
      (_a: string, _r: string, _p: P, done: (e: null, user: false) => void) => done(null, false),
    ],
  ];

  it.each(refusals)('has a reason and a sentence: %s', async (_name, verify) => {
    const state = { returnTo: '/cart' };
    const infos: unknown[] = [];
    const auth = new passport.Passport();
    auth.use('wechat', make(verify));
    const app = express();
    app.use(session({ secret: 'test', resave: false, saveUninitialized: false }));
    app.get('/auth/wechat{/callback}', (req, res, next) => {
      const handler = auth.authenticate('wechat', { state } as object, (_error, user, info, status) => {
        infos.push(user, info, status);
        res.end();
      });
      handler(req, res, next);
    });
    const visitor = browser(app);
    await visitor.get(await approve(wechat, await beginLogin(visitor)));
    expect(infos).toEqual([
      false,
      { reason: 'refused', message: expect.stringMatching(/\w+ .*\.$/), state },
      401,
    ]);
  });

  it('gives way to an info of the app’s own', async () => {
    const verify = (
      _a: string,
      _r: string,
      _p: P,
      done: (e: null, user: false, info: object) => void,
    ): void => done(null, false, { message: 'banned', until: 2030 });
    const infos: unknown[] = [];
    const auth = new passport.Passport();
    auth.use('wechat', make(verify, { state: false }));
    const app = express().get('/auth/wechat{/callback}', (req, res, next) => {
      auth.authenticate('wechat', (_error: unknown, _user: unknown, info: unknown) => {
        infos.push(info);
        res.end();
      })(req, res, next);
    });
    const visitor = browser(app);
    await visitor.get(await approve(wechat, await beginLogin(visitor)));
    expect(infos).toEqual([{ message: 'banned', until: 2030 }]);
  });
});

describe('a verify function that says nothing', () => {
  it('is an error at once if it has no done', async () => {
    const { status, errors } = await loginWith(make((_a: string, _r: string, _profile: P) => undefined));
    expect(status).toBe(500);
    expect((errors[0] as Error).message).toMatch(/^verify returned nothing: .*make it async.*declare done/);
  });

  it('is warned of after 30 seconds if it has done, with the name of the strategy', async () => {
    jest.useFakeTimers();
    const warnings: string[] = [];
    const emit = jest
      .spyOn(process, 'emitWarning')
      .mockImplementation((text) => void warnings.push(String(text)));
    await jest.isolateModulesAsync(async () => {
      const { callVerify } = await import('../../lib/login/verify.js');
      const login = { params: { openid: 'o' }, profile: { id: 'o' } } as never;
      const dones: (() => void)[] = [];
      const silent = (_a: unknown, _r: unknown, _p: unknown, done: () => void): void => void dones.push(done);
      const spoken = callVerify(silent as never, login, undefined, 'in-time');
      jest.advanceTimersByTime(29_999);
      dones[0]?.();
      await spoken;
      const mute = callVerify(silent as never, login, undefined, 'wechat-shop');
      jest.advanceTimersByTime(29_999);
      expect(warnings).toEqual([]);
      jest.advanceTimersByTime(1);
      expect(warnings).toEqual([expect.stringMatching(/30 seconds.*\(wechat-shop\)$/)]);
      dones[1]?.();
      await mute;
    });
    emit.mockRestore();
    jest.useRealTimers();
  });
});

describe('verify knows the app’s own data before there is a user', () => {
  const state = { invitation: 'A1' };

  it('under passReqToCallback, in req.authInfo', async () => {
    const seen: unknown[] = [];
    const verify = async (req: { authInfo?: unknown }, _a: string, _r: string, profile: P): Promise<P> => {
      seen.push(req.authInfo);
      return { id: profile['id'] };
    };
    const { body } = await loginWith(make(verify, { passReqToCallback: true }), { authenticate: { state } });
    expect(seen).toEqual([{ state }]);
    expect(body.info).toEqual({ state });
  });

  it('in validate of NestJS', async () => {
    const seen: unknown[] = [];
    class Login extends PassportStrategy(WeChatStrategy, 'wechat-nest') {
      constructor() {
        super({ ...websiteOptions(origin()), passReqToCallback: true });
      }

      validate(req: express.Request, _a: string, _r: string | undefined, profile: P): object {
        seen.push(req.authInfo);
        return { id: profile['id'] };
      }
    }
    void new Login();
    const app = express();
    app.use(session({ secret: 'test', resave: false, saveUninitialized: false }));
    app.get(
      '/auth/wechat{/callback}',
      passport.authenticate('wechat-nest', { state, session: false }),
      (req, res) => {
        res.json(req.authInfo);
      },
    );
    const visitor = browser(app);
    const response = await visitor.get(await approve(wechat, await beginLogin(visitor)));
    expect([response.status, response.body, seen]).toEqual([200, { state }, [{ state }]]);
  });
});
