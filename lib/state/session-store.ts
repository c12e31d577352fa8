import type { Request } from 'express';
import { checkedMax, checkedMaxAge } from '../checks.js';
import { newHandle } from './handle.js';
import type { DataStateStore, StateMeta, StoreCallback, StateVerifyCallback } from './store.js';

/** The options of `new SessionStateStore(options)`. */
export interface SessionStateStoreOptions {
  /** The key in the session. Default `'wechat'`. */
  key?: string | undefined;
  /** How many logins one browser can have outstanding; the oldest one gives way. Default 8. */
  max?: number | undefined;
  /** How long a login may take, in milliseconds. Default 30 minutes: people leave a QR code open. */
  maxAge?: number | undefined;
}

/** One outstanding login in the session. */
interface Pending {
  handle: string;
  expires: number;
  state?: unknown;
}

/**
 * Keeps the outstanding logins in `req.session`: several at once, since people open several tabs; each once; none for
 * ever. A wrong handle takes nothing away from the others.
 *
 * @example new WeChatStrategy({ ...options, store: new SessionStateStore({ maxAge: 10 * 60_000 }) }, verify);
 */
export class SessionStateStore implements DataStateStore {
  private readonly _key: string;
  private readonly _max: number;
  private readonly _maxAge: number;

  constructor(options: SessionStateStoreOptions = {}) {
    this._key = options.key ?? 'wechat';
    this._max = checkedMax(options.max);
    this._maxAge = checkedMaxAge(options.maxAge);
  }

  store(req: Request, state: unknown, _meta: StateMeta, callback: StoreCallback): void {
    const session = sessionOf(req);
    if (!session) {
      callback(new Error(NO_SESSION));
      return;
    }
    const now = Date.now();
    const handle = newHandle();
    const pending = pendingIn(session, this._key).filter((login) => login.expires > now);
    pending.push({ handle, expires: now + this._maxAge, state });
    session[this._key] = pending.slice(-this._max);
    callback(null, handle);
  }

  verify(req: Request, handle: string, _meta: StateMeta, callback: StateVerifyCallback): void {
    const session = sessionOf(req);
    if (!session) {
      callback(new Error(NO_SESSION));
      return;
    }
    const pending = pendingIn(session, this._key);
    const login = pending.find((candidate) => candidate.handle === handle);
    if (!login) {
      const message =
        pending.length > 0
          ? 'This login was not started here, or is already finished.'
          : 'No login was started in this browser, or its session cookie did not come back.';
      callback(null, false, { message });
      return;
    }
    const others = pending.filter((candidate) => candidate !== login);
    // Not `delete`: some hosts' sessions only see assignments.
    session[this._key] = others.length > 0 ? others : undefined;
    if (login.expires <= Date.now()) callback(null, false, { message: 'The login took too long.' });
    else callback(null, true, login.state);
  }
}

const NO_SESSION =
  'The WeChat login needs a session to keep its state in: use a session middleware such as express-session before ' +
  'passport.authenticate(), or give the strategy a CookieStateStore.';

function sessionOf(req: Request): Record<string, unknown> | undefined {
  return (req as unknown as { session?: Record<string, unknown> | null }).session ?? undefined;
}

/** What the session holds may come from an older version, or from another program with the same key. */
function pendingIn(session: Record<string, unknown>, key: string): Pending[] {
  const value = session[key];
  return Array.isArray(value) ? value.filter(isPending) : [];
}

function isPending(value: unknown): value is Pending {
  if (typeof value !== 'object' || value === null) return false;
  const { handle, expires } = value as Partial<Record<keyof Pending, unknown>>;
  return typeof handle === 'string' && typeof expires === 'number';
}
