import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { startEmulator, website } from '../support/emulator.js';
import { browser, type Browser } from '../support/login.js';
import { freePort } from '../support/ports.js';
import { expectGreeting, expectToken } from './logins.js';
import { compileFolder, startProgram, stop, untilPrinted } from './processes.js';

// Each example of docs/hosts.md, as it stands there.
const { wechat, origin: emulator } = startEmulator();
const programs: ChildProcess[] = [];
const folders = [
  compileFolder('examples', 'express'),
  compileFolder('examples', require.resolve('express4')),
] as const;
const [{ path: examples }, { path: withExpress4 }] = folders;

afterAll(async () => {
  await Promise.all(programs.map(stop));
  for (const folder of folders) folder.remove();
});

/** Starts an example, and returns a maker of visitors to it. */
async function start(folder: string, example: string): Promise<() => Browser> {
  const port = await freePort();
  const program = startProgram(join(folder, `${example}.js`), {
    PORT: String(port),
    WECHAT_APP_ID: website.appid,
    WECHAT_APP_SECRET: website.secret,
    EMULATOR_URL: emulator(),
  });
  programs.push(program);
  const origin = `http://localhost:${port}`;
  await untilPrinted(program, `Open ${origin}`);
  return () => browser(origin);
}

it.each([
  ['Express 5', examples, 'express'],
  ['Express 4', withExpress4, 'express'],
  ['NestJS', examples, 'nest'],
  ['Fastify with @fastify/session', examples, 'fastify-session'],
  ['Fastify with @fastify/secure-session', examples, 'fastify-secure-session'],
  ['Koa', examples, 'koa'],
])(
  'the example for %s greets the person who has logged in, and nobody else',
  async (_host, folder, example) => {
    await expectGreeting(wechat, await start(folder, example));
  },
);

it.each([
  ['Express', 'express-without-session'],
  ['Fastify', 'fastify-without-session'],
  ['bare Node', 'node-http'],
])('the example for %s without a session gives a token, and leaves no cookie', async (_host, example) => {
  await expectToken(wechat, await start(examples, example));
});
