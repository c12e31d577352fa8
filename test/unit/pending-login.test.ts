import { resolveOptions } from '../../lib/options.js';
import { assertApplicationData, assertUnverifiedState } from '../../lib/state/pending-login.js';
import type { StateStore } from '../../lib/state/store.js';

const app = { clientID: 'wx1', clientSecret: 's' };

/** The key in the session under which the default store of these options keeps a login. */
function sessionKey(options: object, strategy = 'wechat'): string | undefined {
  const session = {};
  const { store } = resolveOptions({ ...app, ...options, name: strategy } as never);
  store?.store({ session } as never, undefined as never, {} as never, (() => undefined) as never);
  return Object.keys(session)[0];
}

const storing = (parameters: number): StateStore => {
  const store = (): void => undefined;
  Object.defineProperty(store, 'length', { value: parameters });
  return { store, verify: () => undefined } as never;
};

describe('the store of a strategy', () => {
  it('is a session store with a key of its own by default', () => {
    expect(sessionKey({})).toBe('wechat:wechat:wx1');
    expect(sessionKey({}, 'wechat-shop')).toBe('wechat:wechat-shop:wx1');
    expect(sessionKey({ clientID: undefined, resolveApp: () => app })).toBe('wechat:wechat');
    expect(sessionKey({ sessionKey: 'mine' })).toBe('mine');
  });

  it('is absent under state: false, and refused if given', () => {
    expect(resolveOptions({ ...app, state: false }).store).toBeUndefined();
    expect(() => resolveOptions({ ...app, state: false, store: storing(4) })).toThrow(
      'store is of no use under state: false: leave one of them out.',
    );
  });

  it('is the given one', () => {
    const store = storing(4);
    expect(resolveOptions({ ...app, store, state: true }).store).toBe(store);
  });
});

describe('data of the application', () => {
  it('is absent for undefined', () => {
    expect(assertApplicationData(undefined, storing(2))).toBeUndefined();
  });

  it('is stored if the store can', () => {
    const state = { returnTo: '/cart' };
    expect(assertApplicationData(state, storing(4))).toBe(state);
    expect(() => assertApplicationData(state, storing(3))).toThrow(
      'This state store stores no data: its store() takes too few parameters.',
    );
  });

  it.each(['/cart', 5, null, false, true])('must be an object, not %p', (state) => {
    expect(() => assertApplicationData(state, storing(4))).toThrow(
      /^state must be an object of your own data, .* Only under state: false can it be a string of yours\.$/,
    );
  });
});

describe('a state without a store', () => {
  it.each([undefined, 'a', 'aZ09_-', 'x'.repeat(128)])('is sent to WeChat unchanged: %p', (state) => {
    expect(assertUnverifiedState(state)).toBe(state);
  });

  it.each(['', 'a b', 'a&b', 'x'.repeat(129), 5, {}, null, true, ['a']])('may not be %p', (state) => {
    expect(() => assertUnverifiedState(state)).toThrow(
      'If you make the state yourself, it must be a string of 1 to 128 characters of A-Z, a-z, 0-9, _ and -.',
    );
  });
});
