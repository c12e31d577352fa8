// A process that holds one subject and measures what it is told to, so that no subject pays for another's garbage.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeSubject } from './subjects.mjs';

const subject = await makeSubject(process.argv[2]);
const { connections } = globalThis;
let logins = 0;

async function oneLogin(visit) {
  const code = `c${process.pid}x${logins++}`;
  const openid = await subject.login(code, visit ?? (await subject.visit()));
  if (openid !== `o-${code}`) throw new Error(`logged in as ${openid} with ${code}`);
}

async function timedLogin(visit) {
  const [before, start] = [connections.made, performance.now()];
  await oneLogin(visit);
  return { ms: performance.now() - start, connections: connections.made - before };
}

function heap() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const measures = {
  /**
   * CPU milliseconds of each login, one after the other, begun every `every` milliseconds; the system's share counts.
   */
  async cpu({ count, every = 0 }) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    for (let i = 0; i < count; i++) {
      await oneLogin();
      const early = start + (i + 1) * every - performance.now();
      if (early > 0) await sleep(early);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / count;
  },

  /** The login that ends `scan` milliseconds after it began, and then more of them with pauses. */
  async gaps({ scan, gap, count }) {
    const visit = await subject.visit();
    await sleep(scan);
    const first = await timedLogin(visit);
    const rest = [];
    for (let i = 0; i < count; i++) {
      if (gap > 0) await sleep(gap);
      rest.push(await timedLogin());
    }
    return { first, rest };
  },

  /** Many logins that come back in the same moment. */
  async rush({ count }) {
    const visits = await Promise.all(Array.from({ length: count }, () => subject.visit()));
    const before = connections.made;
    connections.most = connections.open;
    const results = await Promise.allSettled(visits.map((visit) => timedLogin(visit)));
    const done = results.filter(({ status }) => status === 'fulfilled');
    return {
      right: done.length,
      ms: done.map(({ value }) => value.ms),
      connections: connections.made - before,
      most: connections.most,
    };
  },

  /** Bytes of heap after each part of many logins. */
  async memory({ parts, count }) {
    const used = [heap()];
    for (let part = 0; part < parts; part++) {
      for (let i = 0; i < count; i += 50) await Promise.all(Array.from({ length: 50 }, () => oneLogin()));
      // What is kept for a moment, such as the answers for a callback that is called twice, has to be gone.
      await sleep(5500);
      used.push(heap());
    }
    return used;
  },

  /** Begins logins that wait for WeChat's reply until `finish`, and returns the bytes of heap for each. */
  async begin({ count }) {
    const before = heap();
    const visits = [];
    // Ten times as many, since each is small beside what else the heap does.
    for (let i = 0; i < 10 * count; i++) visits.push(await subject.visit());
    const scanning = (heap() - before) / visits.length;
    const between = heap();
    measures.pending = visits.slice(0, count).map((visit) => oneLogin(visit));
    for (const login of measures.pending) login.catch(() => undefined);
    await sleep(1000);
    return { scanning, waiting: (heap() - between) / count };
  },
  async finish() {
    // Some clients have given up by now: what they held is what counts here.
    await Promise.allSettled(measures.pending);
  },

  /** CPU microseconds of each redirect to WeChat. */
  async redirects({ count }) {
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) await subject.visit();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count;
  },
};

process.on('message', async ({ measure, ...options }) => {
  try {
    process.send({ result: await measures[measure](options) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit());
process.send('ready');
