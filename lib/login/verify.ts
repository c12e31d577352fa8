import type { Request } from 'express';
import type { WeChatSession, WeChatTokenReply } from '../api/endpoints.js';
import type { WeChatProfile } from '../profile.js';
import { isThenable } from '../util/from-callback.js';
import { clearTimeout, setTimeout } from '../util/timers.js';
import { warnAbout } from '../util/warnings.js';

/** A user of your app; `false`, `null` or `undefined` to refuse. */
export type VerifiedUser = Express.User | false | null | undefined;

/** passport-oauth2's callback: `done(error)`, `done(null, user, info?)`, or `done(null, false, info?)` to refuse. */
export type VerifyDone = (error?: unknown, user?: VerifiedUser, info?: object | string) => void;

/** WeChat's response to the code. Behind a mini program it is a `WeChatSession` instead. */
export type WeChatParams = WeChatTokenReply;

/**
 * Your function that turns a WeChat login into a user of yours. It may call `done`, or return a promise of the user and
 * leave `done` out. Behind a mini program there are no tokens: `Token` is `undefined`.
 */
export type VerifyFunction<Token extends string | undefined = string> = (
  accessToken: Token,
  refreshToken: string | undefined,
  profile: WeChatProfile,
  done: VerifyDone,
) => unknown;

/** The same with WeChat's response to the code. It declares all five parameters, even if it returns a promise. */
export type VerifyFunctionWithParams<Token extends string | undefined = string> = (
  accessToken: Token,
  refreshToken: string | undefined,
  params: Token extends string ? WeChatParams : WeChatSession,
  profile: WeChatProfile,
  done: VerifyDone,
) => unknown;

/** The same with the request first, under `passReqToCallback: true`. */
export type VerifyFunctionWithRequest<Token extends string | undefined = string> = (
  req: Request,
  ...rest: Parameters<VerifyFunction<Token>>
) => unknown;

/** The request first, then WeChat's response to the code before the profile. */
export type VerifyFunctionWithRequestAndParams<Token extends string | undefined = string> = (
  req: Request,
  ...rest: Parameters<VerifyFunctionWithParams<Token>>
) => unknown;

/**
 * Lets TypeScript infer the parameters of either form from a function's number of parameters: of a union it takes the
 * member that has enough of them, if there is just one. The generic signature takes the longer form out of the choice
 * for a shorter function, since a signature with type parameters cannot be merged with one that has none. If the
 * function turns out to be the longer form, the constructor's next overload accepts it.
 */
type Inferred<Shorter extends AnyVerify, Longer extends AnyVerify> =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- to have one is its whole purpose
  Shorter | (Longer & (<T>(...args: Parameters<Shorter>) => T));

/** Either form without the request. */
export type InferredVerify<Token extends string | undefined = string> = Inferred<
  VerifyFunction<Token>,
  VerifyFunctionWithParams<Token>
>;

/** Either form with the request first. */
export type InferredWithRequest<Token extends string | undefined = string> = Inferred<
  VerifyFunctionWithRequest<Token>,
  VerifyFunctionWithRequestAndParams<Token>
>;

/** Any of the forms. */
export type AnyVerify = (...args: never[]) => unknown;

export interface Verified {
  user: VerifiedUser;
  info: object | string | undefined;
}

/** What a login brings to the verify function. */
export interface VerifyInput {
  params: WeChatTokenReply | WeChatSession;
  profile: WeChatProfile;
}

/** The numbers of parameters of the three forms, without the request; 0 is a function that takes them as a list. */
const FORMS = [3, 4, 5];

/** @throws TypeError unless verify is a function of a number of parameters that one of the forms has */
export function assertVerify(verify: unknown, passReqToCallback: boolean): AnyVerify {
  if (typeof verify !== 'function') {
    throw new TypeError(
      'verify is missing: the second argument is the function that turns a profile into your user.',
    );
  }
  const extra = passReqToCallback ? 1 : 0;
  if (verify.length === 0 || FORMS.includes(verify.length - extra)) return verify as AnyVerify;
  const forms = ['profile', 'profile, done', 'params, profile, done'].map(
    (rest) => `(${passReqToCallback ? 'req, ' : ''}accessToken, refreshToken, ${rest})`,
  );
  throw new TypeError(
    `verify declares ${verify.length} parameters, which no form has under passReqToCallback: ${String(passReqToCallback)}: ` +
      `declare ${forms.join(' or ')}.`,
  );
}

const RETURNED_NOTHING =
  'verify returned nothing: with three parameters it has no done, so make it async and return the user, or declare done as the fourth.';

