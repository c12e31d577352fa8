import { Socket } from 'node:net';
import type { Connection } from '../../lib/api/connection.js';
import type { Pool, CallNeeds } from '../../lib/api/pool.js';

// The modules take the timers when they load.
jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
const MAX = 128;
const MINUTE = 60_000;
let loaded: typeof import('../../lib/api/pool.js');
let host: import('../../lib/api/host.js').Host;
let pool: Pool;
beforeAll(async () => {
  loaded = await import('../../lib/api/pool.js');
  host = (await import('../../lib/api/host.js')).parseHost('http://wechat.example');
});
beforeEach(() => {
  jest.clearAllTimers();
  pool = new loaded.Pool(host, undefined);
});
afterAll(() => {
  jest.useRealTimers();
});

const acquire = (needs: Partial<CallNeeds> = {}): Promise<Connection> =>
  pool.acquire({
    ...{ deadline: performance.now() + 5000, callsLeft: 1, urgent: false, needsQuiet: false },
    ...needs,
  });

const sockets = new WeakMap<Connection, Socket>();
const socketOf = (connection: Connection): Socket => sockets.get(connection) as Socket;

/** What a request does once Node has given it a socket. */
function open(connection: Connection): Connection {
  const socket = new Socket();
  sockets.set(connection, socket);
  connection.opened(socket, () => pool.closed(connection));
  return connection;
}

/** @param ms how long the call took; `undefined` if it had no usable response */
const release = (connection: Connection, ms: number | undefined, isIdentified = false): void => {
  if (ms !== undefined) connection.takenAt = performance.now() - ms;
  pool.release(connection, ms !== undefined, isIdentified);
};
const take = async (needs?: Partial<CallNeeds>): Promise<Connection> => open(await acquire(needs));
const takeAll = (): Promise<Connection[]> => Promise.all(Array.from({ length: MAX }, () => take()));
const turns = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise(setImmediate);
};
/** Which of the calls have got their connection, in this order. */
function note(...calls: Promise<unknown>[]): number[] {
  const served: number[] = [];
  calls.forEach((call, index) => void call.then(() => served.push(index)));
  return served;
}

describe('a connection that is idle', () => {
  it('is used again, the one that was used last first', async () => {
    const [first, second] = [await take(), await take()];
    release(first, 10);
    release(second, 10);
    expect([await acquire(), await acquire()]).toEqual([second, first]);
    expect(await acquire()).not.toBe(first);
  });

  it('rests for 250 ms and as long as its last call took before a call whose response names nobody', async () => {
    const connection = await take();
    release(connection, 40);
    jest.advanceTimersByTime(289);
    const other = await take({ needsQuiet: true });
    expect(other).not.toBe(connection);
    jest.advanceTimersByTime(1);
    expect(await acquire({ needsQuiet: true })).toBe(connection);
  });

  it('need not rest after a response that said whom it was about, but for the one before that', async () => {
    const connection = await take();
    release(connection, 1, true);
    expect(await acquire({ needsQuiet: true })).toBe(connection);
    release(connection, 1);
    await acquire();
    release(connection, 1, true);
    expect(await acquire({ needsQuiet: true })).not.toBe(connection);
  });

  it('is passed over for one that has rested', async () => {
    const [rested, used] = [await take(), await take()];
    release(rested, 0);
    jest.advanceTimersByTime(250);
    release(used, 0);
    expect(await acquire({ needsQuiet: true })).toBe(rested);
  });

  it.each([
    ['used until a minute after its last call', undefined, MINUTE - 1, true],
    ['not used from then on', undefined, MINUTE, false],
    ['used until a second before the server drops it', 9000, 7999, true],
    ['not used in that second', 9000, 8000, false],
  ])('is %s', async (_what, kept, ms, isUsed) => {
    const connection = await take();
    connection.keepFor(kept);
    release(connection, 1);
    // By the call, and not by the timer.
    jest.clearAllTimers();
    jest.advanceTimersByTime(ms);
    expect((await acquire()) === connection).toBe(isUsed);
    expect(socketOf(connection).destroyed).toBe(!isUsed);
  });

  it('is kept for as long as its last response says, and not the one before', async () => {
    const connection = await take();
    connection.keepFor(9000);
    release(connection, 1);
    await acquire();
    connection.keepFor(undefined);
    release(connection, 1);
    jest.clearAllTimers();
    jest.advanceTimersByTime(9000);
    expect(await acquire()).toBe(connection);
  });

  it('is ended within 75 seconds, and then nothing is left to wait for', async () => {
    const [first, second] = [await take(), await take()];
    release(first, 1);
    release(second, 1);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(30_000);
    expect(await acquire()).toBe(second);
    release(second, 1);
    jest.advanceTimersByTime(30_000);
    expect([first, second].map((connection) => socketOf(connection).destroyed)).toEqual([true, false]);
    jest.advanceTimersByTime(30_000);
    expect(socketOf(second).destroyed).toBe(true);
    expect([pool.isEmpty, jest.getTimerCount()]).toEqual([true, 0]);
    release(await take(), 1);
    jest.advanceTimersByTime(75_000);
    expect(pool.isEmpty).toBe(true);
  });

  it('is forgotten when it closes', async () => {
    const connection = await take();
    release(connection, 1);
    socketOf(connection).destroy();
    await turns();
    expect(pool.isEmpty).toBe(true);
  });

  it('is forgotten if it has closed during its call, but not before the call has ended', async () => {
    const connection = await take();
    socketOf(connection).destroy();
    await turns();
    expect(pool.isEmpty).toBe(false);
    release(connection, 1);
    expect(pool.isEmpty).toBe(true);
  });
});

