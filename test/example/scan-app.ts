import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DEFAULT_APPS } from 'wechat-login-emulator';
import { freePort } from '../support/ports.js';

const [, account] = DEFAULT_APPS;
const program = join(__dirname, '../../examples/scan-with-service-account/server.mjs');

/** Starts examples/scan-with-service-account as a process of its own, as people do. */
export async function startScanApp(
  emulator: string,
  settings: Record<string, string> = {},
): Promise<{ origin: string; stop(): Promise<void> }> {
  const port = await freePort();
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      EMULATOR_URL: emulator,
      WECHAT_OA_APP_ID: account.appid,
      WECHAT_OA_APP_SECRET: account.secret,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    origin: `http://localhost:${port}`,
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}
