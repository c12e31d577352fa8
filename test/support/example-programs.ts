import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { website } from './emulator.js';
import { compileFolder, startProgram, stop, untilPrinted } from '../hosts/processes.js';
import { freePort } from './ports.js';

/** Starts the guides' examples in processes of their own, for the tests of a file; each call returns an origin. */
export function examplePrograms(
  emulator: () => string,
): (example: string, env?: Record<string, string>) => Promise<string> {
  const programs: ChildProcess[] = [];
  const folder = compileFolder('../guides/examples', 'express');

  afterEach(async () => {
    await Promise.all(programs.splice(0).map(stop));
  });
  afterAll(() => {
    folder.remove();
  });

  return async (example, env = {}) => {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const program = startProgram(join(folder.path, `${example}.js`), {
      PORT: String(port),
      WECHAT_APP_ID: website.appid,
      WECHAT_APP_SECRET: website.secret,
      EMULATOR_URL: emulator(),
      ...env,
    });
    programs.push(program);
    await untilPrinted(program, `Open ${origin}`);
    return origin;
  };
}
