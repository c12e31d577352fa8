import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import { selfSignedCertificate } from 'wechat-login-emulator';
import { appWith, profileAsUser } from '../support/express-app.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { freePort } from '../support/ports.js';
import { root } from './pages.js';

// The server blocks of docs/deploy.md, in the real nginx.
const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'].find(existsSync);
const { origin } = startEmulator();
const HOST = 'www.example.com';
const PROOF = '0123456789abcdef';

let folder = '';
let nginx: ChildProcess | undefined;
let server: Server | undefined;
let port = 0;

/** Replaces what belongs to the machine that nginx runs on; each of it must be there. */
function adapted(conf: string, changes: Record<string, string>): string {
  for (const [from, to] of Object.entries(changes)) {
    expect(conf).toContain(from);
    conf = conf.replaceAll(from, to);
  }
  return conf;
}

/** Starts nginx with a server block of the guide, before an app whose `callbackURL` is this. */
async function open(file: string, callbackURL: string): Promise<{ plainPort: number }> {
  const strategy = new WeChatStrategy({ ...websiteOptions(origin()), callbackURL }, profileAsUser);
  const { app } = appWith(strategy);
  app.set('trust proxy', 'loopback');
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');

  folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  chmodSync(folder, 0o755); // for nginx's workers, which are another user when it is started by root
  for (const site of ['wechat', 'spa', 'tls']) mkdirSync(join(folder, site));
  writeFileSync(join(folder, 'wechat', `MP_verify_${PROOF}.txt`), PROOF);
  writeFileSync(join(folder, 'spa/index.html'), 'the SPA');
  const { cert, key } = await selfSignedCertificate(HOST);
  writeFileSync(join(folder, `tls/${HOST}.pem`), cert);
  writeFileSync(join(folder, `tls/${HOST}.key`), key);

  port = await freePort();
  const plainPort = await freePort();
  const conf = readFileSync(join(root, 'docs/examples/deploy', file), 'utf8');
  const block = adapted(conf, {
    'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
    '/etc/nginx/tls': join(folder, 'tls'),
    'root /var/www/': `root ${folder}/`,
    'http://127.0.0.1:3000': `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...(conf.includes('listen 80;') && { 'listen 80;': `listen 127.0.0.1:${plainPort};` }),
  });
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log stderr error; events {}
     http {
       access_log off;
       ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
       ${block}
     }`,
  );
  nginx = spawn(NGINX ?? '', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: 'inherit',
  });
  await untilListening();
  return { plainPort };
}

async function untilListening(): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
    if (nginx?.exitCode != null) throw new Error(`nginx ended with ${nginx.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What a browser that asks for a path of the site gets. */
async function get(path: string): Promise<{ status: number; location: URL; cookie: string; text: string }> {
  const request = httpsRequest({
    host: '127.0.0.1',
    port,
    path,
    servername: HOST,
    headers: { Host: HOST },
    rejectUnauthorized: false,
  }).end();
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return {
    status: response.statusCode ?? 0,
    location: new URL(response.headers.location ?? 'none:'),
    cookie: String(response.headers['set-cookie']),
    text,
  };
}

const HOW = 'no nginx was found. Install one (Debian: apt install nginx)';
if (NGINX === undefined && process.env['CI'] === 'true') throw new Error(HOW);
if (NGINX === undefined) console.warn(`Skipped "nginx": ${HOW}.`);

(NGINX === undefined ? describe.skip : describe)('nginx', () => {
  afterEach(async () => {
    if (nginx) {
      const ended = once(nginx, 'exit');
      nginx.kill('SIGQUIT');
      await ended;
    }
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('before an app at the root: the callback is the URL that the visitor sees', async () => {
    await open('nginx.conf', '/auth/wechat/callback');
    const { location } = await get('/auth/wechat');
    expect(location.searchParams.get('redirect_uri')).toBe(`https://${HOST}/auth/wechat/callback`);
    expect((await get('/auth/wechat/callback?code=x&state=y')).status).toBe(403);
  });

  it('serves the file that WeChat asks for, as it is', async () => {
    await open('nginx.conf', '/auth/wechat/callback');
    expect(await get(`/MP_verify_${PROOF}.txt`)).toMatchObject({ status: 200, text: PROOF });
  });

  it('sends http to https', async () => {
    const { plainPort } = await open('nginx.conf', '/auth/wechat/callback');
    const response = await fetch(`http://127.0.0.1:${plainPort}/a?b=c`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([301, 'https://127.0.0.1/a?b=c']);
  });

  it('before an app under a prefix that is taken off: a callback with the prefix comes back', async () => {
    await open('nginx-prefix.conf', '/api/auth/wechat/callback');
    const { location } = await get('/api/auth/wechat');
    const callback = new URL(location.searchParams.get('redirect_uri') ?? '');
    expect(callback.href).toBe(`https://${HOST}/api/auth/wechat/callback`);
    expect((await get(`${callback.pathname}?code=x&state=y`)).status).toBe(403);
  });

  it('…and one without it, or beside the login, ends at the SPA', async () => {
    for (const callbackURL of ['/auth/wechat/callback', 'wechat/callback']) {
      await open('nginx-prefix.conf', callbackURL);
      const { location } = await get('/api/auth/wechat');
      const callback = new URL(location.searchParams.get('redirect_uri') ?? '');
      expect((await get(callback.pathname)).text).toBe('the SPA');
      nginx?.kill('SIGQUIT');
      if (nginx) await once(nginx, 'exit');
      nginx = undefined;
      server?.close();
    }
  });

  it('keeps the SPA from answering for the file that WeChat asks for', async () => {
    await open('nginx-prefix.conf', '/api/auth/wechat/callback');
    expect((await get('/some/route')).text).toBe('the SPA');
    expect((await get(`/MP_verify_${PROOF}.txt`)).text).toBe(PROOF);
  });
});
