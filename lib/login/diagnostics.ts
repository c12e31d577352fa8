import { channel } from 'node:diagnostics_channel';
import { WeChatAPIError } from '../errors.js';
import type { WeChatPlatform } from '../platform.js';
import { isFailReason, type Outcome, type WeChatFailReason, type WeChatFailure } from './outcome.js';

/**
 * One message for each end of a login, published on the diagnostics channel `passport-wechat-oauth2:login`: a
 * success, a failure or an error, but not the redirect to WeChat. It holds nothing of the user.
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 * subscribe('passport-wechat-oauth2:login', (message) => console.log(message));
 */
export interface WeChatLoginMessage {
  /** Which of Passport's actions ended the login. */
  outcome: 'success' | 'fail' | 'error';
  /** Of a failure, its reason; of an error, the name of its class; `undefined` for a success. */
  reason: WeChatFailReason | (string & {}) | undefined;
  /** WeChat's errcode, if that was the cause. */
  errcode: number | undefined;
  /** WeChat's id of the request, which its support asks for. */
  rid: string | undefined;
  /** The AppID that the login came through; `undefined` if it failed before it was known. */
  clientID: string | undefined;
  /** The kind of that app. */
  platform: WeChatPlatform | undefined;
  /** Milliseconds since the login began; `undefined` for a callback whose login is unknown. */
  ms: number | undefined;
}

const loginChannel = channel('passport-wechat-oauth2:login');

/** Tells subscribers how a login ended, and passes it on; a repeated callback is no login of its own. */
export function publishLogin(outcome: Outcome): Outcome {
  if (!loginChannel.hasSubscribers || outcome.action === 'redirect' || outcome.repeated) return outcome;
  const { action, login } = outcome;
  const cause = Object(
    action === 'fail' ? outcome.challenge : action === 'error' ? outcome.error : undefined,
  ) as Partial<WeChatFailure & WeChatAPIError>;
  // What an app says of its own may be about the user.
  const isOurs = action === 'fail' ? isFailReason(cause.reason) : cause instanceof WeChatAPIError;
  const message: WeChatLoginMessage = {
    outcome: action,
    reason: action === 'fail' ? (isOurs ? cause.reason : 'refused') : cause.name,
    errcode: isOurs ? cause.errcode : undefined,
    rid: isOurs ? cause.rid : undefined,
    clientID: login?.clientID,
    platform: login?.platform,
    ms: login?.began === undefined ? undefined : Date.now() - login.began,
  };
  loginChannel.publish(message);
  return outcome;
}
