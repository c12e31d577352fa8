import type { Request } from 'express';
import type { WeChatTokenReply, WeChatSession } from './endpoints.js';
import type { WeChatProfile } from './profile.js';

/** A person of the application; `false`, `null` or nothing when there is none. */
export type VerifiedUser = Express.User | false | null | undefined;

/** passport-oauth2's callback: `done(error)`, `done(null, user, info?)`, or `done(null, false, info?)` to refuse. */
export type VerifyDone = (error?: unknown, user?: VerifiedUser, info?: object | string) => void;

/**
 * WeChat's reply to the code. Behind a mini program there are no tokens: it is the session, with `openid`, `session_key` and
 * `unionid` only, and `accessToken` and `refreshToken` are undefined. The session key must never leave the server.
 */
export type WeChatParams = WeChatTokenReply & Partial<Pick<WeChatSession, 'session_key'>>;

/**
 * The application's function that turns a WeChat login into a user. It may call `done`, or return a promise of the user
 * and leave `done` out. Behind a mini program there are no tokens: `accessToken` is undefined there, whatever its type says.
 */
export type VerifyFunction = (
  accessToken: string,
  refreshToken: string | undefined,
  profile: WeChatProfile,
  done: VerifyDone,
) => unknown;

/** The same with WeChat's token reply. It has all five parameters, also where it returns a promise of the user. */
export type VerifyFunctionWithParams = (
  accessToken: string,
  refreshToken: string | undefined,
  params: WeChatParams,
  profile: WeChatProfile,
  done: VerifyDone,
) => unknown;

/** The same with the request first, under `passReqToCallback: true`. */
export type VerifyFunctionWithRequest = (req: Request, ...rest: Parameters<VerifyFunction>) => unknown;
/** The request first, then WeChat's token reply before the profile. */
export type VerifyFunctionWithRequestAndParams = (
  req: Request,
  ...rest: Parameters<VerifyFunctionWithParams>
) => unknown;

/**
 * A type that lets TypeScript infer the parameters of either form from a function's number of parameters: of a union it
 * takes the member that has enough of them, if there is just one. The generic signature takes `Longer` out of the
 * choice for a shorter function, since a signature with type parameters cannot be merged with one that has none.
 * Where the function turns out to be the longer form, the constructor's next overload accepts it.
 */
export type InferredVerify<Shorter extends AnyFunction, Longer extends AnyFunction> =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- to have one is its whole purpose
  Shorter | (Longer & (<T>(...args: Parameters<Shorter>) => T));

type AnyFunction = (...args: never[]) => unknown;

export type AnyVerify =
  VerifyFunction | VerifyFunctionWithParams | VerifyFunctionWithRequest | VerifyFunctionWithRequestAndParams;

export interface Verified {
  user: VerifiedUser;
  info: object | string | undefined;
}

/** What a login brings to the verify function. A mini program has no tokens. */
export interface Login {
  accessToken: string | undefined;
  refreshToken: string | undefined;
  params: WeChatTokenReply | WeChatSession;
  profile: WeChatProfile;
}

/**
 * Calls the application's verify function and waits for its answer: the first of `done`, a throw, a rejection, or a
 * promise of a user. Whatever comes after the first is ignored.
 *
 * The number of declared parameters chooses the form, as in passport-oauth2. A promise of nothing says nothing where
 * `done` can still be called (NestJS returns one and calls `done`); where there is no `done`, it means no user.
 */
export function callVerify(verify: AnyVerify, login: Login, req: Request | undefined): Promise<Verified> {
  return new Promise((resolve, reject) => {
    const done: VerifyDone = (error, user, info) => {
      // As in Passport, anything true is an error.
      if (error) reject(error);
      else resolve({ user, info });
    };
    const { accessToken, refreshToken, params, profile } = login;
    const declared = verify.length - (req ? 1 : 0);
    const args = [
      ...(req ? [req] : []),
      accessToken,
      refreshToken,
      ...(declared === 5 ? [params] : []),
      profile,
      done,
    ];
    const returned: unknown = (verify as (...args: unknown[]) => unknown)(...args);
    if (!isThenable(returned)) {
      if (declared === 3 && returned !== undefined)
        resolve({ user: returned as VerifiedUser, info: undefined });
      return;
    }
    returned.then((user) => {
      if (user !== undefined || declared === 3) resolve({ user: user as VerifiedUser, info: undefined });
    }, reject);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
