import { sharedExchange } from '../../lib/login/repeated-callback.js';

describe('an exchange', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is shared for five seconds after it succeeds or fails, then forgotten', async () => {
    const share = sharedExchange<number>();
    let count = 0;
    await share('good', () => Promise.resolve(++count));
    await expect(share('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    jest.advanceTimersByTime(4999);
    expect(await share('good', () => Promise.resolve(++count))).toBe(1);
    await expect(share('bad', () => Promise.resolve(++count))).rejects.toThrow('no');
    jest.advanceTimersByTime(1);
    expect(await share('good', () => Promise.resolve(++count))).toBe(2);
    expect(await share('bad', () => Promise.resolve(++count))).toBe(3);
  });

  it('is shared while it runs, however long', async () => {
    const share = sharedExchange<number>();
    let answer: (value: number) => void = () => undefined;
    const first = share('slow', () => new Promise((resolve) => (answer = resolve)));
    await share('quick', () => Promise.resolve(1));
    jest.advanceTimersByTime(20_000);
    const second = share('slow', () => Promise.resolve(2));
    answer(1);
    expect(await Promise.all([first, second])).toEqual([1, 1]);
    jest.advanceTimersByTime(5000);
    expect(await share('slow', () => Promise.resolve(3))).toBe(3);
  });

  it('is not shared beyond a bounded number, and none fails', async () => {
    const share = sharedExchange<number>();
    for (let i = 0; i < 10_000; i++) await share(`key ${i}`, () => Promise.resolve(i));
    expect(await share('one more', () => Promise.resolve(1))).toBe(1);
    expect(await share('one more', () => Promise.resolve(2))).toBe(2);
    expect(await share('key 7', () => Promise.resolve(-1))).toBe(7);
    jest.advanceTimersByTime(5000);
    // Nothing is left to be forgotten.
    expect(jest.getTimerCount()).toBe(0);
    expect(await share('one more', () => Promise.resolve(3))).toBe(3);
    expect(await share('one more', () => Promise.resolve(4))).toBe(3);
  });
});
