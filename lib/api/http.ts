import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { stringify } from 'node:querystring';
import { addressTimeout, type Connection } from './connection.js';
import type { Host } from './host.js';
import {
  CLIENT_FAILED,
  MAX_BODY_BYTES,
  type RequestLimits,
  timeoutOr,
  TOO_LONG,
  WatchedRequest,
} from './watched-request.js';

/** A GET to WeChat, whoever sends it. */
export interface HttpRequest extends RequestLimits {
  readonly host: Host;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly connection: Connection;
  /** The app's own axios, if it is to send the request. */
  readonly axios: Pick<AxiosInstance, 'request'> | undefined;
}

/** A complete response, of whatever status. */
export interface HttpResponse {
  readonly status: number | undefined;
  /** A Buffer, unless the app's axios has made something else of it. */
  readonly body: unknown;
  /** The `Content-Encoding` of the body, if it is still so encoded. */
  readonly encoding: string | undefined;
  /** For how many milliseconds the server keeps the connection, if it says so. */
  readonly keepAliveMs: number | undefined;
}

/**
 * Sends one request and waits for its whole response.
 *
 * @throws HttpFailure
 */
export function sendRequest(request: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const watched = new WatchedRequest<HttpResponse>(request, resolve, reject);
    if (request.axios) void sendThroughAxios(request.axios, request, watched);
    else sendDirectly(request, watched);
  });
}

function sendDirectly(request: HttpRequest, watched: WatchedRequest<HttpResponse>): void {
  const { host, path, params, connection, connectTimeout } = request;
  const sent = (host.secure ? https : http).request(
    {
      host: host.hostname,
      port: host.port,
      path: `${path}?${stringify(params)}`,
      headers: { Host: host.authority, ...HEADERS },
      agent: connection.agent,
      ...addressTimeout(connectTimeout),
    },
    (response) => readBody(response, watched),
  );
  watched.watch(sent, true);
  sent.end();
}

const HEADERS = { 'Accept-Encoding': 'identity' } as const;

function readBody(response: IncomingMessage, watched: WatchedRequest<HttpResponse>): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY_BYTES) watched.fail(TOO_LONG);
  });
  response.on('end', () => {
    watched.done({ status: response.statusCode, body: Buffer.concat(chunks), ...readHeaders(response) });
  });
}

function readHeaders({ headers }: IncomingMessage): Pick<HttpResponse, 'encoding' | 'keepAliveMs'> {
  const seconds = /^timeout=(\d{1,6})/.exec(String(headers['keep-alive']))?.[1];
  return {
    encoding: headers['content-encoding'],
    keepAliveMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

/**
 * Sends with the proxies, agents and interceptors of the app's axios. Time is limited even if that ignores the
 * limits, and so is the size of what comes over Node's http, or as a string or bytes.
 */
async function sendThroughAxios(
  axios: Pick<AxiosInstance, 'request'>,
  { host, path, params, connection, connectTimeout }: HttpRequest,
  watched: WatchedRequest<HttpResponse>,
): Promise<void> {
  let headers: ReturnType<typeof readHeaders> = { encoding: undefined, keepAliveMs: undefined };
  const config: AxiosRequestConfig = {
    method: 'get',
    url: host.origin + path,
    params,
    headers: HEADERS,
    responseType: 'arraybuffer',
    transformResponse: [],
    decompress: false,
    maxRedirects: 0,
    maxContentLength: MAX_BODY_BYTES,
    ...(hasOwnConnections(axios) ? {} : { proxy: false }),
    validateStatus: () => true,
    signal: watched.signal,
    // An axios that sends through Node's http sends with this; an adapter of the app's own does not know it.
    transport: {
      request: (options: RequestOptions, callback: (response: IncomingMessage) => void): ClientRequest => {
        // One without an agent of its own shares our connections, if no interceptor has changed where it goes. The
        // port as axios has it: empty if it is the usual one.
        const { port } = new URL(host.origin);
        const pooled = !options.agent && options.hostname === host.hostname && String(options.port) === port;
        // A connection of an agent that others use, too, is watched by none between two requests: it is used for this
        // one only.
        const own = pooled
          ? { agent: connection.agent }
          : { headers: { ...(options.headers as object), Connection: 'close' } };
        const sent = (options.protocol === 'http:' ? http : https).request(
          { ...addressTimeout(connectTimeout), ...options, ...own },
          (response) => {
            headers = readHeaders(response);
            callback(response);
          },
        );
        // A server may not heed the header.
        if (!pooled) sent.shouldKeepAlive = false;
        watched.watch(sent, pooled);
        return sent;
      },
    },
  };
  try {
    const { status, data } = await axios.request<unknown>(config);
    const isBytes = typeof data === 'string' || data instanceof ArrayBuffer || Buffer.isBuffer(data);
    if (isBytes && Buffer.byteLength(data) > MAX_BODY_BYTES) watched.fail(TOO_LONG);
    watched.done({ status: typeof status === 'number' ? status : undefined, body: data, ...headers });
  } catch (error) {
    failThroughAxios(error, watched);
  }
}

/**
 * Whether an axios brings agents or a proxy of its own. Otherwise this package's connections are its own, also
 * through the proxy that the environment names: axios neither bounds nor ends its tunnels.
 */
export function hasOwnConnections(axios: Pick<AxiosInstance, 'request'>): boolean {
  const { defaults } = axios as Partial<AxiosInstance>;
  if (!defaults) return true;
  const { httpAgent, httpsAgent, proxy, socketPath } = defaults as Record<string, unknown>;
  // `proxy: false` is a choice, too.
  return [httpAgent, httpsAgent, proxy, socketPath].some((own) => own !== undefined && own !== null);
}

// What an axios that does not send through Node's http reports if there was no connection.
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_NODATA|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/;

function failThroughAxios(error: unknown, watched: WatchedRequest<HttpResponse>): void {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  // axios has one code for every response that it does not accept; only the message tells this one.
  if (code === 'ERR_BAD_RESPONSE' && String(message).startsWith('maxContentLength')) {
    watched.fail(TOO_LONG);
    return;
  }
  // An interceptor that throws has no code.
  const own = typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : CLIENT_FAILED;
  const known = timeoutOr(own);
  if (watched.isWatched && !watched.hasResponse) watched.fail(known);
  // After the response, it is an interceptor that could not connect, to a log or a database of the app's.
  else watched.fail(known, false, watched.hasResponse || !NEVER_CONNECTED.test(known));
}
