import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { clearTimeout, setTimeout } from '../util/timers.js';

/** WeChat's responses have a few hundred bytes: a body longer than this is none of them. */
export const MAX_BODY_BYTES = 64 * 1024;

/** All that may arrive for one request: body, headers, 1xx responses and trailers. */
const MAX_BYTES = MAX_BODY_BYTES + 16 * 1024;

/** What a request may take, and who learns of its connection. */
export interface RequestLimits {
  /** Milliseconds until the response must be complete. */
  readonly timeout: number;
  /** Milliseconds until there must be a connection; less than `timeout` if a spare host may follow. */
  readonly connectTimeout: number;
  /** The connection is that of this request. */
  readonly onSocket: (socket: Socket) => void;
  /** Something arrived on the connection that no request had asked for. It has been destroyed. */
  readonly onUnexpected: () => void;
}

/**
 * The request ended without a response. Of the original error only the code is kept: an AxiosError carries the
 * secret.
 */
export class HttpFailure extends Error {
  /** Node's code, or one of those below. */
  readonly code: string;
  /** False only if there was no connection, so that the request cannot have left this machine. */
  readonly mayHaveBeenSent: boolean;
  /** Whether a limit of this package ended it, and not the network. */
  readonly timedOut: boolean;

  constructor(code: string, mayHaveBeenSent: boolean, timedOut: boolean) {
    super(code);
    this.code = code;
    this.mayHaveBeenSent = mayHaveBeenSent;
    this.timedOut = timedOut;
  }
}

/** The response is longer than any of WeChat's. */
export const TOO_LONG = 'ERR_RESPONSE_TOO_LONG';
/** The app's own axios failed by itself. */
export const CLIENT_FAILED = 'ERR_HTTP_CLIENT';
/** The proxy did not open a tunnel. */
const PROXY_FAILED = 'ERR_PROXY';

/**
 * An axios that has a timeout of its own, or is aborted, reports these codes: our limits would have ended the request
 * before.
 */
export function timeoutOr(code: string): string {
  return /^(ECONNABORTED|ERR_CANCELED)$/.test(code) ? 'ETIMEDOUT' : code;
}

/**
 * Watches one request of Node's, whoever makes it: whether it can have left this machine, how long it takes, and how
 * much comes back. It ends once, in a response or in a failure.
 */
export class WatchedRequest<Response> {
  readonly #limits: RequestLimits;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (failure: HttpFailure) => void;
  readonly #timer: NodeJS.Timeout;
  #connectTimer: NodeJS.Timeout | undefined;
  #controller: AbortController | undefined;
  #request: ClientRequest | undefined;
  #pooled = false;
  #connected = false;
  #responded = false;
  #ended = false;
  #bytes = 0;

  constructor(
    limits: RequestLimits,
    resolve: (response: Response) => void,
    reject: (failure: HttpFailure) => void,
  ) {
    this.#limits = limits;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.fail('ETIMEDOUT', true), limits.timeout);
  }

  /** @param pooled whether its connection is one of this package's, which nobody else uses */
  watch(request: ClientRequest, pooled: boolean): void {
    this.#request = request;
    this.#pooled = pooled;
    const { timeout, connectTimeout } = this.#limits;
    if (connectTimeout < timeout) {
      this.#connectTimer = setTimeout(() => this.fail('ETIMEDOUT', true), connectTimeout);
    }
    request.on('socket', (socket) => this.#onSocket(socket, request.reusedSocket));
    request.on('response', (response) => this.#onResponse(response));
    request.on('error', ({ code }: NodeJS.ErrnoException) => {
      // Without a code, and without a connection, it is the proxy's response to CONNECT.
      this.fail(timeoutOr(code ?? (this.#connected ? 'ECONNRESET' : PROXY_FAILED)));
    });
    request.on('close', () => {
      // A switch of protocols is neither a response nor an error.
      if (!this.#responded) this.fail('ECONNRESET');
    });
    if (this.#ended) request.destroy();
  }

  /** Whether it has been made with Node's http. */
  get isWatched(): boolean {
    return this.#request !== undefined;
  }

  get hasResponse(): boolean {
    return this.#responded;
  }

  /** Aborts with the failure, for a client that does not use Node's http. */
  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  done(response: Response): void {
    if (!this.#end()) return;
    // Node closes a connection at once if a second response follows in the same packet.
    if (this.#pooled && this.#request?.shouldKeepAlive && this.#request.socket?.destroyed) {
      this.#limits.onUnexpected();
    }
    this.#resolve(response);
  }

  /**
   * @param mayHaveBeenSent default: whether there was a connection; a client that does not use Node's http may have
   * had one
   */
  fail(code: string, timedOut = false, mayHaveBeenSent = this.#connected || !this.isWatched): void {
    if (!this.#end()) return;
    this.#reject(new HttpFailure(code, mayHaveBeenSent, timedOut));
    this.#request?.destroy();
    this.#controller?.abort();
  }

  #onResponse(response: IncomingMessage): void {
    this.#responded = true;
    // Stand-ins for Node's http respond on sockets that never say that they are connected.
    this.#onConnected();
    response.on('error', (error: NodeJS.ErrnoException) => this.fail(error.code ?? 'ECONNRESET'));
  }

  #onSocket(socket: Socket, isReused: boolean): void {
    if (isReused || isOpen(socket)) this.#onConnected();
    else socket.once(isTLS(socket) ? 'secureConnect' : 'connect', () => this.#onConnected());
    watchSocket(socket, (bytes) => this.#onBytes(socket, bytes));
    if (this.#pooled) this.#limits.onSocket(socket);
  }

  /** Bytes have arrived on the connection, and no later request uses it yet. */
  #onBytes(socket: Socket, bytes: number): void {
    this.#bytes += bytes;
    if (!this.#ended) {
      if (this.#bytes > MAX_BYTES) this.fail(TOO_LONG);
    } else if (this.#pooled) {
      socket.destroy();
      this.#limits.onUnexpected();
    }
  }

  #onConnected(): void {
    this.#connected = true;
    clearTimeout(this.#connectTimer);
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#connectTimer);
    return true;
  }
}

const receivers = new WeakMap<Socket, (bytes: number) => void>();

/** Tells how many bytes arrive on a socket, from now until the next receiver is set. */
export function watchSocket(socket: Socket, receiver: (bytes: number) => void): void {
  const isNew = !receivers.has(socket);
  receivers.set(socket, receiver);
  if (isNew) socket.on('data', (chunk: Buffer) => receivers.get(socket)?.(chunk.length));
}

function isTLS(socket: Socket): socket is TLSSocket {
  return 'getPeerFinished' in socket;
}

/** Whether a request on this socket leaves at once. */
function isOpen(socket: Socket): boolean {
  return !socket.connecting && (!isTLS(socket) || socket.getPeerFinished() !== undefined);
}
