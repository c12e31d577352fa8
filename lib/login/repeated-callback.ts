import type { Request } from 'express';
import type { WeChatTokenReply } from '../api/endpoints.js';
import { setTimeout } from '../util/timers.js';
import { failure, type Outcome } from './outcome.js';

/** For how long after its end a login is remembered. */
const REMEMBER_MS = 5000;
const MAX_REMEMBERED = 10_000;

/** A login that has come back with a code, and a valid state, in the last seconds. */
interface RecentLogin {
  readonly code: string;
  readonly cookie: string | undefined;
  tokens?: Promise<WeChatTokenReply>;
  outcome?: Promise<Outcome>;
}

/** Exchanges the code, or shares an exchange that another request with this code and this state has begun. */
export type ShareExchange = (exchange: () => Promise<WeChatTokenReply>) => Promise<WeChatTokenReply>;

/**
 * WeChat is known to call a callback twice, at once, or again after it has broken the first off, while its code and its
 * state are each good for one time. The very same request ends as the first did; requests that carry the same code with a
 * valid state share one exchange; a second code for a state is refused.
 */
export class RepeatedCallbacks {
  readonly #recent = new Map<string, RecentLogin>();

  /** How the same request ended a moment ago, or will end. Without a cookie nothing shows that it is the same browser. */
  outcomeOf(req: Request, state: string, code: string): Promise<Outcome> | undefined {
    const recent = this.#recent.get(state);
    const { cookie } = req.headers;
    return cookie !== undefined && recent?.cookie === cookie && recent.code === code
      ? recent.outcome
      : undefined;
  }

  /** Finishes a login whose state is valid. */
  finish(
    req: Request,
    state: string,
    code: string,
    finish: (share: ShareExchange) => Promise<Outcome>,
  ): Promise<Outcome> {
    const known = this.#recent.get(state);
    if (known && known.code !== code) {
      return Promise.resolve(failure('state', 'This login has already come back with another code.'));
    }
    const login: RecentLogin = known ?? { code, cookie: req.headers.cookie };
    // A copy for each, since verify may change it.
    const outcome = finish(async (exchange) => ({ ...(await (login.tokens ??= exchange())) }));
    if (!known && this.#recent.size < MAX_REMEMBERED) {
      this.#recent.set(state, login);
      login.outcome = outcome;
      const end = (): void => {
        // The response is repeated for the very same request only.
        delete login.tokens;
        setTimeout(() => this.#recent.delete(state), REMEMBER_MS).unref();
      };
      outcome.then(end, end);
    }
    return outcome;
  }
}
