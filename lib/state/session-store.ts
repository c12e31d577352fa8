import type { Request } from 'express';
import { fromCallback, isThenable } from '../util/from-callback.js';
import { clearTimeout, setTimeout } from '../util/timers.js';
import { newHandle } from './handle.js';
import { assertMax, assertMaxAge, isTooOld, TOO_LATE, tooLargeError } from './limits.js';
import type { DataStateStore, StateMeta, StoreCallback, StateVerifyCallback } from './store.js';

/** The options of `new SessionStateStore(options)`. */
export interface SessionStateStoreOptions {
  /** The key in the session. Default `'wechat'`. */
  key?: string | undefined;
  /** How many logins of one browser can be pending; the oldest one gives way. Default 8. */
  max?: number | undefined;
  /**
   * How many bytes they may take together, as JSON; the oldest ones give way. Default 2048: a session that lives in a
   * cookie of 4096 bytes then holds them, encrypted and in base64, beside the app's own. Raise it for sessions on the
   * server only.
   */
  maxBytes?: number | undefined;
  /** How long a login may take, in milliseconds. Default 30 minutes: users leave a QR code open. */
  maxAge?: number | undefined;
}

/** One pending login in the session. */
interface Pending {
  handle: string;
  issued: number;
  state?: unknown;
}

type Session = Record<string, unknown>;

/**
 * Stores the pending logins in `req.session`. A browser can have several, one for each tab; each is single-use and
 * expires. A wrong handle leaves the others alone.
 *
 * @example new WeChatStrategy({ ...options, store: new SessionStateStore({ maxAge: 10 * 60_000 }) }, verify);
 */
export class SessionStateStore implements DataStateStore {
  readonly #key: string;
  readonly #max: number;
  readonly #maxBytes: number;
  readonly #maxAge: number;
  #hadSession = false;

  /** @throws TypeError when an option is wrong */
  constructor(options: SessionStateStoreOptions = {}) {
    this.#key = options.key ?? 'wechat';
    this.#max = assertMax(options.max);
    this.#maxAge = assertMaxAge(options.maxAge);
    const { maxBytes = 2048 } = options;
    if (!(typeof maxBytes === 'number' && maxBytes > 0))
      throw new TypeError('maxBytes must be a positive number.');
    this.#maxBytes = maxBytes;
  }

  store(req: Request, state: unknown, _meta: StateMeta, callback: StoreCallback): void {
    const session = this.#sessionOf(req, callback);
    if (!session) return;
    const handle = newHandle();
    const inTime = readPending(session, this.#key).filter(({ issued }) => !isTooOld(issued, this.#maxAge));
    const pending = [...inTime, { handle, issued: Date.now(), state }].slice(-this.#max);
    while (pending.length > 0 && Buffer.byteLength(JSON.stringify(pending)) > this.#maxBytes) pending.shift();
    if (pending.length === 0) {
      callback(
        tooLargeError('or raise maxBytes of the SessionStateStore if your sessions are on the server'),
      );
      return;
    }
    session[this.#key] = pending;
    if (typeof session['save'] !== 'function') callback(null, handle);
    else
      saveSession(session).then(
        () => callback(null, handle),
        (cause: unknown) =>
          callback(unavailable('The session could not be saved: is its store away?', cause)),
      );
  }

  verify(req: Request, handle: string, _meta: StateMeta, callback: StateVerifyCallback): void {
    const session = this.#sessionOf(req, callback);
    if (!session) return;
    const pending = readPending(session, this.#key);
    const login = pending.find((candidate) => candidate.handle === handle);
    if (!login) {
      const message =
        pending.length > 0
          ? 'This login was not started in this browser, or is already finished.'
          : 'No login was started in this browser: its session cookie did not come back (SameSite, Secure, another ' +
            'host name), its session was lost, or the login is already finished.';
      callback(null, false, { message });
      return;
    }
    const others = pending.filter((candidate) => candidate !== login);
    // Not `delete`: some hosts' sessions only see assignments.
    session[this.#key] = others.length > 0 ? others : undefined;
    if (isTooOld(login.issued, this.#maxAge)) callback(null, false, { message: TOO_LATE });
    else callback(null, true, login.state);
  }

  /** The session of a request; without one, calls back with what is wrong. */
  #sessionOf(req: Request, callback: (error: Error) => void): Session | undefined {
    const { session } = req as unknown as { session?: Session | null };
    if (session) this.#hadSession = true;
    else callback(this.#hadSession ? unavailable(SESSION_AWAY) : new Error(NO_SESSION));
    return session ?? undefined;
  }
}

const NO_SESSION =
  'The WeChat login needs a session to store its state in: use a session middleware such as express-session before ' +
  'passport.authenticate(), or give the strategy a CookieStateStore.';

// express-session goes on without a session while its store is disconnected.
const SESSION_AWAY =
  'This request has no session, while earlier ones had: the session store (Redis, a database) is away, or this route comes ' +
  'before the session middleware.';

function unavailable(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { status: 503 });
}

/**
 * Saves before the browser is sent away: a store that is away is noticed now, not when the user comes back, and some
 * sessions save only when told (iron-session).
 */
function saveSession(session: Session): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  return fromCallback((done) => {
    timer = setTimeout(() => done(new Error('It took longer than 10 seconds.')), 10_000);
    const saved: unknown = (session['save'] as (done: (error?: unknown) => void) => unknown)(done);
    if (isThenable(saved)) saved.then(() => done(null), done);
  }).finally(() => clearTimeout(timer));
}

/** What the session holds may come from an older version, or from another program with the same key. */
function readPending(session: Session, key: string): Pending[] {
  const value = session[key];
  return Array.isArray(value) ? value.filter(isPending) : [];
}

function isPending(value: unknown): value is Pending {
  const { handle, issued } = Object(value) as Partial<Record<keyof Pending, unknown>>;
  return typeof handle === 'string' && typeof issued === 'number';
}