it('a connection whose response was not usable is not used again', async () => {
  const connection = await take();
  release(connection, undefined);
  expect([pool.isEmpty, socketOf(connection).destroyed]).toEqual([true, true]);
});

it('a connection that was made ahead is used', async () => {
  const connection = open(pool.create());
  pool.add(connection);
  expect(pool.isEmpty).toBe(false);
  expect(await acquire({ needsQuiet: true })).toBe(connection);
});

it('a connection that was made ahead is ended within 75 seconds if no call comes', () => {
  const connection = open(pool.create());
  connection.keepFor(MINUTE);
  pool.add(connection);
  jest.advanceTimersByTime(75_000);
  expect(socketOf(connection).destroyed).toBe(true);
  expect([pool.isEmpty, jest.getTimerCount()]).toEqual([true, 0]);
});

it('after something unexpected, no connection is used twice for ten minutes', async () => {
  const used = await take();
  release(used, 1);
  pool.suspect();
  const fresh = open(pool.create());
  pool.add(fresh);
  expect(await acquire()).toBe(fresh);
  expect(await acquire()).not.toBe(used);
  jest.advanceTimersByTime(10 * MINUTE - 1);
  const later = await take();
  release(later, 1);
  expect(await acquire()).not.toBe(later);
  jest.advanceTimersByTime(1);
  expect(await acquire()).toBe(later);
});

