import type { App } from '../../lib/login/apps.js';
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

const app = { clientID: 'wx1', platform: 'website' } as App;
const apps = { main: app };
const login = { app, data: undefined, began: undefined };
const from = (cookie?: string, host = 'a.example', url = '/callback?code=C&state=S'): never =>
  ({ headers: { cookie, host }, url }) as never;
const success = (id: number): Outcome => ({ action: 'success', user: { id } as never, info: {} });

describe('a login that comes back twice', () => {
  it('ends as the first for the very same request, until five seconds after it ended', async () => {
    const repeated = new RepeatedCallbacks();
    let end: (outcome: Outcome) => void = () => undefined;
    const first = repeated.finish(
      from('a=1'),
      'S',
      'C',
      login,
      () => new Promise((resolve) => (end = resolve)),
    );
    jest.advanceTimersByTime(20_000);
    const second = repeated.find(from('a=1'), 'S', apps)?.outcome;
    end(success(1));
    expect(await Promise.all([first, second])).toEqual([success(1), success(1)]);
    jest.advanceTimersByTime(4999);
    expect(await repeated.find(from('a=1'), 'S', apps)?.outcome).toEqual(success(1));
    jest.advanceTimersByTime(1);
    expect(repeated.find(from('a=1'), 'S', apps)?.outcome).toBeUndefined();
  });

  it.each([
    ['another cookie', from('a=2'), 'S', apps],
    ['no cookie', from(), 'S', apps],
    ['another host', from('a=1', 'b.example'), 'S', apps],
    ['another path', from('a=1', 'a.example', '/link?code=C&state=S'), 'S', apps],
    ['another code', from('a=1', 'a.example', '/callback?code=D&state=S'), 'S', apps],
    ['another state', from('a=1'), 'T', apps],
    ['another app', from('a=1'), 'S', { main: { ...app, clientID: 'wx2' } }],
  ])('is nothing to a request with %s', async (_what, req, state, theirs) => {
    const repeated = new RepeatedCallbacks();
    await repeated.finish(from('a=1'), 'S', 'C', login, async () => success(1));
    expect(repeated.find(req, state, theirs)).toBeUndefined();
  });

  it('may be tried again for a minute if WeChat was too busy for its code to be sent', async () => {
    const { WeChatNetworkError } = await import('../../lib/errors.js');
    const repeated = new RepeatedCallbacks();
    const error = new WeChatNetworkError('access_token', 'api.weixin.qq.com', 'ERR_OVERLOADED');
    await repeated.finish(from('a=1'), 'S', 'C', login, async () => ({ action: 'error', error }));
    const found = repeated.find(from('a=1'), 'S', apps);
    expect(found).toMatchObject({ verified: login, outcome: undefined });
    await repeated.finish(from('a=1'), 'S', 'C', login, async () => success(1));
    expect(await repeated.find(from('a=1'), 'S', apps)?.outcome).toEqual(success(1));
    jest.advanceTimersByTime(60_000);
    expect(repeated.find(from('a=1'), 'S', apps)).toBeUndefined();
  });

  it.each([
    ['another failure, with which its code may have been sent', 'access_token', 'ECONNRESET'],
    ['WeChat was too busy for its profile', 'userinfo', 'ERR_OVERLOADED'],
  ] as const)('is not tried again after %s', async (_what, endpoint, code) => {
    const { WeChatNetworkError } = await import('../../lib/errors.js');
    const repeated = new RepeatedCallbacks();
    const error = new WeChatNetworkError(endpoint, 'api.weixin.qq.com', code);
    const failed: Outcome = { action: 'error', error };
    await repeated.finish(from('a=1'), 'S', 'C', login, async () => failed);
    expect(await repeated.find(from('a=1'), 'S', apps)?.outcome).toEqual(failed);
  });

  it('is forgotten five seconds after it ended, even in an exception', async () => {
    const repeated = new RepeatedCallbacks();
    const thrown = new Error('of verify');
    await expect(repeated.finish(from('a=1'), 'S', 'C', login, () => Promise.reject(thrown))).rejects.toBe(
      thrown,
    );
    jest.advanceTimersByTime(4999);
    await expect(repeated.find(from('a=1'), 'S', apps)?.outcome).rejects.toBe(thrown);
    jest.advanceTimersByTime(1);
    expect(repeated.find(from('a=1'), 'S', apps)).toBeUndefined();
  });

  it('is forgotten a minute after it began, even if it never ends', () => {
    const repeated = new RepeatedCallbacks();
    void repeated.finish(from('a=1'), 'S', 'C', login, () => new Promise(() => undefined));
    jest.advanceTimersByTime(60_000);
    expect(repeated.find(from('a=1'), 'S', apps)).toBeUndefined();
  });

  it('shares one exchange among requests with a valid state, each with a copy', async () => {
    const repeated = new RepeatedCallbacks();
    let count = 0;
    const seen: object[] = [];
    const finish = (cookie: string): Promise<Outcome> =>
      repeated.finish(from(cookie), 'S', 'C', login, async (share) => {
        seen.push(await share(async () => ({ ...TOKENS, expires_in: ++count })));
        return success(1);
      });
    await Promise.all([finish('a=1'), finish('a=2')]);
    expect(seen).toEqual(Array(2).fill({ ...TOKENS, expires_in: 1 }));
    expect(seen[0]).not.toBe(seen[1]);
  });

  it('is refused with a second code for its state, or the same of another app', async () => {
    const repeated = new RepeatedCallbacks();
    await repeated.finish(from('a=1'), 'S', 'C', login, async () => success(1));
    const refusal = {
      action: 'fail',
      status: 403,
      challenge: { reason: 'state', message: 'This login has already come back with another code.' },
    };
    const other = { ...login, app: { ...app, clientID: 'wx2' } };
    for (const [code, verified] of [
      ['D', login],
      ['C', other],
    ] as const) {
      expect(await repeated.finish(from('a=1'), 'S', code, verified, async () => success(2))).toMatchObject(
        refusal,
      );
    }
  });

  it.each([
    ['succeeded', async () => success(1)],
    ['failed', () => Promise.reject(new Error('of verify'))],
  ])('is refused with a second code only after the first one has %s', async (_how, run) => {
    const repeated = new RepeatedCallbacks();
    let letEnd!: () => void;
    const waits = new Promise<void>((resolve) => (letEnd = resolve));
    const ended: string[] = [];
    const first = repeated
      .finish(from('a=1'), 'S', 'C', login, () => waits.then(run))
      .catch(() => undefined)
      .then(() => ended.push('first'));
    const second = repeated
      .finish(from('a=1'), 'S', 'D', login, async () => success(2))
      .then(({ action }) => ended.push(action));
    await Promise.resolve();
    expect(ended).toEqual([]);
    letEnd();
    await Promise.all([first, second]);
    expect(ended.at(-1)).toBe('fail');
    expect(ended).toHaveLength(2);
  });

  it('is not remembered beyond a bounded number, and none fails', async () => {
    const repeated = new RepeatedCallbacks();
    for (let i = 0; i < 10_001; i++) {
      expect(await repeated.finish(from('a=1'), `S${i}`, 'C', login, async () => success(i))).toEqual(
        success(i),
      );
    }
    expect(repeated.find(from('a=1'), 'S9999', apps)?.outcome).toBeDefined();
    expect(repeated.find(from('a=1'), 'S10000', apps)?.outcome).toBeUndefined();
    jest.advanceTimersByTime(60_000);
    // Nothing is left to be forgotten.
    expect(jest.getTimerCount()).toBe(0);
    expect(repeated.find(from('a=1'), 'S9999', apps)?.outcome).toBeUndefined();
  });
});
