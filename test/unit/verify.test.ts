import { callVerify, type Verified, type VerifyFunction } from '../../lib/login/verify.js';

const login = {
  params: { access_token: 'A', refresh_token: 'R', expires_in: 7200, openid: 'oA', scope: 'snsapi_login' },
  profile: { id: 'oA' } as never,
};
const req = { url: '/' } as never;

/** What a verify function with so many parameters is called with, and what comes of what it returns. */
function called(
  length: number,
  returned?: unknown,
  request?: never,
): { args: unknown[]; verified: Promise<Verified> } {
  const args: unknown[] = [];
  const verify = (...given: unknown[]): unknown => {
    args.push(...given);
    return returned;
  };
  Object.defineProperty(verify, 'length', { value: length });
  return { args, verified: callVerify(verify as never, login, request, 'wechat') };
}

/** Whether a promise is still pending after all that is due in this turn of the event loop. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(() => false),
    new Promise<boolean>((resolve) => setImmediate(resolve, true)),
  ]);
}

const done = expect.any(Function) as unknown;

it.each([
  [3, undefined, ['A', 'R', login.profile, done]],
  [4, undefined, ['A', 'R', login.profile, done]],
  [5, undefined, ['A', 'R', login.params, login.profile, done]],
  [0, undefined, ['A', 'R', login.profile, done]],
  [4, req, [req, 'A', 'R', login.profile, done]],
  [5, req, [req, 'A', 'R', login.profile, done]],
  [6, req, [req, 'A', 'R', login.params, login.profile, done]],
])(
  'verify with %i parameters and the request %p is called with the arguments of its form',
  (length, request, args) => {
    const { args: given, verified } = called(length, undefined, request);
    verified.catch(() => undefined);
    expect(given).toEqual(args);
  },
);

describe.each([
  ['a promise', (value: unknown) => Promise.resolve(value)],
  ['a thenable', (value: unknown) => ({ then: (use: (v: unknown) => void) => use(value) })],
])('%s', (_what, promised) => {
  it.each([3, 4, 5])('gives the user, with %i parameters', async (length) => {
    const user = { id: 1 };
    expect(await called(length, promised(user)).verified).toEqual({ user, info: undefined });
    expect(await called(length, promised(false)).verified).toEqual({ user: false, info: undefined });
  });

  it('gives no user for undefined if verify has no done', async () => {
    expect(await called(3, promised(undefined)).verified).toEqual({ user: undefined, info: undefined });
  });

  it('is ignored for undefined while done can still be called', async () => {
    expect(await isPending(called(4, promised(undefined)).verified)).toBe(true);
  });
});

describe('a return value without a promise', () => {
  it('is the user if verify has no done', async () => {
    expect(await called(3, { id: 1 }).verified).toEqual({ user: { id: 1 }, info: undefined });
    expect(await called(3, null).verified).toEqual({ user: null, info: undefined });
    expect(await called(3, { then: 'not a function' }).verified).toEqual({
      user: { then: 'not a function' },
      info: undefined,
    });
  });

  it.each([
    [4, undefined],
    [4, { id: 1 }],
    [4, true],
    [5, 'a text'],
    [4, null],
  ])('is ignored with %i parameters: %p', async (length, returned) => {
    expect(await isPending(called(length, returned).verified)).toBe(true);
  });
});

describe('done', () => {
  /** What comes of a verify function that calls done. */
  function verifiedBy(verify: VerifyFunction): Promise<Verified> {
    return callVerify(verify, login, undefined, 'wechat');
  }

  it('decides, and what follows is ignored', async () => {
    const verified = verifiedBy((_accessToken, _refreshToken, _profile, done) => {
      done(null, { id: 1 } as never, { message: 'welcome' });
      done(new Error('too late'));
      throw new Error('later still');
    });
    expect(await verified).toEqual({ user: { id: 1 }, info: { message: 'welcome' } });
  });

  it.each([new Error('no database'), 'a text', 1])('may report an error: %p', async (error) => {
    await expect(verifiedBy((_a, _r, _profile, done) => done(error))).rejects.toBe(error);
  });

  it('is not needed for a throw or a rejection', async () => {
    const trouble = new Error('no database');
    const verified = verifiedBy(() => {
      throw trouble;
    });
    await expect(verified).rejects.toBe(trouble);
    await expect(called(4, Promise.reject(trouble)).verified).rejects.toBe(trouble);
  });
});
