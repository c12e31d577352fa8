import type { AxiosInstance } from 'axios';
import { OVERLOADED, WeChatAPIError, WeChatNetworkError, WeChatResponseError } from '../errors.js';
import type { WeChatEndpoint } from '../platform.js';
import { assertSecureOrigin } from '../util/secure-origin.js';
import { now, sleep } from '../util/timers.js';
import type { Connection } from './connection.js';
import { requestChannel } from './diagnostics.js';
import { parseHost, proxyFromEnvironment, type Host } from './host.js';
import { hasOwnConnections, sendRequest } from './http.js';
import { Overloaded, poolFor, type Pool } from './pool.js';
import { preconnect } from './preconnect.js';
import { readResponse, type WeChatResponse } from './response.js';
import { CLIENT_FAILED, HttpFailure, MAX_BODY_BYTES, TOO_LONG } from './watched-request.js';

/** How to reach WeChat's API. */
export interface WeChatCallOptions {
  /**
   * Where the API is; the next one is tried if one cannot be connected to. Default `https://api.weixin.qq.com`, then
   * `https://api2.weixin.qq.com`.
   */
  apiOrigin?: string | readonly string[] | undefined;
  /** Milliseconds for the calls of one login together, or for one of a client's; retries included. Default 5000. */
  timeout?: number | undefined;
  /** Your own axios, for agents and interceptors. The same limits and the same spare host apply to what it sends. */
  axios?: Pick<AxiosInstance, 'request'> | undefined;
  /**
   * Allows plain http to a public host, for an `apiOrigin` or `openOrigin` whose way is protected by other means, as
   * inside WeChat's cloud hosting. Default false: a warning in development, an error under `NODE_ENV=production`.
   */
  allowInsecureOrigins?: boolean | undefined;
}

/** One of WeChat's calls. */
export interface Endpoint<T> {
  readonly name: WeChatEndpoint;
  readonly path: string;
  /** The parameters that must never stand in an error. */
  readonly secrets: readonly string[];
  /** How often a call is repeated that failed for a reason which may have passed. */
  readonly retries: number;
  /** An errcode after which the call may be repeated once. */
  readonly repeatAfter?: number;
  /** Goes before the calls of logins that have not spent their code yet. */
  readonly urgent?: boolean;
  /** The response says whom it is about. Any other could be taken for that of the next call, if it is sent twice. */
  readonly namesUser?: boolean;
  /** @throws WeChatResponseError if the response is not usable, or about another user than was asked for */
  readonly parse: (response: WeChatResponse, params: CallParams) => T;
}

/** The parameters of the calls, as WeChat documents them. */
export type CallParams = Readonly<Record<string, string>>;

/**
 * Calls an endpoint. Calls made through one function share one deadline.
 *
 * @param followedBy how many more calls the login needs after this one
 * @throws WeChatAPIError, WeChatNetworkError, WeChatResponseError
 */
export interface WeChatCall {
  <T>(endpoint: Endpoint<T>, params: CallParams, followedBy?: number): Promise<T>;
  /** On the clock of `now()`. */
  readonly deadline: number;
}

/**
 * WeChat's API as one strategy or client calls it. Functions, so that no inspection finds what the app's axios holds.
 */
export interface Api {
  /** The first of `apiOrigin`. */
  readonly origin: string;
  /** Starts the clock for what one login may take. */
  readonly withDeadline: () => WeChatCall;
  /** Tells that a login has begun, so that a connection is open when its code comes back. */
  readonly preconnect: () => void;
}

/**
 * The general host of the API, then its remote spare.
 * https://developers.weixin.qq.com/doc/service/Basic_Information/Interface_field_description.html
 */
const DEFAULT_API_ORIGINS: readonly string[] = ['https://api.weixin.qq.com', 'https://api2.weixin.qq.com'];

/** A host that could not be connected to is tried last for this long, so that not every login waits for it. */
const AVOID_MS = 30_000;

interface Route {
  readonly host: Host;
  readonly pool: Pool;
}

