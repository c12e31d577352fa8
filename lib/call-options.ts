import type { AxiosInstance } from 'axios';
import { callWeChat, inOrder, type CallOptions, type WeChatCall } from './call.js';
import { checkedOrigins, checkedTimeout } from './checks.js';
import { hostOf } from './host.js';
import { connectAhead, lacksConnection } from './pool.js';

/** How to reach WeChat's API. */
export interface WeChatCallOptions {
  /**
   * Where the API is; the next one is tried when one cannot be connected to. Default `https://api.weixin.qq.com`, then
   * `https://api2.weixin.qq.com`.
   */
  apiOrigin?: string | readonly string[] | undefined;
  /** Milliseconds for the calls of one login together, or for one of a client's; retries included. Default 5000. */
  timeout?: number | undefined;
  /** Your own axios, for proxies, agents and interceptors. The next `apiOrigin` is tried only where it says that it could not connect. */
  axios?: Pick<AxiosInstance, 'request'> | undefined;
}

/** The most that WeChat's calls of one login may take together, in milliseconds. */
const DEFAULT_TIMEOUT = 5000;

/**
 * The general host of the API, then its remote spare.
 * https://developers.weixin.qq.com/doc/service/Basic_Information/Interface_field_description.html
 */
const DEFAULT_API_ORIGINS: readonly string[] = ['https://api.weixin.qq.com', 'https://api2.weixin.qq.com'];

/** The calls of one client or strategy, as functions, so that no inspection of it finds what the app's axios holds. */
export interface Calls {
  /** The first of `apiOrigin`. */
  origin: string;
  /** Each call of the result starts the clock for what one login may take. */
  start: () => WeChatCall;
  /**
   * Tells that a login has begun, which will end with a call: by then the package's own pool has a connection open, and the
   * person does not wait for it.
   */
  prepare: () => void;
}

/** @throws TypeError when an option is wrong */
export function callsOf({ apiOrigin, timeout, axios }: WeChatCallOptions): Calls {
  const [first, ...spare] = checkedOrigins('apiOrigin', apiOrigin ?? DEFAULT_API_ORIGINS);
  const options: CallOptions = {
    hosts: [hostOf(first), ...spare.map(hostOf)],
    axios,
    avoidUntil: new Map(),
  };
  if (axios !== undefined && typeof (axios as { request?: unknown } | null)?.request !== 'function') {
    throw new TypeError(
      'axios must be an axios, such as axios.create({ … }), or an object with its request().',
    );
  }
  const limit = checkedTimeout(timeout ?? DEFAULT_TIMEOUT);
  return {
    origin: first,
    start: () => {
      const deadline = performance.now() + limit;
      return (endpoint, params) => callWeChat(options, endpoint, params, deadline);
    },
    prepare: () => {
      const [host] = inOrder(options);
      if (!axios && !host.proxied && lacksConnection(host)) connectAhead(host);
    },
  };
}
