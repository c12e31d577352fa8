import type { Outcome } from '../../lib/login/outcome.js';

// The module takes the timers when it loads.
jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
const TOKENS = { access_token: 'A', openid: 'o', scope: '' };
let RepeatedCallbacks: typeof import('../../lib/login/repeated-callback.js').RepeatedCallbacks;
beforeAll(async () => {
  ({ RepeatedCallbacks } = await import('../../lib/login/repeated-callback.js'));
});
afterAll(() => {
  jest.useRealTimers();
});

const from = (cookie?: string): never => ({ headers: { cookie } }) as never;
const success = (id: number): Outcome => ({ action: 'success', user: { id } as never, info: {} });

describe('a login that comes back twice', () => {
  it('ends as the first for the very same request, until five seconds after it ended', async () => {
    const repeated = new RepeatedCallbacks();
    let end: (outcome: Outcome) => void = () => undefined;
    const first = repeated.finish(from('a=1'), 'S', 'C', () => new Promise((resolve) => (end = resolve)));
    jest.advanceTimersByTime(20_000);
    const second = repeated.outcomeOf(from('a=1'), 'S', 'C');
    end(success(1));
    expect(await Promise.all([first, second])).toEqual([success(1), success(1)]);
    jest.advanceTimersByTime(4999);
    expect(await repeated.outcomeOf(from('a=1'), 'S', 'C')).toEqual(success(1));
    jest.advanceTimersByTime(1);
    expect(repeated.outcomeOf(from('a=1'), 'S', 'C')).toBeUndefined();
  });

  it.each([
    ['another cookie', from('a=2'), 'S', 'C'],
    ['no cookie', from(), 'S', 'C'],
    ['another state', from('a=1'), 'T', 'C'],
    ['another code', from('a=1'), 'S', 'D'],
  ])('is nothing to a request with %s', async (_what, req, state, code) => {
    const repeated = new RepeatedCallbacks();
    await repeated.finish(from('a=1'), 'S', 'C', async () => success(1));
    expect(repeated.outcomeOf(req, state, code)).toBeUndefined();
  });

  it('shares one exchange among requests with a valid state, each with a copy', async () => {
    const repeated = new RepeatedCallbacks();
    let count = 0;
    const seen: object[] = [];
    const finish = (cookie: string): Promise<Outcome> =>
      repeated.finish(from(cookie), 'S', 'C', async (share) => {
        seen.push(await share(async () => ({ ...TOKENS, expires_in: ++count })));
        return success(1);
      });
    await Promise.all([finish('a=1'), finish('a=2')]);
    expect(seen).toEqual(Array(2).fill({ ...TOKENS, expires_in: 1 }));
    expect(seen[0]).not.toBe(seen[1]);
  });

  it('is refused with a second code for its state', async () => {
    const repeated = new RepeatedCallbacks();
    await repeated.finish(from('a=1'), 'S', 'C', async () => success(1));
    expect(await repeated.finish(from('a=1'), 'S', 'D', async () => success(2))).toMatchObject({
      action: 'fail',
      status: 403,
      challenge: { reason: 'state' },
    });
  });

  it('is not remembered beyond a bounded number, and none fails', async () => {
    const repeated = new RepeatedCallbacks();
    for (let i = 0; i < 10_001; i++) {
      expect(await repeated.finish(from('a=1'), `S${i}`, 'C', async () => success(i))).toEqual(success(i));
    }
    expect(repeated.outcomeOf(from('a=1'), 'S9999', 'C')).toBeDefined();
    expect(repeated.outcomeOf(from('a=1'), 'S10000', 'C')).toBeUndefined();
    jest.advanceTimersByTime(5000);
    // Nothing is left to be forgotten.
    expect(jest.getTimerCount()).toBe(0);
    expect(repeated.outcomeOf(from('a=1'), 'S9999', 'C')).toBeUndefined();
  });
});