type Routes = readonly [Route, ...Route[]];

/** @throws TypeError if an option is wrong */
export function createApi({
  apiOrigin = DEFAULT_API_ORIGINS,
  timeout = 5000,
  axios,
  allowInsecureOrigins,
}: WeChatCallOptions): Api {
  const origins = [apiOrigin]
    .flat()
    .map((origin) => assertSecureOrigin('apiOrigin', origin, allowInsecureOrigins));
  if (origins.length === 0) throw new TypeError('apiOrigin is an empty list: give at least one origin.');
  if (!(typeof timeout === 'number' && timeout > 0 && timeout <= 2 ** 31 - 1)) {
    throw new TypeError('timeout must be a positive number of milliseconds, such as 5000.');
  }
  if (axios !== undefined && typeof (axios as { request?: unknown } | null)?.request !== 'function') {
    throw new TypeError(
      'axios must be an axios, such as axios.create({ … }), or an object with its request().',
    );
  }
  const routes = origins.map((origin): Route => {
    const host = parseHost(origin);
    const proxy = axios && hasOwnConnections(axios) ? undefined : proxyFromEnvironment(host);
    return { host, pool: poolFor(host, proxy, axios) };
  }) as unknown as Routes;
  // Not one list for the process: the short timeout or the axios of one strategy says nothing about the others.
  const avoidUntil = new Map<Route, number>();
  return {
    origin: routes[0].host.origin,
    withDeadline: () => {
      const deadline = now() + timeout;
      const send = <T>(endpoint: Endpoint<T>, params: CallParams, followedBy = 0): Promise<T> =>
        call(
          { axios, routes: inOrder(routes, avoidUntil), avoidUntil, deadline, followedBy },
          endpoint,
          params,
        );
      return Object.assign(send, { deadline });
    },
    preconnect: () => {
      const [{ host, pool }] = inOrder(routes, avoidUntil);
      if (!axios) preconnect(host, pool);
    },
  };
}

/** The hosts in the order in which to try them. */
function inOrder(routes: Routes, avoidUntil: ReadonlyMap<Route, number>): Routes {
  if (avoidUntil.size === 0 || routes.length === 1) return routes;
  const time = now();
  const isAvoided = (route: Route): boolean => (avoidUntil.get(route) ?? 0) > time;
  return routes.toSorted((a, b) => Number(isAvoided(a)) - Number(isAvoided(b))) as unknown as Routes;
}

interface CallContext {
  readonly axios: WeChatCallOptions['axios'];
  readonly routes: Routes;
  readonly avoidUntil: Map<Route, number>;
  readonly deadline: number;
  readonly followedBy: number;
}

/** Calls an endpoint: at the next host if one cannot be connected to, and again if the call can be repeated. */
async function call<T>(context: CallContext, endpoint: Endpoint<T>, params: CallParams): Promise<T> {
  const { routes, avoidUntil, deadline, followedBy } = context;
  const { urgent = false, namesUser = false } = endpoint;
  const needs = { deadline, callsLeft: 1 + followedBy, urgent, needsQuiet: !namesUser };
  const unreachable: string[] = [];
  let { retries } = endpoint;
  let repeats = 1;
  for (let attempt = 1; ; attempt++) {
    const index = unreachable.length;
    const route = routes[index] as Route;
    try {
      const connection = await route.pool.acquire(needs);
      const hostsLeft = routes.length - index;
      return await attemptCall(context, endpoint, params, { attempt, connection, route, hostsLeft });
    } catch (error) {
      const failure = toWeChatError(error, endpoint.name, route.host, unreachable);
      if (error instanceof HttpFailure && !error.mayHaveBeenSent) {
        avoidUntil.set(route, now() + AVOID_MS);
        if (deadline <= now()) throw failure;
        unreachable.push(`${route.host.authority}: ${error.code}`);
        if (unreachable.length === routes.length) throw failure;
        continue;
      }
      if (failure instanceof WeChatAPIError && failure.errcode === endpoint.repeatAfter) {
        if (repeats-- === 0) throw failure;
      } else if (!isTransient(error)) throw failure;
      const pause = 50 * attempt * (1 + Math.random());
      if (retries-- === 0 || pause >= deadline - now()) throw failure;
      await sleep(pause);
    }
  }
}

