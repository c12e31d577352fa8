// The whole example under load: sessions in Redis, people in a database, pages; with SQLite, PostgreSQL and MariaDB,
// and in several processes. Every request of a visitor goes to another process, as behind a load balancer.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { often } from './http-visitors.mjs';

const require = createRequire(import.meta.url);
const { servers } = require('../test/example/database-servers.cjs');
const example = path.join(import.meta.dirname, '../examples/express-app/dist/server.js');

/** Logins a second, and what a crowd gets that comes at one moment, by database and number of processes. */
export async function exampleLoad(standIn, { processes, logins, abreast, crowd }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-example-'));
  const redis = await startRedis();
  const databases = {
    SQLite: { create: (name) => path.join(folder, `${name}.sqlite`), stop() {} },
    PostgreSQL: await startServer('PostgreSQL'),
    MariaDB: await startServer('MariaDB'),
  };
  const results = [];
  const started = [];
  try {
    for (const [database, { create }] of Object.entries(databases)) {
      for (const count of processes) {
        const place = await create(`load${count}`);
        const apps = await Promise.all(
          Array.from({ length: count }, () => startExample(standIn, redis.url, place)),
        );
        started.push(...apps);
        const visitors = newVisitors(apps);
        await often(logins / 4, abreast, visitors.logIn);
        const before = { at: performance.now(), cpu: apps.map(cpuOf), machine: idleOfMachine() };
        await often(logins, abreast, visitors.logIn);
        const seconds = (performance.now() - before.at) / 1000;
        const cpu = apps.map((app, index) => cpuOf(app) - before.cpu[index]);
        const after = idleOfMachine();
        const idle = (after.idle - before.machine.idle) / (after.all - before.machine.all);
        const rush = await visitors.atOnce(crowd);
        results.push({
          database,
          processes: count,
          rate: logins / seconds,
          cpu: cpu.reduce((sum, ms) => sum + ms, 0) / logins,
          idle,
          rush,
        });
        process.stderr.write(
          `       ${database}, ${count}: ${results.at(-1).rate.toFixed(0)} logins a second\n`,
        );
        for (const app of apps) app.process.kill();
        await Promise.all(apps.map((app) => once(app.process, 'exit')));
      }
    }
  } finally {
    for (const app of started) app.process.kill();
    redis.process.kill();
    await Promise.all(Object.values(databases).map(({ stop }) => stop()));
    rmSync(folder, { recursive: true });
  }
  return results;
}

async function startServer(name) {
  const server = await servers[name].start();
  return { create: (database) => server.createDatabase(database), stop: () => server.stop() };
}

async function startRedis() {
  const port = 10_000 + Math.floor(Math.random() * 9_000);
  const child = spawn('redis-server', ['--port', port, '--save', '', '--appendonly', 'no']);
  await printed(child, /Ready to accept connections/);
  return { url: `redis://127.0.0.1:${port}`, process: child };
}

async function startExample(standIn, redisUrl, place) {
  const { execArgv, env } = standIn.options('near');
  const child = fork(example, {
    execArgv,
    silent: true,
    env: {
      ...env,
      PORT: '0',
      PUBLIC_URL: 'http://127.0.0.1',
      WECHAT_APP_ID: 'wxbench0000000000',
      WECHAT_APP_SECRET: 'a-secret-of-32-characters-length',
      SESSION_SECRET: 'a session secret of 32 characters',
      REDIS_URL: redisUrl,
      [place.includes('://') ? 'DATABASE_URL' : 'DATABASE']: place,
    },
  });
  const [, port] = await printed(child, /served on port (\d+)/);
  // Until it has found Redis, it says that there are no sessions.
  for (;;) {
    const { status } = await fetch(`http://127.0.0.1:${port}/login`);
    if (status === 200) return { process: child, port: Number(port) };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function printed(child, pattern) {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  for (;;) {
    const match = pattern.exec(output);
    if (match) return match;
    if (child.exitCode !== null) throw new Error(output);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function newVisitors(apps) {
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  let people = 0;

  function get(url, cookie, { port } = apps[turn++ % apps.length]) {
    return new Promise((resolve, reject) => {
      const headers = cookie ? { cookie } : {};
      const sent = request({ host: '127.0.0.1', port, path: url, agent, headers }, (res) => {
        res.resume();
        res.on('end', () => resolve({ status: res.statusCode, headers: res.headers }));
      });
      sent.on('error', (error) => {
        // A kept connection that the server has closed at this very moment: browsers send it again, too.
        if (sent.reusedSocket) resolve(get(url, cookie, { port }));
        else reject(error);
      });
      sent.end();
    });
  }
  const cookieOf = ({ headers }) => headers['set-cookie']?.[0].split(';')[0];

  /** @returns the statuses of the way to WeChat, the callback, and the greeting */
  async function visit() {
    const begun = await get('/auth/wechat');
    if (begun.status !== 302) return [begun.status];
    const state = new URL(begun.headers.location).searchParams.get('state');
    const ended = await get(`/auth/wechat/callback?code=p${people++}&state=${state}`, cookieOf(begun));
    if (ended.status !== 302) return [begun.status, ended.status];
    const home = await get('/', cookieOf(ended));
    return [begun.status, ended.status, home.status];
  }
  const isRight = (statuses) => statuses.join() === '302,302,200';

  return {
    async logIn() {
      const statuses = await visit();
      if (!isRight(statuses)) throw new Error(`statuses ${statuses}`);
    },
    async atOnce(count) {
      const start = performance.now();
      const outcomes = await Promise.allSettled(Array.from({ length: count }, visit));
      return {
        right: outcomes.filter(({ value }) => value && isRight(value)).length,
        told: outcomes.filter(({ value }) => value?.at(-1) === 503).length,
        count,
        seconds: (performance.now() - start) / 1000,
      };
    },
  };
}

/** Milliseconds of CPU that a process has used. */
function cpuOf({ process: { pid } }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function idleOfMachine() {
  // user, nice, system, idle …: https://www.kernel.org/doc/html/latest/filesystems/proc.html
  const times = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))[1].split(' ').map(Number);
  return { idle: times[3], all: times.reduce((sum, time) => sum + time, 0) };
}

export function exampleTable(results) {
  const rows = results.map(({ database, processes, rate, cpu, idle, rush }) => [
    database,
    processes,
    rate.toFixed(0),
    cpu.toFixed(1),
    `${(100 * idle).toFixed(0)} %`,
    `${rush.right} of ${rush.count}${rush.told ? `, ${rush.told} told to come back` : ''}`,
    rush.seconds.toFixed(1),
  ]);
  const head = ['database', 'processes', 'logins a second', 'CPU of the app, ms a login', 'machine idle'];
  return [
    [...head, `${results[0].rush.count} at once: right`, 'all done after, s'],
    ['---', ...Array.from({ length: 6 }, () => '---:')],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
