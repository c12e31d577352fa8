import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { DEFAULT_APPS } from 'wechat-login-emulator';
import { parse } from 'yaml';
import { freePort } from '../support/ports.js';
import { query, qrParams } from '../support/emulator-client.js';

// The recipe of the container image, as far as it can be tested without a container.
const root = path.join(__dirname, '../..');
const dockerfile = readFileSync(path.join(root, 'emulator/Dockerfile'), 'utf8');
const lastStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM'));

/** The list of an instruction in its JSON form. */
function list(instruction: string): string[] {
  const found = new RegExp(`^${instruction} (\\[.*\\])`, 'm').exec(lastStage)?.[1];
  if (found === undefined) throw new Error(`no ${instruction}`);
  return JSON.parse(found) as string[];
}

test('the Dockerfile has no fault that a linter finds', () => {
  expect(validate(dockerfile)).toEqual([]);
});

test('the image is slim, and its last stage does not run as root', () => {
  expect(dockerfile.match(/^FROM .*/gm)).toEqual([
    'FROM node:24-slim AS build',
    'FROM node:24-slim AS dependencies',
    'FROM node:24-slim',
  ]);
  expect(lastStage).toMatch(/^USER node$/m);
  expect(lastStage).toMatch(/^EXPOSE 4810$/m);
});

test('what is copied into the build has neither dependencies nor results of this machine', () => {
  const ignored = readFileSync(path.join(root, 'emulator/Dockerfile.dockerignore'), 'utf8').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.git', '**/node_modules', '**/dist']));
});

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

test('its command starts, is healthy, makes URLs from what the client calls it, and stops on SIGTERM', async () => {
  expect(existsSync(path.join(root, 'emulator/dist/cli.js'))).toBe(true);
  const port = String(await freePort());
  const [node = '', script = ''] = list('ENTRYPOINT');
  const health = list(' +CMD').map((part) => part.replace('4810', port));
  const check = (): number | null =>
    spawnSync(process.execPath, health.slice(1), { env: {}, timeout: 60_000 }).status;
  expect([node, health[0]]).toEqual(['node', 'node']);
  expect(check()).toBe(1);

  child = spawn(process.execPath, [script, ...list('CMD'), '--port', port], { cwd: root });
  const ended = new Promise((resolve) => child?.on('exit', resolve));
  await new Promise((resolve) => child?.stdout?.once('data', resolve));
  expect(check()).toBe(0);
  const page = await fetch(`http://localhost:${port}/connect/qrconnect?${query(qrParams())}`);
  expect(await page.text()).toContain(`href="http://localhost:${port}/connect/confirm?uuid=`);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('the compose file beside the example builds this image and starts Redis, for this machine only', () => {
  const file = path.join(root, 'examples/express-app/compose.yaml');
  const { services } = parse(readFileSync(file, 'utf8')) as {
    services: Record<string, { build?: { context: string; dockerfile: string }; ports: string[] }>;
  };
  expect(Object.keys(services)).toEqual(['wechat', 'redis']);
  const { context = '', dockerfile: recipe = '' } = services['wechat']?.build ?? {};
  expect(existsSync(path.join(path.dirname(file), context, recipe))).toBe(true);
  for (const { ports } of Object.values(services)) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
  }
  expect(DEFAULT_APPS[0].domains).toContain('localhost:*');
});
