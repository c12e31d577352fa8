import { SessionStateStore } from '../../lib/state/session-store.js';
import type { StateMeta } from '../../lib/state/store.js';

const META: StateMeta = { authorizationURL: '', tokenURL: '', clientID: '' };
const NOW = Date.UTC(2026, 0, 1);

const NONE_HERE =
  'No login was started in this browser: its session cookie did not come back (SameSite, Secure, another host name), its session was lost, or the login is already finished.';
const NOT_THIS = 'This login was not started in this browser, or is already finished.';
const TOO_LATE = 'The login took too long.';

/** Starts a login in this session: its handle. */
function start(store: SessionStateStore, session: object, state?: unknown): string {
  let handle: string | undefined;
  store.store({ session } as never, state, META, (error, made) => {
    expect(error).toBeNull();
    handle = made;
  });
  expect(handle).toMatch(/^[0-9a-f]{32}$/);
  return handle as string;
}

/** Verifies a login: the arguments that the store calls back with. */
function verify(store: SessionStateStore, session: object, handle: string): unknown[] {
  let answer: unknown[] = [];
  store.verify({ session } as never, handle, META, (...given) => {
    answer = given;
  });
  return answer;
}

beforeEach(() => {
  jest.useFakeTimers({ now: NOW, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});

afterEach(() => {
  jest.useRealTimers();
});

describe('a login', () => {
  it.each([[{ returnTo: '/cart' }], [undefined]])('returns its data once: %j', (state) => {
    const store = new SessionStateStore();
    const session = {};
    const handle = start(store, session, state);
    expect(verify(store, session, handle)).toStrictEqual([null, true, state]);
    expect(verify(store, session, handle)).toStrictEqual([null, false, { message: NONE_HERE }]);
  });

  it('is stored in the session under the key, and removed', () => {
    const store = new SessionStateStore({ key: 'mine', maxAge: 5000 });
    const session = { cart: 1 };
    const handle = start(store, session, { returnTo: '/' });
    expect(session).toEqual({ cart: 1, mine: [{ handle, issued: NOW, state: { returnTo: '/' } }] });
    verify(store, session, handle);
    expect(session).toStrictEqual({ cart: 1, mine: undefined });
  });

  it('leaves other logins untouched', () => {
    const store = new SessionStateStore();
    const session = {};
    const [first, second, third] = ['a', 'b', 'c'].map((state) => start(store, session, state));
    expect(verify(store, session, second ?? '')).toStrictEqual([null, true, 'b']);
    expect(verify(store, session, second ?? '')).toStrictEqual([null, false, { message: NOT_THIS }]);
    expect(verify(store, session, first ?? '')).toStrictEqual([null, true, 'a']);
    expect(verify(store, session, third ?? '')).toStrictEqual([null, true, 'c']);
  });

  it('is reported differently if unknown and if the browser has begun none', () => {
    const store = new SessionStateStore();
    const session = {};
    expect(verify(store, session, '0'.repeat(32))).toStrictEqual([null, false, { message: NONE_HERE }]);
    start(store, session);
    expect(verify(store, session, '0'.repeat(32))).toStrictEqual([null, false, { message: NOT_THIS }]);
  });

  it.each([undefined, null])('needs a session, not %p', (session) => {
    const store = new SessionStateStore();
    const error = expect.objectContaining({ message: expect.stringContaining('needs a session') }) as unknown;
    const answers: unknown[][] = [];
    store.store({ session } as never, undefined, META, (...given) => answers.push(given));
    store.verify({ session } as never, '0'.repeat(32), META, (...given) => answers.push(given));
    expect(answers).toEqual([[error], [error]]);
  });
});

describe('the time for a login', () => {
  it('is not made longer by a clock that was set back, beyond what clocks differ by', () => {
    const store = new SessionStateStore();
    const session = {};
    const [inTime, late] = [start(store, session), start(store, session)];
    jest.setSystemTime(NOW - 60_000);
    expect(verify(store, session, inTime)).toStrictEqual([null, true, undefined]);
    jest.setSystemTime(NOW - 60_001);
    expect(verify(store, session, late)).toStrictEqual([null, false, { message: TOO_LATE }]);
  });

  it('ends to the millisecond, and the data with it', () => {
    const store = new SessionStateStore({ maxAge: 1000 });
    const session = {};
    const [inTime, late] = [start(store, session), start(store, session)];
    jest.setSystemTime(NOW + 999);
    expect(verify(store, session, inTime)).toStrictEqual([null, true, undefined]);
    jest.setSystemTime(NOW + 1000);
    expect(verify(store, session, late)).toStrictEqual([null, false, { message: TOO_LATE }]);
    expect(verify(store, session, late)).toStrictEqual([null, false, { message: NONE_HERE }]);
  });

  it('is half an hour by default', () => {
    const store = new SessionStateStore();
    const session = {};
    const [inTime, late] = [start(store, session), start(store, session)];
    jest.setSystemTime(NOW + 30 * 60_000 - 1);
    expect(verify(store, session, inTime)[1]).toBe(true);
    jest.setSystemTime(NOW + 30 * 60_000);
    expect(verify(store, session, late)[1]).toBe(false);
  });

  it('frees the place of an expired login when the next one begins', () => {
    const store = new SessionStateStore({ key: 'mine', maxAge: 1000 });
    const session: { mine?: { handle: string }[] } = {};
    const handles = (): string[] | undefined => session.mine?.map(({ handle }) => handle);
    const old = start(store, session);
    jest.setSystemTime(NOW + 999);
    const middle = start(store, session);
    expect(handles()).toEqual([old, middle]);
    jest.setSystemTime(NOW + 1000);
    const last = start(store, session);
    expect(handles()).toEqual([middle, last]);
  });
});

it.each([1, 3, undefined])('SessionStateStore stores the latest logins, as many as max: %p', (max) => {
  const store = new SessionStateStore({ key: 'mine', max });
  const session: { mine?: { handle: string }[] } = {};
  const handles = Array.from({ length: 10 }, () => start(store, session));
  expect(session.mine?.map(({ handle }) => handle)).toEqual(handles.slice(-(max ?? 8)));
});

describe('foreign data under the same key', () => {
  const HANDLE = '0123456789abcdef'.repeat(2);

  it.each<[string, unknown]>([
    ['a string', 'text'],
    ['a number', 7],
    ['an object', { handle: HANDLE, issued: NOW }],
    ['null', null],
    ['an array of null and undefined', [null, undefined]],
    ['an array of strings', [HANDLE]],
    // Where the time of issue is missing, no comparison would ever find the login too old.
    ['a login without the time of issue', [{ handle: HANDLE }]],
    ['a login whose time of issue is a string', [{ handle: HANDLE, issued: '9999999999999' }]],
    ['a login without a handle', [{ issued: NOW }]],
    ['a login whose handle is not a string', [{ handle: 5, issued: NOW }]],
  ])('is not taken for a login, and not in the way of one: %s', (_what, wechat) => {
    const store = new SessionStateStore();
    const session = { wechat };
    expect(verify(store, session, HANDLE)).toStrictEqual([null, false, { message: NONE_HERE }]);
    const handle = start(store, session);
    expect(session.wechat).toEqual([{ handle, issued: NOW }]);
    expect(verify(store, session, handle)).toStrictEqual([null, true, undefined]);
  });
});

it('SessionStateStore refuses invalid options', () => {
  for (const max of [0, -1, 1.5, Number.NaN, Infinity])
    expect(() => new SessionStateStore({ max })).toThrow('max must be a positive whole number.');
  for (const maxAge of [0, -1, Number.NaN, Infinity])
    expect(() => new SessionStateStore({ maxAge })).toThrow(
      'maxAge must be a positive number of milliseconds.',
    );
});

describe('the bytes of the logins in a session', () => {
  const size = (session: object): number =>
    Buffer.byteLength(JSON.stringify((session as { wechat: object }).wechat));

  it.each(['a', '梅', '🌸', '"'])(
    'are at most 2048 by default, whatever the data is made of: %s',
    (letter) => {
      const store = new SessionStateStore();
      const session = {};
      const handles = Array.from({ length: 8 }, () =>
        start(store, session, { returnTo: letter.repeat(100) }),
      );
      expect(size(session)).toBeLessThanOrEqual(2048);
      const newest = handles.at(-1) ?? '';
      expect(verify(store, session, newest)).toStrictEqual([null, true, { returnTo: letter.repeat(100) }]);
      start(store, session, { returnTo: letter.repeat(100) });
      const others = handles.slice(0, -1).map((handle) => verify(store, session, handle)[1]);
      expect(others.indexOf(true)).toBeGreaterThanOrEqual(0);
      expect(others.lastIndexOf(false)).toBeLessThan(others.indexOf(true));
    },
  );

  it('are counted exactly, and data that is too large evicts nobody', () => {
    const session = {};
    const other = start(new SessionStateStore({ maxBytes: 4096 }), session);
    const taken = (state: string): unknown => {
      let answer: unknown;
      new SessionStateStore().store({ session } as never, state, META, (error) => (answer = error));
      return answer;
    };
    const room = 2048 - JSON.stringify([{ handle: other, issued: NOW, state: '' }]).length;
    const refused = taken('x'.repeat(room + 1));
    expect(refused).toBeInstanceOf(TypeError);
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining('raise maxBytes') });
    expect(verify(new SessionStateStore(), session, other)).toStrictEqual([null, true, undefined]);
    expect(taken('x'.repeat(room))).toBeNull();
    expect(size(session)).toBe(2048);
  });

  it.each([0, -1, NaN, '2048'])('must be a positive number: %p', (maxBytes) => {
    expect(() => new SessionStateStore({ maxBytes: maxBytes as number })).toThrow(/^maxBytes must be/);
  });
});

