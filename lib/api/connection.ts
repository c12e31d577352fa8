import { HttpProxyAgent, HttpsProxyAgent, type ProxyAgentRequestOptions } from 'hpagent';
import { Agent } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { now } from '../util/timers.js';
import type { Host } from './host.js';

/**
 * One connection to a host of the API, kept between requests, or the place of one that is still to be made. It has an
 * agent of its own, so that Node makes the connection, the tunnel through a proxy included, and this package chooses
 * which is used.
 */
export class Connection {
  readonly agent: Agent;
  /** When it was given to a call, on the clock of `now()`. */
  takenAt = -Infinity;
  /** When its last usable response ended, on the clock of `now()`; `-Infinity` before the first. */
  usedAt = -Infinity;
  /** From when on it may carry a call whose response does not say whom it is about; `-Infinity` before the first. */
  quietAt = -Infinity;
  /** Until when the server keeps it while idle, on the clock of `now()`; `Infinity` if it does not say. */
  keptUntil = Infinity;
  /** When the last response ended that did not say whom it is about. */
  #anonymousAt = -Infinity;
  readonly #tunnel = new AbortController();
  #socket: Socket | undefined;

  /** @param resumption what the connections of one pool share, so that only the first makes a full handshake */
  constructor(host: Host, proxy: URL | undefined, resumption: Resumption) {
    if (proxy) this.agent = tunnelAgent(host, proxy, this.#tunnel.signal);
    else this.agent = host.secure ? new TLSAgent(resumption) : new Agent(ONE);
  }

  /** Whether it has a socket, which may still be connecting if it is made ahead. */
  get isOpen(): boolean {
    return this.#socket?.destroyed === false;
  }

  /**
   * Notes that a call has ended.
   *
   * @param isIdentified whether its response said whom it is about
   * @param restMs how long a response that is sent twice may be held back
   */
  used(isIdentified: boolean, restMs: number): void {
    this.usedAt = now();
    if (!isIdentified) this.#anonymousAt = this.usedAt;
    // What was held back until an acknowledgement came before the identified response, since bytes arrive in order:
    // then there is no round trip to wait for.
    this.quietAt = this.#anonymousAt + restMs + (isIdentified ? 0 : this.usedAt - this.takenAt);
  }

  /** Notes the socket that Node has assigned to a request. */
  opened(socket: Socket, onClose: () => void): void {
    if (this.#socket === socket) return;
    this.#socket = socket;
    socket.once('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      onClose();
    });
  }

  /** Lets the first request use a socket that is connected ahead of it. */
  adopt(socket: TLSSocket, onClose: () => void): void {
    if (this.agent instanceof TLSAgent) this.agent.ahead = socket;
    this.opened(socket, onClose);
  }

  /** Notes for how many milliseconds from now the server keeps the connection. A second less, for the way to it. */
  keepFor(ms = Infinity): void {
    this.keptUntil = now() + ms - 1000;
  }

  /** For good: it cannot be used again. */
  destroy(): void {
    this.#tunnel.abort();
    this.agent.destroy();
    this.#socket?.destroy();
  }
}

/** Without `timeout`, which would arm a timer on the socket for every request: the pool ends idle connections. */
const ONE = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 } as const;

/** The latest TLS session of a host (RFC 8446, section 2.2). */
export interface Resumption {
  session?: Buffer;
}

class TLSAgent extends HttpsAgent {
  readonly resumption: Resumption;
  ahead: TLSSocket | undefined;

  constructor(resumption: Resumption) {
    super(ONE);
    this.resumption = resumption;
  }

  /**
   * Node's own joins some twenty options for each request; this agent has one host and one socket. An empty name also
   * turns off Node's cache of TLS sessions, in whose place `resumption` stands.
   */
  override getName(): string {
    return '';
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const { ahead } = this;
    this.ahead = undefined;
    if (ahead?.writable) return ahead.ref();
    const socket = super.createConnection({ ...options, ...this.resumption }, callback);
    return socket?.on('session', (session: Buffer) => (this.resumption.session = session));
  }
}

// hpagent reads the proxy's response with Node's own parser, which limits its headers, and hands the signal on to
// Node's request, which ends an attempt that the proxy never responds to. Its types do not know the signal.
function tunnelAgent(host: Host, proxy: URL, signal: AbortSignal): Agent {
  const proxyRequestOptions = { signal, ...addressTimeout(5000) } as ProxyAgentRequestOptions;
  return new (host.secure ? HttpsProxyAgent : HttpProxyAgent)({ ...ONE, proxy, proxyRequestOptions });
}

/**
 * Node gives each address of a host but the last only 250 ms to connect, less than the way from a server far from WeChat may
 * take. A third of the limit leaves time for the others.
 * https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
 */
export function addressTimeout(connectTimeout: number): { autoSelectFamilyAttemptTimeout: number } {
  return { autoSelectFamilyAttemptTimeout: Math.max(250, Math.ceil(connectTimeout / 3)) };
}
