// Each measure takes the stand-in and returns what it found for each subject.
import { setTimeout as sleep } from 'node:timers/promises';
import { beRedirected, logIn, often } from './http-visitors.mjs';
import { weigh } from './packages.mjs';
import { inTurn, printedBy, startExpressApp, startWorker, withEach } from './processes.mjs';
import { quantile, summary } from './statistics.mjs';
import { BARE, OUR, PEERS, SUBJECTS } from './subjects.mjs';

const strategies = [OUR, ...PEERS];

const mapValues = (map, change) =>
  Object.fromEntries([...map].map(([subject, value]) => [subject, change(value)]));

/** Milliseconds and connections of logins after pauses, all pauses at the same time, since most of it is waiting. */
export async function gaps(standIn, plan) {
  const lines = plan.flatMap(({ processes = 1, ...rest }) =>
    Array.from({ length: processes }, () => SUBJECTS.map((subject) => ({ subject, ...rest }))).flat(),
  );
  const found = await withEach(
    lines,
    async (line) => ({ ...line, ...(await startWorker(standIn, line.subject, 'far')) }),
    (workers) =>
      Promise.all(
        workers.map(async ({ subject, gap, count, ask }, index) => {
          // Not all in the same millisecond: the cores could not serve them.
          await sleep(index * 90);
          return { subject, gap, ...(await ask('gaps', { scan: 1000, gap: gap * 1000, count })) };
        }),
      ),
  );
  const summaryOf = (logins) => ({
    ms: summary(logins.map(({ ms }) => ms)),
    connections: logins.reduce((sum, { connections }) => sum + connections, 0) / logins.length,
  });
  const ofSubject = (subject) => {
    const own = found.filter((one) => one.subject === subject);
    const after = (gap) => own.filter((one) => one.gap === gap).flatMap(({ rest }) => rest);
    return {
      first: summaryOf(own.map(({ first }) => first)),
      gaps: Object.fromEntries(plan.map(({ gap }) => [gap, summaryOf(after(gap))])),
    };
  };
  return Object.fromEntries(SUBJECTS.map((subject) => [subject, ofSubject(subject)]));
}

/** CPU milliseconds of a login, of which one begins every `every` milliseconds. */
export function cpu(standIn, { count, every, ...rounds }) {
  return withEach(
    SUBJECTS,
    (subject) => startWorker(standIn, subject),
    async (workers) => {
      return mapValues(await inTurn(workers, rounds, ({ ask }) => ask('cpu', { count, every })), summary);
    },
  );
}

/** The same without a pause. */
export const cpuWithoutPause = cpu;

/** Logins for each second of CPU in an Express app with sessions: what one core does that has nothing else to do. */
export function express(standIn, { count, ...rounds }) {
  return withEach(
    [...strategies, 'passport-weixin-checked'],
    (subject) => startExpressApp(standIn, subject),
    async (apps) => {
      const login = ({ port }) => logIn(port);
      const milliseconds = await inTurn(apps, rounds, (app) =>
        app.cpuOf(() => often(count, 16, () => login(app))),
      );
      return mapValues(milliseconds, (values) => summary(values.map((ms) => (1000 * count) / ms)));
    },
  );
}

/** CPU microseconds of sending a visitor to WeChat, beside those that Express takes to answer any request. */
export function redirect(standIn, { count, ...rounds }) {
  return withEach(
    [...strategies, 'plain'],
    (subject) => (subject === 'plain' ? startExpressApp(standIn, subject) : startWorker(standIn, subject)),
    async (processes) => {
      const microseconds = ({ subject, ask, cpuOf, port }) =>
        subject === 'plain'
          ? cpuOf(() => often(count / 10, 16, () => beRedirected(port))).then((ms) => (10_000 * ms) / count)
          : ask('redirects', { count });
      return mapValues(await inTurn(processes, rounds, microseconds), summary);
    },
  );
}