describe('a session that can be saved', () => {
  const stored = (session: object): Promise<unknown> =>
    new Promise((resolve) => {
      new SessionStateStore().store({ session } as never, undefined, META, (error, handle) =>
        resolve(error ?? handle),
      );
    });

  it.each<[string, (done: (error?: Error) => void) => unknown]>([
    ['through a callback', (done) => setImmediate(done)],
    ['through a promise', async () => undefined],
    ['through a promise of another library', () => ({ then: (onSaved: () => void) => onSaved() })],
  ])('is saved before the browser is sent away: %s', async (_how, save) => {
    const saves = jest.fn(save);
    expect(await stored({ save: saves })).toMatch(/^[0-9a-f]{32}$/);
    expect(saves).toHaveBeenCalledTimes(1);
  });

  it.each<[string, (done: (error: Error) => void) => unknown]>([
    ['through a callback', (done) => setImmediate(() => done(new Error('ECONNREFUSED')))],
    ['through a promise', () => Promise.reject(new Error('ECONNREFUSED'))],
    [
      'through a promise of another library',
      () => ({
        then: (_onSaved: unknown, onFailed: (error: Error) => void) => onFailed(new Error('ECONNREFUSED')),
      }),
    ],
    [
      'by a throw',
      () => {
        throw new Error('ECONNREFUSED');
      },
    ],
  ])('is an error of status 503 if that fails: %s', async (_how, save) => {
    expect(await stored({ save })).toMatchObject({
      status: 503,
      message: 'The session could not be saved: is its store away?',
      cause: new Error('ECONNREFUSED'),
    });
  });

  it('is an error of status 503 if its store does not respond within 10 seconds', async () => {
    let away: unknown;
    await jest.isolateModulesAsync(async () => {
      const fresh = await import('../../lib/state/session-store.js');
      const session = { save: () => undefined };
      new fresh.SessionStateStore().store({ session } as never, undefined, META, (error) => (away = error));
      await jest.advanceTimersByTimeAsync(9_999);
      expect(away).toBeUndefined();
      await jest.advanceTimersByTimeAsync(1);
    });
    expect(away).toMatchObject({ status: 503, cause: new Error('It took longer than 10 seconds.') });
  });
});