const WRONG_FORM =
  'Without params the parameters are (accessToken, refreshToken, profile, done): for params declare all five, and for the ' +
  'request, which stands before them, set passReqToCallback: true.';

/** What WeChatProfile has, and what the profiles of other strategies have. */
const PROFILE_FIELDS: ReadonlySet<string | symbol> = new Set(
  'id openid unionid displayName gender photos provider clientID platform isSnapshotUser _raw _json username emails nickname'.split(
    ' ',
  ),
);

const READ_AS_PROFILE = `verify reads its callback as the profile. ${WRONG_FORM}`;

/**
 * Callbacks whose names have been listed, and whose fields have then been read: by `{ ...profile }`, or by a wrapper.
 */
const listed = new WeakSet<VerifyDone>();
const copied = new WeakSet<VerifyDone>();

/**
 * `done` stands in the place of the profile if verify declares the parameters of another form: reading it as one
 * throws. The fields are enumerable, so that a copy is noticed, too: a user that is made of it is refused, but what
 * wraps `done`, and copies its properties as `once` does, may call it. A proxy, since defining so many properties on
 * the callback of every login took longer than the rest of calling verify.
 */
const NOT_A_PROFILE: ProxyHandler<VerifyDone> = {
  get: (done, field) => {
    if (!PROFILE_FIELDS.has(field)) return Reflect.get(done, field) as unknown;
    if (!listed.has(done)) throw new TypeError(READ_AS_PROFILE);
    copied.add(done);
    return undefined;
  },
  set: (done, field, value) => {
    if (PROFILE_FIELDS.has(field)) throw new TypeError(READ_AS_PROFILE);
    return Reflect.set(done, field, value);
  },
  ownKeys: (done) => {
    listed.add(done);
    return [...Reflect.ownKeys(done), ...PROFILE_FIELDS];
  },
  getOwnPropertyDescriptor: (done, field) =>
    PROFILE_FIELDS.has(field)
      ? { configurable: true, enumerable: true }
      : Reflect.getOwnPropertyDescriptor(done, field),
};

/** After how long a verify function that has not called `done` is warned of. */
const SILENT_MS = 30_000;

/**
 * Calls the app's verify function and awaits the first of `done`, a throw, a rejection, or a promise of a user.
 * Whatever comes after the first is ignored.
 *
 * The number of declared parameters chooses the form, as in passport-oauth2. A promise of `undefined` is ignored
 * while `done` may still be called (NestJS does both). A three-parameter function has no `done`, so there it means no
 * user.
 */
export async function callVerify(
  verify: AnyVerify,
  { params, profile }: VerifyInput,
  req: Request | undefined,
  strategy: string,
): Promise<Verified> {
  let silent: NodeJS.Timeout | undefined;
  const verified = new Promise<Verified>((resolve, reject) => {
    function done(error?: unknown, user?: VerifiedUser, info?: object | string): void {
      // As in Passport, anything truthy is an error.
      if (error) reject(error);
      else resolve({ user, info });
    }
    const settle = (user: unknown): void => {
      if (copied.has(done)) reject(new TypeError(READ_AS_PROFILE));
      else done(null, user as VerifiedUser);
    };
    const declared = verify.length - (req && verify.length > 0 ? 1 : 0);
    const args = [
      ...(req ? [req] : []),
      'access_token' in params ? params.access_token : undefined,
      'access_token' in params ? params.refresh_token : undefined,
      ...(declared === 5 ? [params] : []),
      profile,
      new Proxy<VerifyDone>(done, NOT_A_PROFILE),
    ];
    const returned: unknown = (verify as (...args: unknown[]) => unknown)(...args);
    const hasDone = declared !== 3;
    if (isThenable(returned)) {
      returned.then((user) => {
        if (user !== undefined || !hasDone) settle(user);
      }, reject);
    } else if (!hasDone) {
      if (returned === undefined) reject(new TypeError(RETURNED_NOTHING));
      else settle(returned);
    }
    if (hasDone) silent = setTimeout(() => warnAbout('WECHAT_VERIFY_SILENT', strategy), SILENT_MS).unref();
  });
  try {
    const { user, info } = await verified;
    return { user: assertUser(user), info };
  } finally {
    clearTimeout(silent);
  }
}

/** What another parameter, read as a profile, makes of a user: a function, or fields that are all undefined. */
function assertUser(user: VerifiedUser): VerifiedUser {
  const fields = typeof user === 'object' && user !== null ? Object.values(user) : [];
  if (typeof user !== 'function' && (fields.length === 0 || fields.some((value) => value !== undefined)))
    return user;
  throw new TypeError(
    `verify gave a user without any value in it. Does it read another parameter as the profile? ${WRONG_FORM}`,
  );
}
