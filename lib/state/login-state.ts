import type { Request } from 'express';
import type { AnyStrategyOptions } from '../options.js';
import type { WeChatPlatform } from '../platform.js';
import { callHook } from '../hook.js';
import { SessionStateStore } from './session-store.js';
import type { StateMeta, StateStore } from './store.js';

/** What is kept of a login while the person is at WeChat. */
export interface KeptLogin {
  /** The strategy that started it, so that two in one app can share a store. */
  readonly strategy: string;
  readonly clientID: string;
  readonly platform: WeChatPlatform;
  readonly scope: string;
  /** The application's own data. */
  readonly data?: object | undefined;
}

/** What came of checking the state of a callback. */
type CheckedState = { ok: true; login: KeptLogin | undefined } | { ok: false; message: string };

/** The letters and the length that WeChat documents, which a store of the application's own may not know. */
const WECHAT_STATE = /^[\w-]{1,128}$/;

/** The store that a strategy's options ask for; nothing under `state: false`. @throws TypeError */
export function storeOf(options: AnyStrategyOptions, strategy: string): StateStore | undefined {
  const { store, sessionKey, clientID } = options;
  if (options.state === false) {
    if (store !== undefined)
      throw new TypeError('store is of no use under state: false: leave one of them out.');
    return undefined;
  }
  if (store === undefined) {
    // Two strategies of an app do not share a place in the session, so that neither crowds the other out.
    return new SessionStateStore({
      key: sessionKey ?? ['wechat', strategy, clientID ?? []].flat().join(':'),
    });
  }
  if (!isStore(store)) {
    throw new TypeError(
      'store must be a state store: an object with store() and verify(), as passport-oauth2 has it.',
    );
  }
  return store;
}

function isStore(value: unknown): value is StateStore {
  if (typeof value !== 'object' || value === null) return false;
  const { store, verify } = value as Partial<Record<keyof StateStore, unknown>>;
  return typeof store === 'function' && typeof verify === 'function';
}

/** Whether a store keeps data beside the state, as the form with four parameters (five with PKCE's) does. */
export function keepsData(store: StateStore): boolean {
  return store.store.length >= 4;
}

/** Asks the store for the state of a new login. Stores are called by their number of parameters, as in passport-oauth2. */
export async function storeLogin(
  store: StateStore,
  req: Request,
  login: KeptLogin,
  meta: StateMeta,
): Promise<string> {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- only its number of parameters is read
  const { length } = store.store;
  // WeChat has no PKCE. A store made for it takes its verifier for the answer, which must not be empty.
  const before =
    length >= 5 ? ['no verifier', login, meta] : length === 4 ? [login, meta] : length === 3 ? [meta] : [];
  const handle = await callHook<unknown>((done) =>
    (store.store as (...args: unknown[]) => unknown)(req, ...before, done),
  );
  if (typeof handle === 'string' && WECHAT_STATE.test(handle)) return handle;
  throw new TypeError(
    'The state store must answer with a text of 1 to 128 characters of A-Z, a-z, 0-9, _ and -.',
  );
}

/** Asks the store whether this browser has started the login that the state belongs to. */
export async function checkLogin(
  store: StateStore,
  req: Request,
  state: string,
  meta: StateMeta,
): Promise<CheckedState> {
  const between = store.verify.length >= 4 ? [meta] : [];
  const [ok, stateOrInfo] = await callHook<unknown[]>((done) =>
    (store.verify as (...args: unknown[]) => unknown)(
      req,
      state,
      ...between,
      (error: unknown, ...answer: unknown[]) => {
        done(error, answer);
      },
    ),
  );
  if (!ok) return { ok: false, message: messageIn(stateOrInfo) ?? 'The state could not be verified.' };
  if (!keepsData(store)) return { ok: true, login: undefined };
  if (isKeptLogin(stateOrInfo)) return { ok: true, login: stateOrInfo };
  return { ok: false, message: 'The state is not from this version of the application.' };
}

/** The application's data of one login, which is only allowed where it can be kept. @throws TypeError */
export function applicationData(state: unknown, store: StateStore): object | undefined {
  // As an option of the strategy, true asks for what is done anyway; some give it here.
  if (state === undefined || state === true) return undefined;
  if (typeof state !== 'object' || state === null) {
    throw new TypeError(
      'state must be an object of your own data, such as { returnTo: "/cart" }: the text that goes to WeChat is made ' +
        'and checked by the strategy. Only under state: false can it be a text of yours.',
    );
  }
  if (!keepsData(store))
    throw new TypeError('This state store keeps no data: its store() takes too few parameters.');
  return state;
}

/** The state of one login where nothing is kept: a text of the application's, or nothing. @throws TypeError */
export function plainState(state: unknown): string | undefined {
  if (state === undefined || (typeof state === 'string' && WECHAT_STATE.test(state))) return state;
  throw new TypeError(
    'Under state: false, state must be a text of 1 to 128 characters of A-Z, a-z, 0-9, _ and -.',
  );
}

function messageIn(info: unknown): string | undefined {
  if (typeof info === 'string') return info;
  const message: unknown =
    typeof info === 'object' && info !== null && 'message' in info ? info.message : undefined;
  return typeof message === 'string' ? message : undefined;
}

function isKeptLogin(value: unknown): value is KeptLogin {
  if (typeof value !== 'object' || value === null) return false;
  const { strategy, clientID, platform, scope } = value as Partial<Record<keyof KeptLogin, unknown>>;
  return [strategy, clientID, platform, scope].every((field) => typeof field === 'string');
}
