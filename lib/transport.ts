import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { stringify } from 'node:querystring';
import type { Host } from './host.js';
import { agents, isOpen, noteTurn } from './pool.js';

/** WeChat's replies are a few hundred bytes; whatever is longer than this is not one. */
export const MAX_REPLY_BYTES = 64 * 1024;

/** The request ended without a reply. */
export class TransportFailure extends Error {
  readonly code: string;
  /**
   * False when the request certainly never left this machine, and the host is to blame: another one may be tried. True for
   * all else, also where the time ran out before there was a connection.
   */
  readonly sent: boolean;

  constructor(code: string, sent: boolean) {
    super(code);
    this.code = code;
    this.sent = sent;
  }
}

/** The code of a `TransportFailure` for a reply that is longer than any of WeChat's. */
export const TOO_LONG = 'ERR_REPLY_TOO_LONG';

/** The code of a `TransportFailure` for an error of the app's own axios that is not one of the network. */
export const CLIENT_FAILED = 'ERR_HTTP_CLIENT';

/** A request to WeChat, whoever sends it. */
export interface WeChatRequest {
  readonly host: Host;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** Milliseconds until the reply must be there. */
  readonly timeout: number;
  /** Milliseconds to wait for a new connection, which is less than the whole request has: a spare host may follow. */
  readonly connectTimeout: number;
}

/** A complete reply, of whatever status. */
export interface WeChatResponse {
  readonly status: number;
  /** A Buffer; an injected axios may have made something else of it. */
  readonly data: unknown;
}

/**
 * Sends one request through the pool. It does what WeChat's API needs and no more, and it knows of a failed request
 * whether it can have reached WeChat.
 *
 * @throws TransportFailure
 */
export function sendDirectly(call: WeChatRequest): Promise<WeChatResponse> {
  const { secure, hostname, port } = call.host;
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request({
      host: hostname,
      port,
      path: `${call.path}?${stringify(call.params)}`,
      // As a list, which Node writes as it is.
      headers: ['Host', call.host.host, 'Accept-Encoding', 'identity'],
      agent: secure ? agents.httpsAgent : agents.httpAgent,
    });
    let sent = false;
    let connectTimer: NodeJS.Timeout | undefined;
    const stopTimers = (): void => {
      clearTimeout(timer);
      clearTimeout(connectTimer);
    };
    const fail = (code: string): void => {
      stopTimers();
      reject(new TransportFailure(code, sent));
      request.destroy();
    };
    const failed = (error: NodeJS.ErrnoException): void => {
      fail(error.code ?? 'ECONNRESET');
    };
    const timer = setTimeout(() => {
      // Out of time, wherever the request is: that says nothing against the host.
      sent = true;
      fail('ETIMEDOUT');
    }, call.timeout);

    request.on('socket', (socket) => {
      if (isOpen(socket)) {
        sent = true;
        return;
      }
      connectTimer = setTimeout(fail, call.connectTimeout, 'ETIMEDOUT');
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        sent = true;
        clearTimeout(connectTimer);
      });
    });
    let answered = false;
    let reply: WeChatResponse | undefined;
    let closed = false;
    // Not before the connection is free: the profile is asked for over the one that the exchange has used.
    const settle = (): void => {
      if (!reply || !closed) return;
      stopTimers();
      noteTurn();
      resolve(reply);
    };
    request.on('error', failed);
    request.on('response', (response) => {
      answered = true;
      readReply(response, fail, failed, (data) => {
        reply = { status: response.statusCode ?? 0, data };
        settle();
      });
    });
    request.on('close', () => {
      closed = true;
      // A switch of protocols is neither a reply nor an error.
      if (answered) settle();
      else fail('ECONNRESET');
    });
    request.end();
  });
}

function readReply(
  response: IncomingMessage,
  fail: (code: string) => void,
  failed: (error: NodeJS.ErrnoException) => void,
  done: (data: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) fail(TOO_LONG);
  });
  response.on('error', failed);
  response.on('end', () => {
    done(Buffer.concat(chunks, size));
  });
}
