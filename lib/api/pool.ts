import { clearTimeout, eventLoopTurn, now, setImmediate, setTimeout } from '../util/timers.js';
import { Connection, type Resumption } from './connection.js';
import type { Host } from './host.js';

/**
 * The most connections to one host, and so the most calls at one time: a burst of logins must not open one for each.
 */
const MAX_CONNECTIONS = 128;

/** How long an idle connection is kept: less than common firewalls do. */
export const IDLE_MS = 60_000;

/**
 * How long a connection rests before it carries a call whose response does not say whom it is about, beside the time
 * that its last call took. A response that a server sends twice arrives by then, and is noticed: Nagle's algorithm
 * can hold it back until the one before is acknowledged, which Linux delays by at most 200 ms, and then it takes one
 * round trip.
 */
const REST_MS = 250;

/** For how long after an unexpected response every call gets a new connection. */
const SUSPECT_MS = 10 * 60_000;

/** The least time that a login must have beyond its calls, since this process is late at times, too. */
const SPARE_MS = 12;

/** How many calls are refused in one turn of the event loop. */
const REFUSALS_PER_TURN = 16;

/** What a call needs of the pool. */
export interface CallNeeds {
  /** On the clock of `now()`. */
  deadline: number;
  /** How many calls the login needs in all, this one included. */
  callsLeft: number;
  /** It continues a login that has spent its code: it goes before the first calls of others. */
  urgent: boolean;
  /**
   * Its response does not say whom it is about, so that one that was meant for another call could not be told from
   * it.
   */
  needsQuiet: boolean;
}

/** There was no connection for a call in time, so it was never sent. */
export class Overloaded extends Error {}

interface Waiter extends CallNeeds {
  resolve: (connection: Connection) => void;
  reject: (error: Overloaded) => void;
  timer: NodeJS.Timeout;
}

/**
 * The connections to one host, shared by every strategy and client of the process but those with an axios of their
 * own: a connection carries no credentials.
 *
 * Calls beyond `MAX_CONNECTIONS` wait. Of those, the second call of a login comes before the first call of others,
 * and the first is refused if its login can no longer end in time: its code stays good.
 */
export class Pool {
  readonly #host: Host;
  readonly #proxy: URL | undefined;
  readonly #resumption: Resumption = {};
  readonly #all = new Set<Connection>();
  /** The one that was used last stands last. */
  #idle: Connection[] = [];
  /** To be handed over in the next turn of the event loop. */
  #returned: Connection[] = [];
  readonly #urgent: Waiter[] = [];
  readonly #waiting: Waiter[] = [];
  /** Refused, but not told yet. */
  readonly #refused: Waiter[] = [];
  /** How long a call has had a connection to itself lately, and how far calls are from that; `undefined` at first. */
  #usualMs: number | undefined;
  #deviation = 0;
  #suspectUntil = -Infinity;
  #sweeps = false;

  constructor(host: Host, proxy: URL | undefined) {
    this.#host = host;
    this.#proxy = proxy;
  }

  /** Whether no proxy stands between. */
  get isDirect(): boolean {
    return this.#proxy === undefined;
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** A connection for one call, to be given back by `release()`. @throws Overloaded */
  async acquire(needs: CallNeeds): Promise<Connection> {
    const connection = this.#take(needs) ?? (await this.#wait(needs));
    connection.takenAt = now();
    // Wait one turn of the event loop, so that a connection which the server has closed, or has sent something on, is
    // noticed before it is used; what is still on its way cannot be. An urgent call follows a response that has just
    // come.
    if (!needs.urgent && connection.isOpen) await eventLoopTurn();
    return connection;
  }

  /**
   * Takes back a connection.
   *
   * @param usable whether there was a usable response. If not, the connection is not used again: what came may have
   *   been meant for another call, and so would the next.
   * @param isIdentified whether the response said whom it is about
   */
  release(connection: Connection, usable: boolean, isIdentified: boolean): void {
    if (usable) connection.used(isIdentified, REST_MS);
    else connection.destroy();
    if (!this.#isBusy) this.#handOver(connection);
    // In the next turn of the event loop, so that the login whose call this was can ask for its second one before.
    else if (this.#returned.push(connection) === 1) setImmediate(() => this.#handOverAll());
  }

  /** Adds a connection that was made ahead of the call that will need it. */
  add(connection: Connection): void {
    this.#all.add(connection);
    this.#rest(connection);
  }

  /** Forgets a connection whose socket has closed, unless a call is using it. */
  closed(connection: Connection): void {
    const index = this.#idle.indexOf(connection);
    if (index === -1) return;
    this.#idle.splice(index, 1);
    this.#all.delete(connection);
  }

  /** Notes that something arrived on a connection that no call had asked for. */
  suspect(): void {
    this.#suspectUntil = now() + SUSPECT_MS;
  }

  /** A connection that the pool does not know yet. */
  create(): Connection {
    return new Connection(this.#host, this.#proxy, this.#resumption);
  }

  #take(needs: CallNeeds): Connection | undefined {
    if (this.#waiting.length > 0 && needs.needsQuiet) return undefined;
    const connection = this.#takeIdle(needs);
    if (connection) return connection;
    if (this.#all.size < MAX_CONNECTIONS) return this.#open();
    // No idle one has rested: replace the one that would have to rest the longest.
    const newest = this.#idle.pop();
    return newest && this.#useOrReplace(newest, needs);
  }

  /** The one that was used last of those that suit, so that the others can end. */
  #takeIdle(needs: CallNeeds): Connection | undefined {
    const time = now();
    for (let index = this.#idle.length - 1; index >= 0; index--) {
      const connection = this.#idle[index] as Connection;
      if (!this.#suits(connection, needs, time)) continue;
      this.#idle.splice(index, 1);
      if (this.#isExpired(connection)) this.#drop(connection);
      else return connection;
    }
    return undefined;
  }

  /** Whether a call can use a connection: not if a response could be meant for another call. */
  #suits({ usedAt, quietAt }: Connection, { needsQuiet }: CallNeeds, time: number): boolean {
    if (this.#suspectUntil > time) return usedAt === -Infinity;
    return !needsQuiet || quietAt <= time;
  }

  /** At the bound of connections: one that has not rested gives way to a new one. */
  #useOrReplace(connection: Connection, needs: CallNeeds): Connection {
    if (connection.isOpen && this.#suits(connection, needs, now())) return connection;
    this.#drop(connection);
    return this.#open();
  }

  #open(): Connection {
    const connection = this.create();
    this.#all.add(connection);
    return connection;
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection);
    connection.destroy();
  }

  get #isBusy(): boolean {
    return this.#urgent.length + this.#waiting.length > 0;
  }

  #wait(needs: CallNeeds): Promise<Connection> {
    // How slow WeChat was some time ago says nothing about now.
    if (!this.#isBusy) [this.#usualMs, this.#deviation] = [undefined, 0];
    return new Promise((resolve, reject) => {
      const queue = needs.urgent ? this.#urgent : this.#waiting;
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(new Overloaded());
      }, needs.deadline - now());
      const waiter: Waiter = { ...needs, resolve, reject, timer };
      queue.push(waiter);
    });
  }

  /**
   * Those that have rested come last: a first call can follow on them, while second calls, which go first, can on
   * any.
   */
  #handOverAll(): void {
    const returned = this.#returned.toSorted((a, b) => b.quietAt - a.quietAt);
    this.#returned = [];
    for (const connection of returned) {
      this.#learn(connection);
      this.#handOver(connection);
    }
  }

