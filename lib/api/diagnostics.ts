import { channel } from 'node:diagnostics_channel';
import type { WeChatEndpoint } from '../platform.js';

/**
 * One message for each HTTP request to WeChat, published on the diagnostics channel `passport-wechat-oauth2:request`
 * when the request has ended. It holds no secret, code or token.
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
  /** HTTP status; `undefined` without a complete response. */
  status: number | undefined;
  /** WeChat's errcode; `undefined` if the response had none. */
  errcode: number | undefined;
  /** WeChat's id of the request, which its support asks for; `undefined` if the response had none. */
  rid: string | undefined;
  /** How long it took, in milliseconds. */
  ms: number;
}

export const requestChannel = channel('passport-wechat-oauth2:request');
