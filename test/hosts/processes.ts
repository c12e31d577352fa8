import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';

const cache = join(__dirname, '../../node_modules/.cache');

/**
 * Compiles the programs of a folder beside this file, for a Node process of its own: a host runs as people run it, on
 * the built package, and not inside jest.
 *
 * @param express which package is Express
 */
export function compileFolder(folder: string, express: string): { path: string; remove(): void } {
  mkdirSync(cache, { recursive: true });
  // Inside node_modules, so that the programs find the packages that they import.
  const path = mkdtempSync(join(cache, 'hosts-'));
  for (const file of readdirSync(join(__dirname, folder))) {
    const { code } = transformFileSync(join(__dirname, folder, file), {
      module: { type: 'commonjs' },
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true },
      },
    });
    writeFileSync(
      join(path, file.replace(/ts$/, 'js')),
      code.replace('require("express")', `require("${express}")`),
    );
  }
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/**
 * A program in a Node process of its own, with only these settings.
 *
 * @param stderr `'pipe'` for a test that reads what the program warns of
 */
export function startProgram(
  file: string,
  env: Record<string, string>,
  node: string = process.execPath,
  stderr: 'inherit' | 'pipe' = 'inherit',
): ChildProcess {
  return spawn(node, [file], {
    // Express prints the errors that reach it, unless it is under test.
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...env },
    stdio: ['ignore', 'pipe', stderr, 'ipc'],
  });
}

/** Waits until a program prints this. */
export async function untilPrinted(program: ChildProcess, text: string): Promise<void> {
  let output = '';
  const printed = new Promise<void>((resolve) => {
    program.stdout?.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      if (output.includes(text)) resolve();
    });
  });
  const ended = once(program, 'exit').then(([code]) => {
    throw new Error(`The program ended with ${code}: ${output}`);
  });
  await Promise.race([printed, ended]);
}

export async function stop(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, 'exit');
  program.kill('SIGKILL');
  await ended;
}
