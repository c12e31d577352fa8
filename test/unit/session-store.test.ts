import { SessionStateStore } from '../../lib/state/session-store.js';
import type { StateMeta } from '../../lib/state/store.js';

const META: StateMeta = { authorizationURL: '', tokenURL: '', clientID: '' };
const NOW = Date.UTC(2026, 0, 1);

const NONE_HERE = 'No login was started in this browser, or its session cookie did not come back.';
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
  jest.useFakeTimers({ now: NOW });
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
    expect(session).toEqual({ cart: 1, mine: [{ handle, expires: NOW + 5000, state: { returnTo: '/' } }] });
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
    ['an object', { handle: HANDLE, expires: NOW + 1000 }],
    ['null', null],
    ['an array of null and undefined', [null, undefined]],
    ['an array of strings', [HANDLE]],
    // Where expires is missing, no comparison would ever find the login too old.
    ['a login without expires', [{ handle: HANDLE }]],
    ['a login whose expires is a string', [{ handle: HANDLE, expires: '9999999999999' }]],
    ['a login without a handle', [{ expires: NOW + 1000 }]],
    ['a login whose handle is not a string', [{ handle: 5, expires: NOW + 1000 }]],
  ])('is not taken for a login, and not in the way of one: %s', (_what, wechat) => {
    const store = new SessionStateStore();
    const session = { wechat };
    expect(verify(store, session, HANDLE)).toStrictEqual([null, false, { message: NONE_HERE }]);
    const handle = start(store, session);
    expect(session.wechat).toEqual([{ handle, expires: NOW + 30 * 60_000 }]);
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
