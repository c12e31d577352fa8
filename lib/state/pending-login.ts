import type { Request } from 'express';
import type { WeChatPlatform } from '../platform.js';
import { fromCallback } from '../util/from-callback.js';
import type { StateMeta, StateStore } from './store.js';

/** What is stored of a login while the user is at WeChat. */
export interface PendingLogin {
  /** The strategy that began it, so that two in one app can share a store. */
  readonly strategy: string;
  readonly clientID: string;
  readonly platform: WeChatPlatform;
  readonly scope: string;
  /** When it began, in milliseconds since 1970. */
  readonly began?: number;
  /** The app's own data. */
  readonly data?: object | undefined;
}

/** The result of verifying the state of a callback. */
type VerifiedState = { ok: true; login: PendingLogin | undefined } | { ok: false; message: string };

/** The letters and the length that WeChat documents, which a store of the app's own may not know. */
const WECHAT_STATE = /^[\w-]{1,128}$/;

/** @throws TypeError unless the value is a state store of passport-oauth2's kind */
export function assertStore(store: unknown): StateStore {
  const { store: save, verify } = Object(store) as Partial<Record<keyof StateStore, unknown>>;
  if (typeof save === 'function' && typeof verify === 'function') return store as StateStore;
  throw new TypeError(
    'store must be a state store: an object with store() and verify(), as passport-oauth2 has it.',
  );
}

/** Whether a store stores data beside the state, as the form with four parameters (five with PKCE's) does. */
export function storesData(store: StateStore): boolean {
  return store.store.length >= 4;
}

/** Stores a new login and returns its state. Stores are called by their number of parameters, as in passport-oauth2. */
export async function savePendingLogin(
  store: StateStore,
  req: Request,
  login: PendingLogin,
  meta: StateMeta,
): Promise<string> {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- only its number of parameters is read
  const { length } = store.store;
  // WeChat has no PKCE. A store made for it verifies with the verifier as its `ok`, which must not be empty.
  const before =
    length >= 5 ? ['no verifier', login, meta] : length === 4 ? [login, meta] : length === 3 ? [meta] : [];
  const handle = await fromCallback<unknown>((done) =>
    (store.store as (...args: unknown[]) => unknown)(req, ...before, done),
  );
  if (typeof handle === 'string' && WECHAT_STATE.test(handle)) return handle;
  throw new TypeError(
    'The state store must call back with a string of 1 to 128 characters of A-Z, a-z, 0-9, _ and -.',
  );
}

/** Asks the store whether this browser began the login that the state belongs to. */
export async function verifyState(
  store: StateStore,
  req: Request,
  state: string,
  meta: StateMeta,
): Promise<VerifiedState> {
  const between = store.verify.length >= 4 ? [meta] : [];
  const [ok, stateOrInfo] =
    (await fromCallback<unknown[]>((done) =>
      (store.verify as (...args: unknown[]) => unknown)(
        req,
        state,
        ...between,
        (error: unknown, ...result: unknown[]) => done(error, result),
      ),
    )) ?? [];
  if (!ok) return { ok: false, message: readMessage(stateOrInfo) ?? 'The state could not be verified.' };
  if (!storesData(store)) return { ok: true, login: undefined };
  if (isPendingLogin(stateOrInfo)) return { ok: true, login: stateOrInfo };
  return { ok: false, message: 'The state is not from this version of the application.' };
}

/** The app's data of one login, which is only allowed if it can be stored. @throws TypeError */
export function assertApplicationData(state: unknown, store: StateStore): object | undefined {
  if (state === undefined) return undefined;
  if (typeof state !== 'object' || state === null) {
    throw new TypeError(
      'state must be an object of your own data, such as { returnTo: "/cart" }: the string that goes to WeChat is made ' +
        'and checked by the strategy. Only under state: false can it be a string of yours.',
    );
  }
  if (!storesData(store))
    throw new TypeError('This state store stores no data: its store() takes too few parameters.');
  return state;
}

/** The state of one login under `state: false`: a string of the app's, or none. @throws TypeError */
export function assertUnverifiedState(state: unknown): string | undefined {
  if (state === undefined || (typeof state === 'string' && WECHAT_STATE.test(state))) return state;
  throw new TypeError(
    'If you make the state yourself, it must be a string of 1 to 128 characters of A-Z, a-z, 0-9, _ and -.',
  );
}

function readMessage(info: unknown): string | undefined {
  if (typeof info === 'string') return info;
  const { message } = Object(info) as { message?: unknown };
  return typeof message === 'string' ? message : undefined;
}

function isPendingLogin(value: unknown): value is PendingLogin {
  const fields = Object(value) as Partial<Record<keyof PendingLogin, unknown>>;
  const { strategy, clientID, platform, scope } = fields;
  return [strategy, clientID, platform, scope].every((field) => typeof field === 'string');
}
