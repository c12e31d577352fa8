import { applicationData, plainState, storeOf } from '../../lib/state/pending-login.js';
import type { StateStore } from '../../lib/state/store.js';

/** The key in the session under which the default store of these options keeps a login. */
function sessionKey(options: object, strategy = 'wechat'): string | undefined {
  const session = {};
  const store = storeOf({ clientID: 'wx1', ...options } as never, strategy);
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
    expect(sessionKey({ clientID: undefined })).toBe('wechat:wechat');
    expect(sessionKey({ sessionKey: 'mine' })).toBe('mine');
  });

  it('is absent under state: false, and refused if given', () => {
    expect(storeOf({ state: false } as never, 'wechat')).toBeUndefined();
    expect(() => storeOf({ state: false, store: storing(4) } as never, 'wechat')).toThrow(
      'store is of no use under state: false: leave one of them out.',
    );
  });

  it('is the given one', () => {
    const store = storing(4);
    expect(storeOf({ store, state: true } as never, 'wechat')).toBe(store);
  });
});

describe('data of the application', () => {
  it.each([undefined, true])('is absent for %p', (state) => {
    expect(applicationData(state, storing(2))).toBeUndefined();
  });

  it('is stored if the store can', () => {
    const state = { returnTo: '/cart' };
    expect(applicationData(state, storing(4))).toBe(state);
    expect(() => applicationData(state, storing(3))).toThrow(
      'This state store keeps no data: its store() takes too few parameters.',
    );
  });

  it.each(['/cart', 5, null, false])('must be an object, not %p', (state) => {
    expect(() => applicationData(state, storing(4))).toThrow(
      /^state must be an object of your own data, .* Only under state: false can it be a text of yours\.$/,
    );
  });
});

describe('a state without a store', () => {
  it.each([undefined, 'a', 'aZ09_-', 'x'.repeat(128)])('is sent to WeChat unchanged: %p', (state) => {
    expect(plainState(state)).toBe(state);
  });

  it.each(['', 'a b', 'a&b', 'x'.repeat(129), 5, {}, null, true, ['a']])('may not be %p', (state) => {
    expect(() => plainState(state)).toThrow(
      'Under state: false, state must be a text of 1 to 128 characters of A-Z, a-z, 0-9, _ and -.',
    );
  });
});
