import type { AxiosInstance } from 'axios';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestChannel } from './diagnostics.js';
import { WeChatAPIError, WeChatNetworkError, WeChatResponseError, type WeChatEndpoint } from './errors.js';
import { decodeReply, type Reply } from './reply.js';
import type { Host } from './host.js';
import { idleConnectionsSettled } from './pool.js';
import { axiosForProxy, sendThroughAxios } from './through-axios.js';
import {
  CLIENT_FAILED,
  MAX_REPLY_BYTES,
  sendDirectly,
  TOO_LONG,
  TransportFailure,
  type WeChatRequest,
  type WeChatResponse,
} from './transport.js';

type Hosts = readonly [Host, ...Host[]];

/** How to reach WeChat. */
export interface CallOptions {
  /** Where the API is, the spare hosts after the first. */
  hosts: Hosts;
  axios: Pick<AxiosInstance, 'request'> | undefined;
  /**
   * Until when a host is tried last, on the clock of `performance.now()`. Not one list for the process: the short `timeout` or
   * the proxy of one client says nothing to the others.
   */
  avoidUntil: Map<Host, number>;
}

/** Calls one endpoint of WeChat. Calls made through one function share one deadline. */
export type WeChatCall = (endpoint: WeChatEndpoint, params: CallParams) => Promise<Reply>;

/** The parameters of the five calls, as WeChat documents them. */
type CallParams = Partial<
  Readonly<
    Record<
      | 'appid'
      | 'secret'
      | 'code'
      | 'js_code'
      | 'grant_type'
      | 'refresh_token'
      | 'access_token'
      | 'openid'
      | 'lang',
      string
    >
  >
>;

const PATHS: Readonly<Record<WeChatEndpoint, string>> = {
  access_token: '/sns/oauth2/access_token',
  refresh_token: '/sns/oauth2/refresh_token',
  userinfo: '/sns/userinfo',
  auth: '/sns/auth',
  jscode2session: '/sns/jscode2session',
};

// A code works once: when its exchange may have reached WeChat, the repetition would spend it a second time and hide
// the reason of the failure. The other calls change nothing at WeChat.
const RETRIES: Readonly<Record<WeChatEndpoint, number>> = {
  access_token: 0,
  jscode2session: 0,
  refresh_token: 2,
  userinfo: 2,
  auth: 2,
};

/** A host that could not be connected to is tried last for this long, so that not every login waits for it. */
const AVOID_MS = 30_000;

/**
 * Calls one endpoint of WeChat within the deadline, going to the next host when one cannot be connected to, and
 * repeating what can be repeated.
 *
 * @throws WeChatAPIError, WeChatNetworkError, WeChatResponseError
 */
export async function callWeChat(
  options: CallOptions,
  endpoint: WeChatEndpoint,
  params: CallParams,
  deadline: number,
): Promise<Reply> {
  const hosts = inOrder(options);
  let retries = RETRIES[endpoint];
  let staleTokenRetries = endpoint === 'userinfo' ? 1 : 0;
  for (let attempt = 1, place = 0; ; attempt++) {
    const host = hosts[place] as Host;
    try {
      return await attemptCall(
        options,
        { endpoint, params, host, attempt, hostsLeft: hosts.length - place },
        deadline,
      );
    } catch (error) {
      if (error instanceof TransportFailure && !error.sent) {
        options.avoidUntil.set(host, performance.now() + AVOID_MS);
        place++;
        if (place >= hosts.length || timeLeft(deadline) <= 0) throw asWeChatError(error, endpoint, host);
        continue;
      }
      // A token that was issued a moment ago is now and then unknown to the host that answers userinfo.
      const staleToken =
        error instanceof WeChatAPIError && error.errcode === 40001 && staleTokenRetries-- > 0;
      if (retries === 0 || !(staleToken || isPassing(error))) throw asWeChatError(error, endpoint, host);
      retries--;
      const pause = 50 * attempt * (1 + Math.random());
      if (pause >= timeLeft(deadline)) throw asWeChatError(error, endpoint, host);
      await sleep(pause);
    }
  }
}

interface Attempt {
  endpoint: WeChatEndpoint;
  params: CallParams;
  host: Host;
  attempt: number;
  hostsLeft: number;
}

async function attemptCall(options: CallOptions, call: Attempt, deadline: number): Promise<Reply> {
  const started = performance.now();
  let status: number | undefined;
  let errcode: number | undefined;
  try {
    const response = await sendRequest(options, call, deadline);
    status = response.status;
    const reply = decodeReply(call.endpoint, response, secretsIn(call.params));
    errcode = reply.errcode;
    return reply;
  } catch (error) {
    if (error instanceof WeChatAPIError) errcode = error.errcode;
    throw error;
  } finally {
    if (requestChannel.hasSubscribers) {
      const { endpoint, attempt } = call;
      const ms = performance.now() - started;
      requestChannel.publish({ endpoint, host: call.host.host, attempt, status, errcode, ms });
    }
  }
}

async function sendRequest(
  { axios }: CallOptions,
  { endpoint, params, host, hostsLeft }: Attempt,
  deadline: number,
): Promise<WeChatResponse> {
  const through = axios ?? (host.proxied ? await axiosForProxy() : undefined);
  if (!through) await idleConnectionsSettled(host);
  const timeout = Math.max(0, timeLeft(deadline));
  const request: WeChatRequest = {
    host,
    path: PATHS[endpoint],
    params,
    timeout,
    connectTimeout: timeout / hostsLeft,
  };
  return through ? sendThroughAxios(through, request) : sendDirectly(request);
}

function secretsIn({ secret, code, js_code, access_token, refresh_token }: Attempt['params']): string[] {
  return [secret, code, js_code, access_token, refresh_token].filter((value) => value !== undefined);
}

function timeLeft(deadline: number): number {
  return deadline - performance.now();
}

/** The hosts in the order in which to try them. */
export function inOrder({ hosts, avoidUntil }: CallOptions): Hosts {
  if (avoidUntil.size === 0 || hosts.length === 1) return hosts;
  const now = performance.now();
  const isAvoided = (host: Host): boolean => (avoidUntil.get(host) ?? 0) > now;
  return hosts.toSorted((a, b) => Number(isAvoided(a)) - Number(isAvoided(b))) as [Host, ...Host[]];
}

/** Whether the same call may well succeed in a moment. */
function isPassing(error: unknown): boolean {
  if (error instanceof WeChatAPIError) return error.kind === 'busy';
  if (error instanceof WeChatResponseError) return (error.httpStatus ?? 0) >= 500;
  return error instanceof TransportFailure && error.code !== TOO_LONG && error.code !== CLIENT_FAILED;
}

/** The typed error for whatever failed. It keeps nothing that might hold a secret. */
function asWeChatError(error: unknown, endpoint: WeChatEndpoint, { host }: Host): Error {
  if (error instanceof WeChatAPIError || error instanceof WeChatResponseError) return error;
  const code = error instanceof TransportFailure ? error.code : CLIENT_FAILED;
  if (code === TOO_LONG) return new WeChatResponseError(endpoint, `longer than ${MAX_REPLY_BYTES} bytes`);
  return new WeChatNetworkError(endpoint, host, code);
}
