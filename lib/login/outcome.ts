import type { Request } from 'express';
import { WeChatAPIError } from '../errors.js';
import type { WeChatPlatform } from '../platform.js';
import type { Verified } from './verify.js';

/**
 * Why a login failed, for a reason on the user's side.
 *
 * - `denied` (401): the user refused.
 * - `state` (403): the browser that came back did not begin this login, or it is finished or too old.
 * - `request` (400): not a response of WeChat; from an app, no code.
 * - `code` (401): WeChat does not accept the code, which is used, expired or of another app.
 * - `blocked` (403): WeChat does not let the user in.
 * - `snapshot` (403): a virtual user of WeChat's snapshot page.
 * - `refused` (401): your verify function gave no user, and no info of its own.
 */
export type WeChatFailReason = 'denied' | 'state' | 'request' | 'code' | 'blocked' | 'snapshot' | 'refused';

/** What Passport's `fail` receives: the `info` of a custom callback, and what `failureMessage` shows. */
export interface WeChatFailure {
  /** One sentence, in English. Not stable: compare `reason`. */
  message: string;
  /** Why, for programs. */
  reason: WeChatFailReason;
  /** Your own data of this login, if its state was right. */
  state?: object;
  /** WeChat's number, if it gave one. */
  errcode?: number;
  /** WeChat's id of the request, which its support asks for. */
  rid?: string;
}

/** What is known of a login that ends. */
export interface LoginOrigin {
  readonly clientID: string;
  readonly platform: WeChatPlatform;
  /** In milliseconds since 1970. */
  readonly began?: number | undefined;
}

/** How one request ends: in exactly one of Passport's actions, called once. */
export type Outcome = (
  | { action: 'redirect'; url: string }
  | { action: 'success'; user: Express.User; info: object | string }
  | { action: 'fail'; challenge: object | string; status: number }
  | { action: 'error'; error: unknown }
) & {
  /** The login that ends. */
  login?: LoginOrigin | undefined;
  /** Whether the same request has ended in this way before. */
  repeated?: boolean;
};

const STATUS: Readonly<Record<WeChatFailReason, number>> = {
  denied: 401,
  state: 403,
  request: 400,
  code: 401,
  blocked: 403,
  snapshot: 403,
  refused: 401,
};

export function isFailReason(reason: unknown): reason is WeChatFailReason {
  return Object.hasOwn(STATUS, String(reason));
}

/** The request itself is wrong, which is the client's fault. */
export class BadRequestError extends TypeError {
  override readonly name = 'BadRequestError';
  readonly status = 400;
}

/** A login that failed for a reason on the user's side. @param state the app's own data, if the state was right */
export function failure(
  reason: WeChatFailReason,
  message: string,
  state?: object,
  { errcode, rid }: { errcode?: number | undefined; rid?: string | undefined } = {},
): Outcome {
  const challenge: WeChatFailure = {
    message,
    reason,
    ...(state === undefined ? {} : { state }),
    ...(errcode === undefined ? {} : { errcode }),
    ...(rid === undefined ? {} : { rid }),
  };
  return { action: 'fail', challenge, status: STATUS[reason] };
}

/** A used code, or a user whom WeChat blocks, is a failed login (`fail`); anything else is an `error`. */
export function outcomeOfError(error: unknown, state?: object): Outcome {
  if (error instanceof WeChatAPIError && error.kind === 'code') {
    const message = 'WeChat does not accept this login any more. Please log in again.';
    return failure('code', message, state, error);
  }
  if (error instanceof WeChatAPIError && error.kind === 'blocked') {
    return failure('blocked', 'WeChat does not let this account log in.', state, error);
  }
  if (error instanceof BadRequestError) return failure('request', error.message, state);
  return { action: 'error', error };
}

/** What the app's verify function decided. */
export function outcomeOfVerify({ user, info }: Verified, state: object | undefined): Outcome {
  if (!user) {
    if (info === undefined) return failure('refused', 'The app did not accept this login.', state);
    return { action: 'fail', challenge: withState(info, state), status: STATUS.refused };
  }
  return { action: 'success', user, info: withState(info ?? {}, state) };
}

function withState(info: object | string, state: object | undefined): object | string {
  if (state === undefined) return info;
  return { ...(typeof info === 'string' ? { message: info } : info), state };
}

/** Passport's actions, which it puts on the object that `authenticate` is called on. */
type Actions = Record<'success' | 'fail' | 'redirect' | 'error', (...args: unknown[]) => unknown>;

/**
 * An app may pass the strategy itself to `passport.authenticate()`. Then all requests share one object, and the next
 * one overwrites `success`, `fail`…, so they are captured before the first await.
 */
export function captureActions(strategy: object): (outcome: Outcome) => unknown {
  const { success, fail, redirect, error } = strategy as Actions;
  // Await what the actions return: for a custom callback, Passport mostly returns its promise, and a rejection must
  // not go unhandled.
  return (outcome) => {
    switch (outcome.action) {
      case 'redirect':
        return redirect.call(strategy, outcome.url);
      case 'success':
        return success.call(strategy, outcome.user, outcome.info);
      case 'fail':
        return fail.call(strategy, outcome.challenge, outcome.status);
      case 'error':
        return error.call(strategy, errorObject(outcome.error));
    }
  };
}

/**
 * A custom callback of the app's threw. Express would have caught it, had there been no await; a rejection that
 * nobody handles would end the process.
 */
export function passToNext({ next }: Request, thrown: unknown): void {
  if (typeof next !== 'function') throw thrown;
  next(errorObject(thrown));
}

/**
 * Express ignores falsy errors and treats the strings `route` and `router` as control flow: wrap anything but an
 * object.
 */
export function errorObject(error: unknown): unknown {
  if ((typeof error === 'object' && error !== null) || typeof error === 'function') return error;
  return new Error(`The WeChat login failed: ${String(error)}.`);
}
