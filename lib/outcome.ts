import { WeChatAPIError } from './errors.js';
import type { VerifiedUser } from './verify.js';

/**
 * Why a login failed, for a reason on the visitor's side.
 *
 * - `denied` (401): the person said no.
 * - `state` (403): the browser that came back did not begin this login, or it is finished or too old.
 * - `request` (400): not an answer of WeChat; from an app, no code.
 * - `code` (401): WeChat does not accept the code, which is used up, expired or wrong.
 * - `blocked` (403): WeChat does not let the person in.
 * - `snapshot` (403): a virtual person of WeChat's snapshot page.
 */
export type WeChatFailReason = 'denied' | 'state' | 'request' | 'code' | 'blocked' | 'snapshot';

/** What Passport's `fail` is given: the `info` of a custom callback, and what `failureMessage` shows. */
export interface WeChatFailure {
  /** One sentence, in English. Not stable: compare `reason`. */
  message: string;
  /** Why, for programs. */
  reason: WeChatFailReason;
}

/** What one request ends in. Exactly one of Passport's actions is called, once, from exactly one of these. */
export type Outcome =
  | { action: 'redirect'; url: string }
  | { action: 'success'; user: Express.User; info: object | string }
  | { action: 'fail'; challenge: object | string | undefined; status?: number }
  | { action: 'error'; error: unknown };

const STATUS: Readonly<Record<WeChatFailReason, number>> = {
  denied: 401,
  state: 403,
  request: 400,
  code: 401,
  blocked: 403,
  snapshot: 403,
};

/** A failure of the visitor's. */
export function failure(reason: WeChatFailReason, message: string): Outcome {
  const challenge: WeChatFailure = { message, reason };
  return { action: 'fail', challenge, status: STATUS[reason] };
}

/**
 * What an error of WeChat's calls means: a used-up code or a visitor whom WeChat does not let in is the visitor's to
 * know, so that `failureRedirect` works; everything else is the developer's or the network's.
 */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof WeChatAPIError && error.kind === 'code') {
    return failure('code', 'WeChat does not accept this login any more. Please log in again.');
  }
  if (error instanceof WeChatAPIError && error.kind === 'blocked') {
    return failure('blocked', 'WeChat does not let this account log in.');
  }
  return { action: 'error', error };
}

/** What the application's verify function decided. */
export function outcomeOfVerify(
  user: VerifiedUser,
  info: object | string | undefined,
  state: unknown,
): Outcome {
  if (!user) return { action: 'fail', challenge: info };
  if (state === undefined) return { action: 'success', user, info: info ?? {} };
  return {
    action: 'success',
    user,
    info: { ...(typeof info === 'string' ? { message: info } : info), state },
  };
}

/**
 * An error that Express takes for one: it passes over a falsy one, and reads the texts `route` and `router` as orders,
 * which would let the request through to the next handler.
 */
export function errorObject(error: unknown): unknown {
  if ((typeof error === 'object' && error !== null) || typeof error === 'function') return error;
  return new Error(`The WeChat login failed: ${String(error)}.`);
}