describe('with all 128 connections in use', () => {
  let all: Connection[] = [];
  const first = (): Connection => all[0] as Connection;
  beforeEach(async () => {
    all = await takeAll();
  });

  /** Of two calls that wait with so many milliseconds left, the first is refused when a connection comes back. */
  async function expectLimit(
    tooShort: number,
    enough: number,
    comeBack: () => void,
    callsLeft = 1,
  ): Promise<void> {
    const start = performance.now();
    const refusal = acquire({ callsLeft, deadline: start + tooShort }).catch((error: unknown) => error);
    const call = acquire({ callsLeft, deadline: start + enough });
    comeBack();
    expect(await call).toBe(first());
    expect(await refusal).toBeInstanceOf(loaded.Overloaded);
  }

  it('a call waits for the next one', async () => {
    const call = acquire();
    const served = note(call);
    await turns();
    expect(served).toEqual([]);
    release(first(), 1);
    expect(await call).toBe(first());
    jest.advanceTimersByTime(10_000);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['its response was not usable', undefined, {}],
    ['it has not rested', 1, { needsQuiet: true }],
  ])('a call takes a new one in the place of the next one if %s', async (_why, ms, turn) => {
    const call = acquire(turn);
    release(first(), ms);
    const connection = open(await call);
    expect(all).not.toContain(connection);
    expect(socketOf(first()).destroyed).toBe(true);
    const next = note(acquire());
    await turns();
    expect(next).toEqual([]);
  });

  it('a call takes the next one without the time of a round trip if a response has said whom it was about since', async () => {
    release(first(), 1000);
    const connection = await acquire();
    jest.advanceTimersByTime(249);
    release(connection, 1, true);
    const early = await acquire({ needsQuiet: true });
    expect(early).not.toBe(connection);
    release(all[1] as Connection, 1000);
    const other = await acquire();
    jest.advanceTimersByTime(250);
    release(other, 1, true);
    expect(await acquire({ needsQuiet: true })).toBe(other);
  });

  it.each([
    ['something unexpected has arrived', () => pool.suspect()],
    ['it has closed', (connection: Connection) => socketOf(connection).destroy()],
  ])('a call takes a new one even then if %s', async (_what, happen) => {
    const call = acquire({ needsQuiet: true });
    happen(first());
    release(first(), 1, true);
    expect(all).not.toContain(await call);
  });

  it('the second call of a login goes before the first calls of others, which go in their order', async () => {
    const [one, two, urgent] = [acquire(), acquire(), acquire({ urgent: true })];
    const served = note(one, two, urgent);
    for (const connection of all.slice(0, 3)) {
      release(connection, 1);
      await turns();
    }
    expect(served).toEqual([2, 0, 1]);
  });

  it('the login that gives one back can ask for its second call before others get it', async () => {
    const other = acquire();
    release(first(), 1);
    const urgent = acquire({ urgent: true });
    expect(await urgent).toBe(first());
    const served = note(other);
    await turns();
    expect(served).toEqual([]);
  });

  it('second calls get those that have not rested, and first calls those that have, if they come back together', async () => {
    const [second, rested] = all as [Connection, Connection];
    const first = acquire({ needsQuiet: true });
    const urgent = acquire({ urgent: true });
    release(rested, 1, true);
    release(second, 1, false);
    expect(await urgent).toBe(second);
    expect(await first).toBe(rested);
  });

  it('a call is refused at its deadline, and those behind it go on waiting', async () => {
    const refused = acquire({ deadline: performance.now() + 100 });
    const urgent = acquire({ deadline: performance.now() + 100, urgent: true });
    const call = acquire();
    const ended = Promise.allSettled([refused, urgent]);
    jest.advanceTimersByTime(100);
    expect(await ended).toMatchObject(
      Array(2).fill({ status: 'rejected', reason: expect.any(loaded.Overloaded) as unknown }),
    );
    release(first(), 1);
    expect(await call).toBe(first());
  });

  // Mean 100 ms, deviation 37.5 ms, four of which are added.
  it.each([
    [1, 249, 250],
    [2, 349, 350],
  ])(
    'a login that needs %i calls, which take 100 ms at present, is refused if only %i ms are left, but not with %i ms',
    async (callsLeft, tooShort, enough) => {
      await expectLimit(tooShort, enough, () => release(first(), 100), callsLeft);
      expect(jest.getTimerCount()).toBe(0);
    },
  );

  it('the time until a connection is handed on counts for how long calls take', async () => {
    await expectLimit(424, 425, () => {
      release(first(), 100);
      jest.advanceTimersByTime(50);
    });
  });

  it('a call without a usable response does not count for how long calls take', async () => {
    const call = acquire({ deadline: performance.now() + 1000 });
    first().takenAt = performance.now() - 5000;
    release(first(), undefined);
    expect(all).not.toContain(await call);
  });

  it('many that come too late are refused by and by, and a call behind them does not wait for that', async () => {
    let refused = 0;
    const tooLate = Array.from({ length: 100 }, () =>
      acquire({ deadline: performance.now() + 100 }).catch(() => refused++),
    );
    const call = acquire();
    release(first(), 100);
    expect(await call).toBe(first());
    const atOnce = [];
    for (let before = refused; refused < 100; before = refused) {
      await new Promise(setImmediate);
      atOnce.push(refused - before);
    }
    expect(Math.max(...atOnce)).toBe(16);
    await Promise.all(tooLate);
  });

  it('a login that needs a call of 1 ms is given 12 ms more', async () => {
    await expectLimit(12, 14, () => release(first(), 1));
  });

  it('a quiet call replaces the one that was used last, if none has rested, and waits behind those that wait', async () => {
    release(first(), 1);
    release(all[1] as Connection, 1);
    const connection = open(await acquire({ needsQuiet: true }));
    expect(all).not.toContain(connection);
    expect(all.slice(0, 2).map((one) => socketOf(one).destroyed)).toEqual([false, true]);
    expect(await acquire()).toBe(first());
    const waiting = [acquire(), acquire({ needsQuiet: true })];
    const served = note(...waiting);
    jest.advanceTimersByTime(300);
    release(first(), 1);
    await turns();
    expect(served).toEqual([0]);
  });
});

describe('poolFor()', () => {
  it('has one pool for a host, for each proxy and each axios of the app', () => {
    const [proxy, client] = [new URL('http://proxy.example:8080'), {}];
    const own = loaded.poolFor(host, undefined);
    expect(own.isDirect).toBe(true);
    expect(loaded.poolFor(host, undefined)).toBe(own);
    const behind = loaded.poolFor(host, proxy);
    expect(behind.isDirect).toBe(false);
    expect(loaded.poolFor(host, proxy)).toBe(behind);
    const theirs = loaded.poolFor(host, undefined, client);
    expect(loaded.poolFor(host, undefined, client)).toBe(theirs);
    expect(loaded.poolFor(host, undefined, {})).not.toBe(theirs);
    expect(new Set([own, behind, theirs]).size).toBe(3);
  });
});
