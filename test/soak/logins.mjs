// 100,000 logins in one process, good ones and bad ones: the memory that is left in use must not grow with them.
// npm run test:soak
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, isMainThread, Worker } from 'node:worker_threads';
import { WeChatStrategy } from 'passport-wechat-oauth2';

const LOGINS = 100_000;
const WARM_UP = 20_000;
const AT_ONCE = 100;
// Twice what was seen to come and go between two runs of the same code.
const ALLOWED_GROWTH = 4 * 2 ** 20;
// An exchange is remembered for five seconds.
const FORGOTTEN = 6000;

if (isMainThread) await main();
else serve();

/**
 * A WeChat of its own thread, which knows everybody; every tenth code is used already, every eleventh breaks the
 * line.
 */
function serve() {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    const { searchParams } = new URL(req.url, 'http://wechat.invalid');
    const code = searchParams.get('code');
    const id = code ?? searchParams.get('access_token');
    if (code !== null && Number(code) % 11 === 0) res.destroy();
    else if (code !== null && Number(code) % 10 === 0) res.end('{"errcode":40163,"errmsg":"code been used"}');
    else if (code !== null)
      res.end(JSON.stringify({ access_token: id, openid: `o${id}`, scope: 'snsapi_login' }));
    else res.end(JSON.stringify({ openid: `o${id}`, nickname: `person ${id}` }));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
}

async function main() {
  const worker = new Worker(new URL(import.meta.url));
  const port = await new Promise((resolve) => worker.once('message', resolve));
  const origin = `http://127.0.0.1:${port}`;
  const strategy = new WeChatStrategy(
    {
      clientID: 'wx0000000000000000',
      clientSecret: 'secret',
      callbackURL: 'http://localhost/callback',
      openOrigin: origin,
      apiOrigin: origin,
      timeout: 30_000,
    },
    async (_accessToken, _refreshToken, profile) => profile,
  );

  const endings = {};
  const login = async (number) => {
    const session = {};
    const [, url] = await act(strategy, { query: {}, headers: {}, session });
    const state = new URL(url).searchParams.get('state');
    const [action, user] = await act(strategy, {
      query: { code: String(number), state },
      headers: {},
      session,
    });
    endings[action] = (endings[action] ?? 0) + 1;
    if (action === 'success' && user.openid !== `o${number}`) throw new Error('somebody else came in');
  };

  let next = 0;
  const loginsUpTo = (end) =>
    Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < end) await login(++next);
      }),
    );
  const memory = async () => {
    await sleep(FORGOTTEN);
    for (let i = 0; i < 4; i++) globalThis.gc();
    return process.memoryUsage().heapUsed;
  };

  const started = performance.now();
  await loginsUpTo(WARM_UP);
  const before = await memory();
  await loginsUpTo(LOGINS);
  const growth = (await memory()) - before;
  await worker.terminate();
  console.log(`${LOGINS} logins in ${Math.round((performance.now() - started) / 1000)} s:`, endings);
  console.log(
    `memory in use: ${mega(before)} after ${WARM_UP}, ${growth < 0 ? '' : '+'}${mega(growth)} at the end`,
  );
  if (growth > ALLOWED_GROWTH) {
    console.error(`It grew by more than ${mega(ALLOWED_GROWTH)}.`);
    process.exitCode = 1;
  }
}

function mega(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** One request, as Passport runs it. */
function act(strategy, req) {
  return new Promise((resolve) => {
    const derived = Object.create(strategy);
    for (const action of ['success', 'fail', 'redirect', 'error']) {
      derived[action] = (...args) => resolve([action, ...args]);
    }
    derived.authenticate(req);
  });
}
