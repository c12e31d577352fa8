import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import { agents } from './pool.js';
import {
  CLIENT_FAILED,
  MAX_REPLY_BYTES,
  TOO_LONG,
  TransportFailure,
  type WeChatRequest,
  type WeChatResponse,
} from './transport.js';

/**
 * Sends one request through the axios of the application, with its proxies, agents and interceptors. The time limit holds
 * even where that does not heed it.
 *
 * @throws TransportFailure
 */
export async function sendThroughAxios(
  axios: Pick<AxiosInstance, 'request'>,
  { host, path, params, timeout }: WeChatRequest,
): Promise<WeChatResponse> {
  const controller = new AbortController();
  const progress = { replied: false };
  const config: AxiosRequestConfig = {
    method: 'get',
    url: host.origin + path,
    params,
    responseType: 'arraybuffer',
    transformResponse: [],
    maxRedirects: 0,
    maxContentLength: MAX_REPLY_BYTES,
    // Asked once the reply is complete.
    validateStatus: () => (progress.replied = true),
    timeout: Math.ceil(timeout),
    signal: controller.signal,
  };
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TransportFailure('ETIMEDOUT', true));
      controller.abort();
    }, timeout);
  });
  try {
    return await Promise.race([axios.request<unknown>(config), limit]);
  } catch (error) {
    throw asTransportFailure(error, progress.replied);
  } finally {
    clearTimeout(timer);
  }
}

// What axios reports when there was no connection to send the request over.
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_NODATA|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/;

/** Nothing is kept of the original but its code: an AxiosError carries the URL with the secret in it. */
function asTransportFailure(error: unknown, replied: boolean): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  if (code === 'ECONNABORTED' || code === 'ERR_CANCELED') return new TransportFailure('ETIMEDOUT', true);
  // The code is that of any reply that is not accepted; only the text tells this one.
  if (code === 'ERR_BAD_RESPONSE' && String(message).startsWith('maxContentLength'))
    return new TransportFailure(TOO_LONG, true);
  // An interceptor that throws has no code.
  if (typeof code !== 'string' || !/^[A-Z0-9_]{1,64}$/.test(code))
    return new TransportFailure(CLIENT_FAILED, true);
  // After a reply, it was an interceptor that could not connect, to a log or a database of the app's.
  return new TransportFailure(code, replied || !NEVER_CONNECTED.test(code));
}

let proxied: AxiosInstance | undefined;

/**
 * An axios with the pool of this package, which knows how to go through the proxy that the environment names. It takes nothing
 * of `axios.defaults`, which belong to the app: a `baseURL` would receive WeChat's secret, and WeChat the app's own headers.
 */
export async function axiosForProxy(): Promise<Pick<AxiosInstance, 'request'>> {
  // Loaded where it is needed: most applications have no proxy, and axios takes longer to load than all the rest.
  const { default: axios } = await import('axios');
  // TypeScript takes the types of axios's two builds for different ones.
  proxied ??= new axios.Axios({ ...agents, adapter: 'http' }) as unknown as AxiosInstance;
  return proxied;
}
