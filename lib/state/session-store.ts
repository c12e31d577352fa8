import type { Request } from 'express';
import { newHandle } from './handle.js';
import { assertMax, assertMaxAge, TOO_LATE } from './limits.js';
import type { DataStateStore, StateMeta, StoreCallback, StateVerifyCallback } from './store.js';

/** The options of `new SessionStateStore(options)`. */
export interface SessionStateStoreOptions {
  /** The key in the session. Default `'wechat'`. */
  key?: string | undefined;
  /** How many logins of one browser can be pending; the oldest one gives way. Default 8. */
  max?: number | undefined;
  /** How long a login may take, in milliseconds. Default 30 minutes: users leave a QR code open. */
  maxAge?: number | undefined;
}

/** One pending login in the session. */
interface Pending {
  handle: string;
  expires: number;
  state?: unknown;
}

/**
 * Stores the pending logins in `req.session`. A browser can have several, one for each tab; each is single-use and expires.
 * A wrong handle leaves the others alone.
 *
 * @example new WeChatStrategy({ ...options, store: new SessionStateStore({ maxAge: 10 * 60_000 }) }, verify);
 */
export class SessionStateStore implements DataStateStore {
  readonly #key: string;
  readonly #max: number;
  readonly #maxAge: number;

  constructor(options: SessionStateStoreOptions = {}) {
    this.#key = options.key ?? 'wechat';
    this.#max = assertMax(options.max);
    this.#maxAge = assertMaxAge(options.maxAge);
  }

  store(req: Request, state: unknown, _meta: StateMeta, callback: StoreCallback): void {
    const session = readSession(req);
    if (!session) {
      callback(new Error(NO_SESSION));
      return;
    }
    const now = Date.now();
    const handle = newHandle();
    const pending = readPending(session, this.#key).filter((login) => login.expires > now);
    pending.push({ handle, expires: now + this.#maxAge, state });
    session[this.#key] = pending.slice(-this.#max);
    callback(null, handle);
  }

  verify(req: Request, handle: string, _meta: StateMeta, callback: StateVerifyCallback): void {
    const session = readSession(req);
    if (!session) {
      callback(new Error(NO_SESSION));
      return;
    }
    const pending = readPending(session, this.#key);
    const login = pending.find((candidate) => candidate.handle === handle);
    if (!login) {
      const message =
        pending.length > 0
          ? 'This login was not started in this browser, or is already finished.'
          : 'No login was started in this browser, or its session cookie did not come back.';
      callback(null, false, { message });
      return;
    }
    const others = pending.filter((candidate) => candidate !== login);
    // Not `delete`: some hosts' sessions only see assignments.
    session[this.#key] = others.length > 0 ? others : undefined;
    if (login.expires <= Date.now()) callback(null, false, { message: TOO_LATE });
    else callback(null, true, login.state);
  }
}

const NO_SESSION =
  'The WeChat login needs a session to store its state in: use a session middleware such as express-session before ' +
  'passport.authenticate(), or give the strategy a CookieStateStore.';

function readSession(req: Request): Record<string, unknown> | undefined {
  return (req as unknown as { session?: Record<string, unknown> | null }).session ?? undefined;
}

/** What the session holds may come from an older version, or from another program with the same key. */
function readPending(session: Record<string, unknown>, key: string): Pending[] {
  const value = session[key];
  return Array.isArray(value) ? value.filter(isPending) : [];
}

function isPending(value: unknown): value is Pending {
  if (typeof value !== 'object' || value === null) return false;
  const { handle, expires } = value as Partial<Record<keyof Pending, unknown>>;
  return typeof handle === 'string' && typeof expires === 'number';
}
