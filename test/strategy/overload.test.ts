import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { WeChatClient, WeChatStrategy, type WeChatError, type WeChatProfile } from 'passport-wechat-oauth2';
import type { CallNeeds } from '../../lib/api/pool.js';
import { act, type Action } from '../support/act.js';

/** In a thread of its own. */
const SLOW_WECHAT = join(__dirname, '../support/slow-wechat.cjs');
const CONNECTIONS = 128;

/** How often each ending came. */
interface Endings {
  succeeded: number;
  /** The code was exchanged, but the login did not end in time. */
  spent: number;
  /** Nothing was sent. */
  refused: number;
}

/** Logins that all begin at once, in simulated time, with calls that take as long as `latency` says. */
async function simulate(logins: number, timeout: number, latency: () => number): Promise<Endings> {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'], timerLimit: 1_000_000 });
  const endings: Endings = { succeeded: 0, spent: 0, refused: 0 };
  await jest.isolateModulesAsync(async () => {
    const { Pool } = await import('../../lib/api/pool.js');
    const { parseHost } = await import('../../lib/api/host.js');
    const pool = new Pool(parseHost('http://wechat.invalid'), undefined);
    const deadline = performance.now() + timeout;
    const call = async (needs: Omit<CallNeeds, 'deadline'>): Promise<boolean> => {
      const connection = await pool.acquire({ ...needs, deadline });
      const ms = latency();
      const inTime = performance.now() + ms <= deadline;
      await new Promise((resolve) => setTimeout(resolve, inTime ? ms : deadline - performance.now()));
      pool.release(connection, inTime, !needs.needsQuiet);
      return inTime;
    };
    const login = async (): Promise<keyof Endings> => {
      try {
        if (!(await call({ callsLeft: 2, urgent: false, needsQuiet: true }))) return 'spent';
      } catch {
        return 'refused';
      }
      const second = call({ callsLeft: 1, urgent: true, needsQuiet: false });
      return (await second.catch(() => false)) ? 'succeeded' : 'spent';
    };
    const all = Array.from({ length: logins }, async () => endings[await login()]++);
    await jest.runAllTimersAsync();
    await Promise.all(all);
  });
  jest.useRealTimers();
  return endings;
}

it.each([
  { mean: 300, jitter: 0 },
  { mean: 300, jitter: 0.2 },
  { mean: 100, jitter: 0.2 },
])(
  'logins beyond capacity, at $mean ms a call with a jitter of $jitter, succeed to nine tenths of what is possible, and no code is spent without one',
  async ({ mean, jitter }) => {
    let seed = 1;
    // The same numbers in every run.
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const logins = 600_000 / mean;
    const { succeeded, spent, refused } = await simulate(
      logins,
      5000,
      () => mean * (1 + jitter * (2 * random() - 1)),
    );
    expect(succeeded / Math.min(logins, (CONNECTIONS * 5000) / mean / 2)).toBeGreaterThan(0.9);
    expect([spent, refused]).toEqual([0, logins - succeeded]);
  },
);

it('too many logins at once are refused before their code is sent, with 503', async () => {
  const [latency, timeout, logins] = [1500, 9000, 600];
  const worker = new Worker(SLOW_WECHAT, { workerData: { latency } });
  const answer = (): Promise<number> => new Promise((resolve) => worker.once('message', resolve));
  const strategy = new WeChatStrategy(
    {
      ...{ clientID: 'wx0', clientSecret: 's', platform: 'mobileApp', timeout },
      apiOrigin: `http://127.0.0.1:${await answer()}`,
    },
    async (_accessToken, _refreshToken, profile) => profile,
  );
  const actions = await Promise.all(
    Array.from({ length: logins }, (_, i) =>
      act(strategy, { headers: {}, query: {}, body: { code: `code-${i}` } }),
    ),
  );
  worker.postMessage('how many?');
  const exchanges = await answer();
  await worker.terminate();

  const users = actions.filter(([action]) => action === 'success');
  expect(users.every(([, user]) => (user as WeChatProfile).openid.startsWith('code-'))).toBe(true);
  expect(users.length).toBeGreaterThanOrEqual(CONNECTIONS);
  // On a busy machine a call may take much longer than the ones before.
  expect(exchanges - users.length).toBeLessThanOrEqual(users.length / 10);
  const refusals = actions.filter(([action]) => action === 'error').map(errorOf);
  expect(refusals.filter(({ status }) => status === 503).length).toBe(logins - exchanges);
  expect(refusals[0]?.message).toMatch(/ERR_OVERLOADED.*was not sent, and a code in it is still good/);
});

function errorOf([, error]: Action): WeChatError {
  return error as WeChatError;
}

it('a burst succeeds in full after a slow spell', async () => {
  let latency = 4500;
  const server = http.createServer((req, res) => {
    const id = new URL(req.url ?? '', 'http://wechat.invalid').searchParams.get('access_token') ?? '';
    setTimeout(() => res.end(JSON.stringify({ openid: id, errcode: 0 })), latency);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  const apiOrigin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new WeChatClient({ clientID: 'wx0', clientSecret: 's', apiOrigin, timeout: 6000 });
  const check = (): Promise<unknown> => client.check('T', 'o').catch((error: WeChatError) => error.status);
  await Promise.all(Array.from({ length: 2 * CONNECTIONS }, check));
  latency = 5;
  expect(await check()).toBe(true);
  const burst = await Promise.all(Array.from({ length: 3 * CONNECTIONS }, check));
  expect(burst.filter((ending) => ending !== true)).toEqual([]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
