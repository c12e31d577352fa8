import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createEmulator, DEFAULT_APPS, selfSignedCertificate } from 'wechat-login-emulator';
import type { Finding } from 'wechat-login-doctor';
import { freePort } from '../support/ports.js';

const REDIRECT = path.join(__dirname, '../foreign-clients/redirect.cjs');
const APPS = path.join(__dirname, 'apps.mjs');
const CLI = path.join(__dirname, '../../doctor/bin/wechat-login-doctor.js');

/**
 * Runs the doctor's command line on one of apps.mjs, where WeChat's hosts lead to an emulator of its own. An app that
 * ends is started again, as a process manager does.
 */
export async function examineApp(name: string, args: string[]): Promise<Finding[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'doctor-'));
  const certificate = path.join(folder, 'emulator.pem');
  const wechat = createEmulator();
  const tls = await selfSignedCertificate();
  const { origin } = await wechat.listen({ tls });
  writeFileSync(certificate, tls.cert);
  const env = { ...process.env, NODE_ENV: 'production', NODE_EXTRA_CA_CERTS: certificate };
  const port = await freePort();
  let app: ChildProcess | undefined;
  let isOver = false;
  const start = (): ChildProcess => {
    app = fork(APPS, [name], {
      silent: true,
      execArgv: ['--require', REDIRECT],
      env: {
        ...env,
        PORT: String(port),
        EMULATOR_PORT: new URL(origin).port,
        APPS: JSON.stringify(DEFAULT_APPS),
      },
    });
    app.on('exit', () => {
      if (!isOver) start();
    });
    return app;
  };
  try {
    const [appOrigin] = (await once(start(), 'message')) as [string];
    const command = [CLI, `${appOrigin}/login`, '--json', '--emulator', origin, '--who', `${appOrigin}/who`];
    const { stdout } = await promisify(execFile)(process.execPath, [...command, ...args], {
      env,
      maxBuffer: 10_000_000,
    }).catch((error: { stdout?: string; code?: unknown }) => {
      // 1: it found faults.
      if (error.code === 1 && error.stdout !== undefined) return { stdout: error.stdout };
      throw error;
    });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Finding);
  } finally {
    isOver = true;
    app?.disconnect();
    await wechat.close();
    rmSync(folder, { recursive: true });
  }
}
