import { channel } from 'node:diagnostics_channel';
import type { WeChatEndpoint } from './errors.js';

/**
 * One message for each HTTP request to WeChat, published on the diagnostics channel `passport-wechat-oauth2:request` when
 * the request has ended. It holds no secret, code or token.
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 * subscribe('passport-wechat-oauth2:request', (message) => console.log(message));
 * @see https://nodejs.org/api/diagnostics_channel.html
 */
export interface WeChatRequestMessage {
  /** Which call. */
  endpoint: WeChatEndpoint;
  /** The host that was called, such as `api.weixin.qq.com`. */
  host: string;
  /** 1 for the first request of a call, counting up through spare hosts and retries. */
  attempt: number;
  /** HTTP status; `undefined` when there was no complete reply. */
  status: number | undefined;
  /** WeChat's errcode; `undefined` when the reply had none. */
  errcode: number | undefined;
  /** How long it took, in milliseconds. */
  ms: number;
}

/** The name of the diagnostics channel, https://nodejs.org/api/diagnostics_channel.html */
const REQUEST_CHANNEL = 'passport-wechat-oauth2:request';

export const requestChannel = channel(REQUEST_CHANNEL);