  #handOver(connection: Connection): void {
    const next = this.#nextWaiter();
    if (next) {
      clearTimeout(next.timer);
      next.resolve(this.#useOrReplace(connection, next));
    } else if (connection.isOpen) this.#rest(connection);
    else this.#drop(connection);
  }

  /** The next call to be sent. Those whose login can no longer end in time are refused. */
  #nextWaiter(): Waiter | undefined {
    const urgent = this.#urgent.shift();
    if (urgent) return urgent;
    for (;;) {
      const waiter = this.#waiting.shift();
      if (!waiter || this.#canEnd(waiter)) return waiter;
      clearTimeout(waiter.timer);
      if (this.#refused.push(waiter) === 1) setImmediate(() => this.#refuseSome());
    }
  }

  #canEnd({ callsLeft, deadline }: CallNeeds): boolean {
    const spare = Math.max(SPARE_MS, 4 * this.#deviation);
    return now() + callsLeft * (this.#usualMs ?? 0) + spare <= deadline;
  }

  /** A thousand at once would hold up those that can still end. */
  #refuseSome(): void {
    for (const waiter of this.#refused.splice(0, REFUSALS_PER_TURN)) waiter.reject(new Overloaded());
    if (this.#refused.length > 0) setImmediate(() => this.#refuseSome());
  }

  /** Mean and deviation as in RFC 6298, section 2, of how long a call has a connection to itself. */
  #learn({ takenAt, usedAt }: Connection): void {
    // Not used since: the call had no usable response, which says nothing of the others.
    if (usedAt < takenAt) return;
    const ms = now() - takenAt;
    if (this.#usualMs === undefined) [this.#usualMs, this.#deviation] = [ms, ms / 2];
    this.#deviation += (Math.abs(ms - this.#usualMs) - this.#deviation) / 4;
    this.#usualMs += (ms - this.#usualMs) / 8;
  }

  #rest(connection: Connection): void {
    this.#idle.push(connection);
    if (!this.#sweeps) this.#sweepLater();
  }

  #isExpired({ usedAt, keptUntil }: Connection): boolean {
    return keptUntil <= now() || (usedAt !== -Infinity && usedAt + IDLE_MS <= now());
  }

  #sweepLater(): void {
    this.#sweeps = true;
    setTimeout(() => this.#sweep(), IDLE_MS / 4).unref();
  }

  #sweep(): void {
    this.#sweeps = false;
    for (const connection of this.#idle.filter((candidate) => this.#isExpired(candidate))) {
      this.#idle.splice(this.#idle.indexOf(connection), 1);
      this.#drop(connection);
    }
    if (this.#idle.length > 0) this.#sweepLater();
  }
}

const pools = new Map<string, Pool>();
const poolsOfClients = new WeakMap<object, typeof pools>();

/**
 * The pool of the process for a host, reached directly or through a proxy.
 *
 * @param client the app's axios, whose interceptors may add certificates: its connections are not for others
 */
export function poolFor(host: Host, proxy: URL | undefined, client?: object): Pool {
  const poolsOfHosts = client ? (poolsOfClients.get(client) ?? new Map<string, Pool>()) : pools;
  if (client) poolsOfClients.set(client, poolsOfHosts);
  const key = `${host.origin} ${proxy?.href ?? ''}`;
  let pool = poolsOfHosts.get(key);
  if (!pool) poolsOfHosts.set(key, (pool = new Pool(host, proxy)));
  return pool;
}
