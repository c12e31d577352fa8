import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { WeChatTokenReply } from '../api/endpoints.js';
import { OVERLOADED, WeChatNetworkError } from '../errors.js';
import { requestHost, requestURL } from '../util/request-origin.js';
import { clearTimeout, setTimeout } from '../util/timers.js';
import { appForLogin, type App, type Apps } from './apps.js';
import { failure, type Outcome } from './outcome.js';

/** For how long after its end a login is remembered. */
const REMEMBER_MS = 5000;
/** For how long a login is remembered that has not ended, or that WeChat was too busy for. */
const FORGET_MS = 60_000;
const MAX_REMEMBERED = 10_000;

/** A login whose state is valid. */
export interface VerifiedLogin {
  readonly app: App;
  /** The app's own data. */
  readonly data: object | undefined;
  readonly began: number | undefined;
}

/** A login that has come back with a code, and a valid state, in the last seconds. */
interface RecentLogin {
  readonly code: string;
  /** What makes another request the very same one. */
  readonly request: string | undefined;
  readonly verified: VerifiedLogin;
  tokens?: Promise<WeChatTokenReply> | undefined;
  /** Absent if its code was not sent, so that it may be tried again. */
  outcome?: Promise<Outcome> | undefined;
  /** Ends the remembering. */
  timer?: NodeJS.Timeout;
}

/** Exchanges the code, or shares an exchange that another request with this code and this state has begun. */
export type ShareExchange = (exchange: () => Promise<WeChatTokenReply>) => Promise<WeChatTokenReply>;

/**
 * WeChat is known to call a callback twice, at once, or again after it has broken the first off, while its code and
 * its state are each good for one time. The very same request ends as the first did; requests that carry the same
 * code with a valid state share one exchange; a second code for a state is refused, after the first.
 */
export class RepeatedCallbacks {
  readonly #recent = new Map<string, RecentLogin>();

  /** The login that the very same request has come back with a moment ago, if it is one of these apps'. */
  find(req: Request, state: string, apps: Apps): Pick<RecentLogin, 'verified' | 'outcome'> | undefined {
    const recent = this.#recent.get(state);
    if (recent?.request === undefined || recent.request !== identify(req)) return undefined;
    return appForLogin(apps, recent.verified.app) ? recent : undefined;
  }

  /** Finishes a login whose state is valid. */
  finish(
    req: Request,
    state: string,
    code: string,
    verified: VerifiedLogin,
    run: (share: ShareExchange) => Promise<Outcome>,
  ): Promise<Outcome> {
    const earlier = this.#recent.get(state);
    if (earlier && (earlier.code !== code || earlier.verified.app.clientID !== verified.app.clientID)) {
      const refused = failure('state', 'This login has already come back with another code.');
      // Once the first has ended, so that the page which the browser is sent to finds the user logged in.
      return Promise.resolve(earlier.outcome).then(
        () => refused,
        () => refused,
      );
    }
    const login = earlier ?? { code, request: identify(req), verified };
    // A copy for each, since verify may change it.
    const outcome = run(async (exchange) => ({ ...(await (login.tokens ??= exchange())) }));
    if (!earlier) {
      if (this.#recent.size >= MAX_REMEMBERED) return outcome;
      this.#recent.set(state, login);
      this.#forgetIn(FORGET_MS, state, login);
    }
    login.outcome ??= outcome;
    const end = (ended?: Outcome): void => {
      // What has ended is repeated for the very same request only.
      login.tokens = undefined;
      if (ended && wasNotSent(ended)) login.outcome = undefined;
      else this.#forgetIn(REMEMBER_MS, state, login);
      // Without its cookie, no other request is the very same.
      if (login.request === undefined) login.outcome = undefined;
    };
    outcome.then(end, () => end());
    return outcome;
  }

  #forgetIn(ms: number, state: string, login: RecentLogin): void {
    clearTimeout(login.timer);
    login.timer = setTimeout(() => {
      if (this.#recent.get(state) === login) this.#recent.delete(state);
    }, ms).unref();
  }
}

/** Host, URL and cookies. Without a cookie, nothing shows that it is the same browser. */
function identify(req: Request): string | undefined {
  const { cookie } = req.headers;
  if (cookie === undefined) return undefined;
  // A digest: the cookies of thousands of requests would take much memory.
  return createHash('sha256')
    .update([requestHost(req), requestURL(req), cookie].join('\n'))
    .digest('base64');
}

function wasNotSent(outcome: Outcome): boolean {
  return (
    outcome.action === 'error' &&
    outcome.error instanceof WeChatNetworkError &&
    outcome.error.code === OVERLOADED &&
    // The second call of a login can be refused, too: then its code is spent.
    outcome.error.endpoint === 'access_token'
  );
}
