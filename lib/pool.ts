import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Host } from './host.js';

// One pool for the process, whatever the number of strategies and tenants: a connection carries no credentials.
// The bound keeps a rush of logins from opening a connection for each. All of them may be idle: the exchanges of a rush
// that end together leave more free for an instant than any smaller number, and their profiles are asked for next. The
// idle time stays below that of common firewalls, and Node heeds a server that names a shorter one in its Keep-Alive header.
const MAX_SOCKETS = 128;
const POOL = {
  keepAlive: true,
  maxSockets: MAX_SOCKETS,
  maxFreeSockets: MAX_SOCKETS,
  timeout: 60_000,
  scheduling: 'lifo',
} as const;

/** How long a connection that nobody waits for may take to be made, in milliseconds. */
const AHEAD_TIMEOUT_MS = 5000;

/** How often connections are made ahead to one host at most, in milliseconds, whatever becomes of them. */
const AHEAD_INTERVAL_MS = 5000;

/**
 * Keeps connections, and can make one ahead of the request that will need it. No visitor makes it make many: there is one
 * such connection to a host at a time, none while the pool has any other, and one try in five seconds. It keeps no
 * process alive, it sends nothing, and when it fails the request makes a connection of its own.
 */
class PoolAgent extends https.Agent {
  private readonly _ahead = new Map<string, { socket: TLSSocket; giveUp: () => void }>();
  private readonly _triedAt = new Map<string, number>();

  lacks(place: string): boolean {
    if (this._ahead.has(place) || this._hasConnectionTo(place)) return false;
    return performance.now() - (this._triedAt.get(place) ?? -Infinity) >= AHEAD_INTERVAL_MS;
  }

  connectAhead(host: string, port: string): void {
    const place = `${host}:${port}`;
    this._triedAt.set(place, performance.now());
    const options = { ...this.options, host, port, servername: isIP(host) ? '' : host };
    const socket = this._connect(options);
    const giveUp = (): void => {
      if (this._ahead.get(place)?.socket === socket) socket.destroy();
    };
    this._ahead.set(place, { socket, giveUp });
    socket.unref();
    socket.setTimeout(POOL.timeout, giveUp);
    const timer = setTimeout(giveUp, AHEAD_TIMEOUT_MS).unref();
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      // Once more, since of a host with several addresses each that Node tries is a new handle.
      if (this._ahead.get(place)?.socket === socket) socket.unref();
    });
    // Whatever a server says before it was asked, such as a 408, is no answer to the request that comes later.
    socket.on('data', giveUp);
    socket.on('error', giveUp);
    socket.once('close', () => {
      clearTimeout(timer);
      if (this._ahead.get(place)?.socket === socket) this._ahead.delete(place);
    });
  }

  /** Node's agent calls this when it has no connection for a request. */
  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const place = `${options.host ?? ''}:${options.port ?? ''}`;
    const ahead = this._ahead.get(place);
    if (!ahead?.socket.writable) return this._connect(options, callback);
    this._ahead.delete(place);
    ahead.socket.off('data', ahead.giveUp);
    return ahead.socket.ref();
  }

  /** A new connection, whoever asks for it: an axios that goes through a proxy shares this pool. */
  private _connect(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): TLSSocket {
    const socket = super.createConnection(options, callback) as TLSSocket;
    return socket.once('secureConnect', () => openConnections.add(socket));
  }

  get hasAhead(): boolean {
    return this._ahead.size > 0;
  }

  private _hasConnectionTo(place: string): boolean {
    // The names of Node's pools begin with host and port, https://nodejs.org/api/http.html#agentgetnameoptions
    const isThere = (name: string): boolean => name.startsWith(`${place}:`);
    return Object.keys(this.freeSockets).some(isThere) || Object.keys(this.sockets).some(isThere);
  }
}

/** The same for plain http, which is an emulator's and needs no connection made ahead. */
class PlainPoolAgent extends http.Agent {
  override createConnection(
    options: http.ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const socket = super.createConnection(options, callback);
    return socket?.once('connect', () => openConnections.add(socket));
  }
}

const openConnections = new WeakSet<Duplex>();
const httpsAgent = new PoolAgent(POOL);
const httpAgent = new PlainPoolAgent(POOL);

/** The pool, for an axios that is to share it. */
export const agents = { httpAgent, httpsAgent };

/** Whether a first call would have to wait for a connection, which may be made ahead. Plain http is an emulator's, next door. */
export function lacksConnection({ secure, hostname, port }: Host): boolean {
  return secure && httpsAgent.lacks(`${hostname}:${port}`);
}

/** Begins to connect to a host over TLS. */
export function connectAhead({ hostname, port }: Host): void {
  httpsAgent.connectAhead(hostname, port);
}

/**
 * Whether the connection that a request was given is one which others have used, or which was made ahead. Node's own
 * `reusedSocket` does not say so of a request that had to wait until another was done.
 */
export function isOpen(socket: Duplex): boolean {
  return openConnections.has(socket);
}

/** How long after a full turn of the event loop none is waited for, in milliseconds. */
const RECENT_MS = 10;
let turnedAt = -Infinity;

/** Tells that the event loop has just looked for what arrived. */
export function noteTurn(): void {
  turnedAt = performance.now();
}

/**
 * Lets Node notice that WeChat has closed a kept connection before that connection is used: what has arrived by now is
 * handled within one whole turn of the event loop. After it, a request on a dead connection is a matter of microseconds.
 */
export async function idleConnectionsSettled({ secure }: Host): Promise<void> {
  const { freeSockets } = secure ? httpsAgent : httpAgent;
  if (Object.keys(freeSockets).length === 0 && !(secure && httpsAgent.hasAhead)) return;
  if (performance.now() - turnedAt < RECENT_MS) return;
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  noteTurn();
}
