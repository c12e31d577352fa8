import type { ChildProcess } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { expectGreeting, expectToken } from '../hosts/logins.js';
import { startProgram, stop, untilPrinted } from '../hosts/processes.js';
import { browser, type Browser } from '../support/login.js';
import { freePort } from '../support/ports.js';
import { consumer, install, PACKAGES, root, run, temporaryFolder, tools, TYPES } from './published.js';

// The examples of docs/hosts.md on the newest versions of the hosts, which need a newer Node than this package does,
// and under the newest compiler. test/hosts runs them on the oldest Node.
const folder = temporaryFolder();
const node = join(folder, 'node_modules/.bin/node');
const tsc = join(folder, 'node_modules/typescript-7/bin/tsc');
const wechat = createEmulator();
const [website] = DEFAULT_APPS;
const programs: ChildProcess[] = [];
let emulator: string;

beforeAll(async () => {
  ({ origin: emulator } = await wechat.listen());
  consumer(folder, {
    ...PACKAGES,
    ...TYPES,
    ...tools(
      '@fastify/cookie',
      '@fastify/passport',
      '@fastify/secure-session',
      '@fastify/session',
      '@koa/router',
      '@nestjs/common',
      '@nestjs/core',
      '@nestjs/passport',
      '@nestjs/platform-express',
      '@types/express-session',
      '@types/koa',
      '@types/koa-passport',
      'express',
      'express-session',
      'fastify',
      'koa',
      'koa-passport',
      'koa-session',
      'node',
      'reflect-metadata',
      'rxjs',
      'serverless-http',
      'typescript-7',
    ),
  });
  await install(folder);
});
afterAll(async () => {
  await Promise.all(programs.map(stop));
  await wechat.close();
});

/** Starts an example, and returns a maker of visitors to it. */
async function start(example: string): Promise<() => Browser> {
  const port = await freePort();
  const program = startProgram(
    join(folder, 'built', `${example}.js`),
    {
      PORT: String(port),
      WECHAT_APP_ID: website.appid,
      WECHAT_APP_SECRET: website.secret,
      EMULATOR_URL: emulator,
    },
    node,
  );
  programs.push(program);
  const origin = `http://localhost:${port}`;
  await untilPrinted(program, `Open ${origin}`);
  return () => browser(origin);
}

it('TypeScript 7 compiles every example, as an ES module', async () => {
  cpSync(join(root, 'test/hosts/examples'), join(folder, 'examples'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    rootDir: 'examples',
    outDir: 'built',
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['examples'] }));
  expect(await run(node, [tsc, '-p', '.'], folder)).toBe('');
});

it("TypeScript 7 knows every host's options", async () => {
  const types = join(folder, 'types');
  cpSync(join(root, 'test/types/hosts.ts'), join(types, 'hosts.ts'));
  cpSync(join(root, 'test/types/exactly.ts'), join(types, 'exactly.ts'));
  const options = [
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--strict',
    '--skipLibCheck',
  ];
  expect(await run(node, [tsc, '--ignoreConfig', '--noEmit', ...options, 'types/hosts.ts'], folder)).toBe('');
});

it.each(['express', 'nest', 'fastify-session', 'fastify-secure-session', 'koa'])(
  'on Node 24, the example %s greets the person who has logged in, and nobody else',
  async (example) => {
    await expectGreeting(wechat, await start(example));
  },
);

it.each(['express-without-session', 'fastify-without-session', 'node-http'])(
  'on Node 24, the example %s gives a token, and leaves no cookie',
  async (example) => {
    await expectToken(wechat, await start(example));
  },
);
