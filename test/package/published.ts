import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Published } from './pack.js';

export const root = join(__dirname, '../..');

/** The packages as npm publishes them. */
export const { strategy, emulator, doctor } = JSON.parse(process.env['PUBLISHED'] ?? '') as Published;

/** Runs a program; its output is in the error, too. Beside the environment's own variables, it is given these. */
export async function run(
  program: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, env: { ...outside(), ...env } });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${basename(program)} ${args.join(' ')}: ${stdout}${stderr}`, { cause: error });
  }
}

/** The environment without what jest and npm put there for themselves: a program outside must not see it. */
export function outside(): NodeJS.ProcessEnv {
  const { NODE_ENV: _jest, npm_config_engine_strict: _here, ...env } = process.env;
  return env;
}

/** A folder for the tests of a file, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'published-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

function read(file: string): Manifest {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;
}

const { dependencies, devDependencies } = read('package.json');

/** The tarballs, and what an app of Passport's names beside them. */
export const PACKAGES = {
  passport: devDependencies['passport'],
  'passport-wechat-oauth2': `file:${strategy.file}`,
  'wechat-login-emulator': `file:${emulator.file}`,
};

/** Types for a program in TypeScript. */
export const TYPES = {
  '@types/passport': dependencies['@types/passport'],
  '@types/node': devDependencies['@types/node'],
};

/** These packages at their versions in tools/package.json. */
export function tools(...names: string[]): Record<string, string | undefined> {
  const { dependencies } = read('test/package/tools/package.json');
  return Object.fromEntries(names.map((name) => [name, dependencies[name]]));
}

/** Makes a folder an app that has these dependencies, with the programs that the tests start. */
export function consumer(folder: string, dependencies: Record<string, string | undefined>): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  cpSync(join(__dirname, 'consumers'), folder, { recursive: true });
}

/** Installs what a consumer depends on. */
export async function install(folder: string, ...options: string[]): Promise<void> {
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...options], folder);
}