/** Logins that all come back in the same moment, to a process that has had some before. */
export function rush(standIn, { count, ...rounds }) {
  return withEach(
    SUBJECTS,
    (subject) => startWorker(standIn, subject),
    async (workers) => {
      await inTurn(workers, { rounds: 1 }, ({ ask }) => ask('cpu', { count: 200 }));
      const samples = await inTurn(workers, rounds, ({ ask }) => ask('rush', { count }));
      return mapValues(samples, (all) => ({
        right: Math.min(...all.map(({ right }) => right)) / count,
        p50: summary(all.map(({ ms }) => quantile(ms, 0.5))),
        p99: summary(all.map(({ ms }) => quantile(ms, 0.99))),
        connections: Math.max(...all.map(({ connections }) => connections)),
        most: Math.max(...all.map(({ most }) => most)),
      }));
    },
  );
}

/** Bytes of heap that are left after many logins; the others do fewer, which is enough to see whether they grow. */
export function memory(standIn, { ours, others }) {
  return withEach(
    SUBJECTS,
    (subject) => startWorker(standIn, subject),
    async (workers) => {
      const parts = 4;
      const found = await Promise.all(
        workers.map(async ({ subject, ask }) => {
          const count = (subject === OUR ? ours : others) / parts;
          await ask('cpu', { count: 200 });
          const heap = await ask('memory', { parts, count });
          return [
            subject,
            { logins: count * parts, heap, growth: (heap[parts] - heap[1]) / (count * (parts - 1)) },
          ];
        }),
      );
      return Object.fromEntries(found);
    },
  );
}

/** Bytes of heap for each login that has begun: while the person scans, and while WeChat is asked. */
export function outstanding(standIn, { count }) {
  return withEach(
    SUBJECTS,
    (subject) => startWorker(standIn, subject),
    async (workers) => {
      const found = [];
      for (const { subject, ask } of workers) {
        await ask('cpu', { count: 200 });
        await standIn.tell('hold');
        const bytes = await ask('begin', { count });
        await standIn.tell('release');
        await ask('finish');
        found.push([subject, bytes]);
      }
      return Object.fromEntries(found);
    },
  );
}

/**
 * Milliseconds to load a package and make a strategy, in a new process each time, and the CPU of that whole process
 * beside that of one which does nothing.
 */
export async function startUp(rounds) {
  const load = (subject) => `
    import { STRATEGIES } from './subjects.mjs';
    start = performance.now();
    STRATEGIES['${subject}']();`;
  const script = (subject) => `
    let start = performance.now();
    ${subject === BARE ? '' : load(subject)}
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ ms, cpu: (user + system) / 1000 }));`;
  const samples = await inTurn(
    [...strategies, BARE].map((subject) => ({ subject })),
    rounds,
    async ({ subject }) => JSON.parse(await printedBy(script(subject))),
  );
  return mapValues(samples, (all) => ({
    ms: summary(all.map(({ ms }) => ms)),
    cpu: summary(all.map(({ cpu }) => cpu)),
  }));
}

/**
 * How many logins succeed of more than WeChat can answer in time, and whether a code is spent without one. In a new
 * process each time, since a burst meets code that has hardly run.
 */
export async function overload({ rounds, connections, ...options }) {
  const { logins, latency, timeout } = options;
  const found = [];
  for (let i = 0; i < rounds; i++) {
    const script = `
      import { overload } from './overload.mjs';
      console.log(JSON.stringify(await overload(${JSON.stringify(options)})));`;
    found.push(JSON.parse(await printedBy(script)));
  }
  return {
    ...{ logins, latency },
    // Of whole logins, which need two calls each.
    possible: connections * Math.floor(timeout / latency / 2),
    succeeded: summary(found.map(({ succeeded }) => succeeded)),
    fewest: Math.min(...found.map(({ succeeded }) => succeeded)),
    spent: Math.max(...found.map(({ spent }) => spent)),
  };
}

/** Bytes of each package, packed and installed. */
export async function sizes() {
  return Object.fromEntries(await Promise.all(strategies.map(async (name) => [name, await weigh(name)])));
}
