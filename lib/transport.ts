import http from 'node:http';
import https from 'node:https';
import axios, { type AxiosAdapter, type AxiosInstance, type InternalAxiosRequestConfig } from 'axios';

/** WeChat's replies are a few hundred bytes; whatever is longer than this is not one. */
export const MAX_REPLY_BYTES = 64 * 1024;

/** What the adapter below understands beyond axios's own settings. */
export interface TransportConfig {
  /** Milliseconds to wait for a new connection, which is less than the whole call has: a spare host may follow. */
  connectTimeout?: number;
}

/** The request ended without a reply. */
export class TransportFailure extends Error {
  readonly code: string;
  /** False when the request certainly never left this machine, so that repeating it can do no harm. */
  readonly sent: boolean;

  constructor(code: string, sent: boolean) {
    super(code);
    this.code = code;
    this.sent = sent;
  }
}

// One pool for the process, whatever the number of strategies and tenants: a connection carries no credentials.
// The bound keeps a rush of logins from opening a connection for each; the idle time stays below that of common
// firewalls, and a server that names a shorter one in its Keep-Alive header is heeded by Node.
const POOL = {
  keepAlive: true,
  maxSockets: 128,
  maxFreeSockets: 32,
  timeout: 60_000,
  scheduling: 'lifo',
} as const;
const httpsAgent = new https.Agent(POOL);
const httpAgent = new http.Agent(POOL);

/**
 * An axios adapter over `node:https` that does what WeChat's API needs and no more. Against axios's own adapter it
 * spares two thirds of the CPU time of a call, and it knows whether a failed request can have reached WeChat.
 */
const leanAdapter: AxiosAdapter = async (config) => {
  const url = new URL(config.url ?? '');
  const secure = url.protocol === 'https:';
  const agent = secure ? httpsAgent : httpAgent;
  const query = new URLSearchParams(config.params as Record<string, string>).toString();
  await idleConnectionsSettled(agent);
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request({
      hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port,
      path: `${url.pathname}?${query}`,
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      agent,
    });
    let sent = false;
    let connectTimer: NodeJS.Timeout | undefined;
    const fail = (code: string): void => {
      clearTimeout(connectTimer);
      reject(new TransportFailure(code, sent));
      request.destroy();
    };

    request.on('socket', (socket) => {
      if (!socket.connecting && request.reusedSocket) {
        sent = true;
        return;
      }
      connectTimer = setTimeout(fail, (config as TransportConfig).connectTimeout, 'ETIMEDOUT');
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        sent = true;
        clearTimeout(connectTimer);
      });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      fail(error.code ?? 'ECONNRESET');
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_REPLY_BYTES) fail(TOO_LONG);
      });
      response.on('error', (error: NodeJS.ErrnoException) => {
        fail(error.code ?? 'ECONNRESET');
      });
      response.on('end', () => {
        const data = Buffer.concat(chunks, size);
        resolve({
          data,
          status: response.statusCode ?? 0,
          statusText: '',
          headers: response.headers as Record<string, string>,
          config: BARE_CONFIG,
        });
      });
    });
    config.signal?.addEventListener?.('abort', () => {
      fail('ETIMEDOUT');
    });
    request.end();
  });
};

/** The code of a `TransportFailure` for a reply that is longer than any of WeChat's. */
export const TOO_LONG = 'ERR_REPLY_TOO_LONG';

// The response must not carry the request's parameters, which hold the secret.
const BARE_CONFIG = {} as InternalAxiosRequestConfig;

/**
 * Lets Node notice that WeChat has closed a kept connection before that connection is used: what has arrived by now is
 * handled within one whole turn of the event loop. After it, a request on a dead connection is a matter of microseconds.
 */
async function idleConnectionsSettled(agent: http.Agent): Promise<void> {
  if (Object.keys(agent.freeSockets).length === 0) return;
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

let lean: AxiosInstance | undefined;
let proxied: AxiosInstance | undefined;

/**
 * The axios instance that calls WeChat when the app brings none: the lean one, or, where the environment names a proxy
 * (`HTTPS_PROXY`, `ALL_PROXY` and so on), one with axios's own adapter, which knows how to go through it.
 */
export function defaultAxios(): Pick<AxiosInstance, 'request'> {
  if (environmentNamesProxy()) {
    proxied ??= axios.create({ httpAgent, httpsAgent });
    return proxied;
  }
  lean ??= new axios.Axios({ adapter: leanAdapter }) as AxiosInstance;
  return lean;
}

function environmentNamesProxy(): boolean {
  return ['http_proxy', 'https_proxy', 'all_proxy']
    .flatMap((name) => [process.env[name], process.env[name.toUpperCase()]])
    .some((value) => value !== undefined && value !== '');
}
