/* eslint jest/no-export: off, jest/expect-expect: off, jest/valid-title: off, jest/valid-describe-callback: off, jest/no-disabled-tests: off -- makes describe blocks, and holds no tests itself */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { freePort } from '../support/ports.js';

const HOW =
  'no redis-server was found. Install one (Debian: apt install redis-server), or name it with REDIS_SERVER_PATH';

const path = [
  process.env['REDIS_SERVER_PATH'] ?? '',
  '/usr/bin/redis-server',
  '/usr/local/bin/redis-server',
  '/opt/homebrew/bin/redis-server',
].find(existsSync);

/** A `describe` that needs Redis: skipped, with a reason, where there is none; a failure there under `CI=true`. */
export function describeRedis(name: string, tests: () => void): void {
  if (path !== undefined) {
    describe(name, tests);
  } else if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(HOW);
    });
  } else {
    console.warn(`Skipped "${name}": ${HOW}.`);
    describe.skip(name, tests);
  }
}

/** A Redis of one's own, that can go away and come back on the same port. */
export interface Redis {
  url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Still there, but answers nothing. */
  freeze(): void;
  thaw(): void;
}

export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  let server: ChildProcess;

  async function start(): Promise<void> {
    const started = spawn(path ?? '', ['--port', String(port), '--save', '', '--appendonly', 'no']);
    server = started;
    await new Promise<void>((resolve) => {
      let output = '';
      started.stdout.on('data', (text: Buffer) => {
        output += text.toString();
        if (output.includes('Ready to accept connections')) resolve();
      });
    });
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
  };
}
