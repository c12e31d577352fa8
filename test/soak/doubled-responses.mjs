// 100,000 calls to a WeChat that sends every 20th response twice: nobody may be logged in as somebody else. 10, 50
// and 200 logins a second, with Nagle's algorithm at the server and without. Each rate is run against so many hosts
// at once that all make 400 logins a second: a host has connections of its own, so no host sees more than the rate.
// It fails, too, if less than nine of ten calls succeed: a client that refuses everything mixes up nobody. node
// test/soak/doubled-responses.mjs [number of logins]; 15,000 take 40 seconds, the default 100,000 over four minutes
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { WeChatClient } from 'passport-wechat-oauth2';

const LOGINS = Number(process.argv[2] ?? 100_000);
const RATES = [10, 50, 200];
const ALL_HOSTS = 400;
const LATENCY = 50;
const EVERY = 20;

/** Hosts in a thread of their own: each message asks for another, with Nagle's algorithm or without. */
function serve() {
  let responses = 0;
  parentPort.on('message', ({ nagle }) => {
    const server = createServer({ noDelay: !nagle }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', async (data) => {
        const url = new URL(/^GET (\S+)/.exec(String(data))[1], 'http://wechat.invalid');
        const body = JSON.stringify(respond(url));
        const bytes = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        await sleep(LATENCY);
        socket.write(bytes);
        if (++responses % EVERY !== 0) return;
        await sleep(1);
        socket.write(bytes);
      });
    });
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
  });
}

function respond({ pathname, searchParams }) {
  const id = ['code', 'js_code', 'refresh_token', 'access_token']
    .map((name) => searchParams.get(name))
    .find(Boolean);
  switch (pathname) {
    case '/sns/auth':
      return id.endsWith('0')
        ? { errcode: 40014, errmsg: 'invalid access_token' }
        : { errcode: 0, errmsg: 'ok' };
    case '/sns/userinfo':
      return { openid: searchParams.get('openid'), nickname: id };
    case '/sns/jscode2session':
      return { openid: `o${id}`, session_key: `k${id}` };
    default:
      return { access_token: id, openid: `o${id}`, refresh_token: id, scope: 'snsapi_base' };
  }
}

/** The five calls. Each resolves with whether the response is about this user. */
const CALLS = {
  access_token: async (client, id) => (await client.exchangeCode(id)).openid === `o${id}`,
  jscode2session: async (client, id) => (await client.codeToSession(id)).openid === `o${id}`,
  refresh_token: async (client, id) => (await client.refresh(id)).openid === `o${id}`,
  userinfo: async (client, id) => (await client.userInfo(id, `o${id}`)).nickname === id,
  auth: async (client, id) => (await client.check(id, `o${id}`)) === !id.endsWith('0'),
};

async function main() {
  const worker = new Worker(new URL(import.meta.url));
  const host = async (nagle) => {
    worker.postMessage({ nagle });
    return `http://127.0.0.1:${await new Promise((resolve) => worker.once('message', resolve))}`;
  };
  const total = { right: 0, failed: 0, wrong: 0 };
  for (const rate of RATES) {
    for (const nagle of [false, true]) {
      const hosts = [];
      for (let i = 0; i < ALL_HOSTS / rate; i++) hosts.push(await host(nagle));
      const each = Math.ceil(LOGINS / RATES.length / 2 / hosts.length);
      const endings = await Promise.all(hosts.map((origin) => run(origin, rate, each)));
      const sum = (name) => endings.reduce((total, ending) => total + ending[name], 0);
      console.log(
        `${rate} a second, ${nagle ? 'Nagle' : 'TCP_NODELAY'}, ${hosts.length} hosts:`,
        `${sum('right')} right, ${sum('failed')} failed, ${sum('wrong')} wrong`,
      );
      for (const name of Object.keys(total)) total[name] += sum(name);
    }
  }
  await worker.terminate();
  const count = total.right + total.failed + total.wrong;
  if (total.wrong > 0) console.error(`${total.wrong} received a response about somebody else.`);
  if (total.right < 0.9 * count) console.error(`Only ${total.right} of ${count} succeeded.`);
  if (total.wrong > 0 || total.right < 0.9 * count) process.exitCode = 1;
}

/** So many calls to one host at this rate, of the five in turn. */
async function run(origin, rate, count) {
  const client = new WeChatClient({ clientID: 'wx0', clientSecret: 's', apiOrigin: origin, timeout: 20_000 });
  const endings = { right: 0, wrong: 0, failed: 0 };
  const pending = [];
  await sleep(Math.random() * (1000 / rate));
  const started = performance.now();
  for (let i = 0; i < count; i++) {
    await sleep(started + (i * 1000) / rate - performance.now());
    const call = Object.values(CALLS)[i % 5];
    pending.push(
      call(client, `${i}`.padStart(6, '1')).then(
        (right) => endings[right ? 'right' : 'wrong']++,
        () => endings.failed++,
      ),
    );
  }
  await Promise.all(pending);
  return endings;
}

if (isMainThread) await main();
else serve();
