import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createEmulator, selfSignedCertificate, type Emulator } from 'wechat-login-emulator';
import { account, miniProgram, website } from '../support/emulator.js';

interface Page {
  status: number;
  location: string | undefined;
  body: string;
}

export interface ForeignApps {
  wechat: Emulator;
  /** The address of an app's page. */
  url: (page: string) => string;
  /** What a browser gets of an address at one of WeChat's hosts. */
  visit: (url: string, options?: { userAgent?: string; form?: Record<string, string> }) => Promise<Page>;
  /** Runs a script where WeChat's hosts lead to the emulator too, but its certificate is not trusted. */
  distrust: (script: string) => Promise<unknown>;
}

const REDIRECT = path.join(__dirname, 'redirect.cjs');

/** An emulator with TLS, and apps of foreign clients in a process where WeChat's own hosts lead to it. */
export function startForeignApps(): ForeignApps {
  const wechat = createEmulator();
  const folder = mkdtempSync(path.join(tmpdir(), 'foreign-clients-'));
  let apps: ChildProcess;
  let origin = '';
  let port = '';
  let ca = '';

  beforeAll(async () => {
    const tls = await selfSignedCertificate();
    ca = tls.ca;
    ({ port } = new URL((await wechat.listen({ tls })).origin));
    const file = path.join(folder, 'emulator.pem');
    writeFileSync(file, ca);
    apps = fork(path.join(__dirname, 'apps.mjs'), {
      execArgv: ['--require', REDIRECT],
      env: {
        ...{ ...process.env, EMULATOR_PORT: port, NODE_EXTRA_CA_CERTS: file },
        APPS: JSON.stringify([website, account, miniProgram]),
      },
    });
    [origin] = (await once(apps, 'message')) as [string];
  });
  beforeEach(() => {
    wechat.reset();
  });
  afterAll(async () => {
    apps.disconnect();
    await once(apps, 'exit');
    await wechat.close();
    rmSync(folder, { recursive: true });
  });

  const visit: ForeignApps['visit'] = async (url, { userAgent, form } = {}) => {
    const { hostname, host, pathname, search } = new URL(url);
    const request = https.request({
      host: '127.0.0.1',
      port,
      servername: hostname,
      ca,
      path: pathname + search,
      method: form ? 'POST' : 'GET',
      headers: {
        Host: host,
        ...(userAgent !== undefined && { 'User-Agent': userAgent }),
        ...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }),
      },
    });
    request.end(form && new URLSearchParams(form).toString());
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const { statusCode = 0, headers } = response;
    return { status: statusCode, location: headers.location, body: await text(response) };
  };
  const distrust = (script: string): Promise<unknown> =>
    promisify(execFile)(process.execPath, ['--require', REDIRECT, '--eval', script], {
      env: { ...process.env, EMULATOR_PORT: port, NODE_EXTRA_CA_CERTS: '' },
    });
  return { wechat, url: (page) => origin + page, visit, distrust };
}

/** What clients sent: method, host, path, and the parameters in their order, of `lang` the value too. */
export function sent({ requests }: Emulator): string[] {
  return requests.map(({ method, path: address, query, headers }) =>
    [method, `${headers['host'] ?? ''}${address}`, ...names(query)].join(' '),
  );
}

const names = (query: Record<string, string>): string[] =>
  Object.entries(query).map(([name, value]) => (name === 'lang' ? `lang=${value}` : name));
