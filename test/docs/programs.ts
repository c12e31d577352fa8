import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { startProgram, stop, untilPrinted } from '../hosts/processes.js';
import { freePort } from '../support/ports.js';
import { root } from './pages.js';

/**
 * Starts programs of docs/examples as processes of their own, on the built packages, for a file of tests. Each prints
 * where it listens.
 *
 * @returns what starts one, and resolves to its origin; with `onWarning`, what it prints to stderr goes there
 */
export function examplePrograms(): (
  file: string,
  env: Record<string, string>,
  onWarning?: (text: string) => void,
) => Promise<string> {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  // Inside node_modules, so that the programs find the packages that they import.
  const folder = mkdtempSync(join(cache, 'guides-'));
  const programs: ChildProcess[] = [];

  afterEach(async () => {
    await Promise.all(programs.splice(0).map(stop));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  return async (file, env, onWarning) => {
    const source = join(root, 'docs/examples', file);
    let program = source;
    if (file.endsWith('.ts')) {
      const { code } = transformFileSync(source, {
        module: { type: 'es6' },
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      });
      program = join(folder, file.replace('.ts', '.mjs'));
      writeFileSync(program, code);
    }
    const port = await freePort();
    const started = startProgram(
      program,
      { PORT: String(port), ...env },
      process.execPath,
      onWarning ? 'pipe' : 'inherit',
    );
    if (onWarning) started.stderr?.setEncoding('utf8').on('data', onWarning);
    programs.push(started);
    await untilPrinted(started, `Open http://localhost:${port}`);
    return `http://localhost:${port}`;
  };
}
