import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Each of these tests starts a process, which takes its time on a busy machine.

const server = join(__dirname, '../../examples/express-app/dist/server.js');

/** The built example as a process of its own, as people start it. */
export interface RunningApp {
  /** Where the process listens. */
  origin: string;
  /** Where its emulator is. */
  emulator: string;
  process: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** Waits until a text is printed, which may come after the page that it is about, and returns all since then. */
  printed(text: string, since?: number): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the example on a free port, with a database of its own and no settings but these. */
export async function startExample(env: Record<string, string> = {}): Promise<RunningApp> {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  const child = spawn(process.execPath, [server], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', DATABASE: join(folder, 'people.sqlite'), ...env },
  });
  let output = '';
  const ended = once(child, 'exit');
  const started = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/^open http/m.test(output)) resolve();
      });
    }
  });
  void ended.then(() => {
    rmSync(folder, { recursive: true });
  });
  await Promise.race([
    started,
    ended.then(() => {
      throw new Error(output);
    }),
  ]);

  return {
    origin: `http://localhost:${/^open .*?(\d+)\)?$/m.exec(output)?.[1] ?? ''}`,
    emulator: /emulator at (\S+)/.exec(output)?.[1] ?? '',
    process: child,
    output: () => output,
    printed: async (text, since = 0) => {
      while (!output.includes(text, since)) await once(child.stderr, 'data');
      return output.slice(since);
    },
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