/** One request of a call. */
interface Attempt {
  /** 1 for the first. */
  readonly attempt: number;
  readonly connection: Connection;
  readonly route: Route;
  /** This one included. */
  readonly hostsLeft: number;
}

/** @throws WeChatAPIError, WeChatResponseError, HttpFailure */
async function attemptCall<T>(
  { axios, deadline }: CallContext,
  endpoint: Endpoint<T>,
  params: CallParams,
  { attempt, connection, route, hostsLeft }: Attempt,
): Promise<T> {
  const { host, pool } = route;
  const { name, path, namesUser = false } = endpoint;
  const started = now();
  const timeout = Math.max(0, deadline - started);
  const isReused = connection.usedAt !== -Infinity;
  let status: number | undefined;
  let errcode: number | undefined;
  let rid: string | undefined;
  let usable = false;
  let isIdentified = false;
  let isFromWeChat = false;
  try {
    const response = await sendRequest({
      host,
      path,
      params,
      connection,
      axios,
      timeout,
      // What is left is shared with the hosts that may follow.
      connectTimeout: isReused && connection.isOpen ? timeout : timeout / hostsLeft,
      onSocket: (socket) => connection.opened(socket, () => pool.closed(connection)),
      onUnexpected: () => pool.suspect(),
    });
    ({ status } = response);
    connection.keepFor(response.keepAliveMs);
    const secrets = endpoint.secrets.map((secret) => params[secret] ?? '');
    const read = readResponse(name, response, secrets);
    isFromWeChat = true;
    ({ errcode } = read);
    const result = endpoint.parse(read, params);
    usable = true;
    isIdentified = namesUser;
    return result;
  } catch (error) {
    if (error instanceof WeChatAPIError) {
      usable = true;
      ({ errcode, rid } = error);
    }
    // On a reused connection, a response of WeChat's form that does not fit this call, or bytes that are no HTTP at
    // all, may have been meant for the call before.
    if (isReused && (isFromWeChat || isBroken(error)) && !usable) pool.suspect();
    throw error;
  } finally {
    const ms = now() - started;
    pool.release(connection, usable, isIdentified);
    if (requestChannel.hasSubscribers) {
      requestChannel.publish({ endpoint: name, host: host.authority, attempt, status, errcode, rid, ms });
    }
  }
}

/** Whether the same call may well succeed in a moment. */
function isTransient(error: unknown): boolean {
  if (error instanceof WeChatAPIError) return error.kind === 'busy';
  if (error instanceof WeChatResponseError) return (error.httpStatus ?? 0) >= 500;
  return error instanceof HttpFailure && error.code !== TOO_LONG && error.code !== CLIENT_FAILED;
}

/** Whether what came is no HTTP response. */
function isBroken(error: unknown): boolean {
  return error instanceof HttpFailure && error.code.startsWith('HPE_');
}

/** The typed error for a failure. It keeps nothing that might hold a secret. */
function toWeChatError(
  error: unknown,
  name: WeChatEndpoint,
  { authority }: Host,
  unreachable: readonly string[],
): Error {
  if (error instanceof WeChatAPIError || error instanceof WeChatResponseError) return error;
  if (error instanceof Overloaded) return new WeChatNetworkError(name, authority, OVERLOADED);
  if (!(error instanceof HttpFailure)) return new WeChatNetworkError(name, authority, 'ERR_UNEXPECTED');
  if (error.code === TOO_LONG) return new WeChatResponseError(name, `longer than ${MAX_BODY_BYTES} bytes`);
  return new WeChatNetworkError(name, authority, error.code, { timedOut: error.timedOut, unreachable });
}
