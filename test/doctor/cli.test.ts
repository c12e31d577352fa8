import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { selfSignedCertificate } from 'wechat-login-emulator';
import type { Finding } from 'wechat-login-doctor';
import { version } from '../../doctor/package.json';
import { refusingOrigin } from '../support/ports.js';
import { authorizationUrl, redirect, startSite, type Site } from '../support/doctor-runs.js';

const CLI = path.join(__dirname, '../../doctor/bin/wechat-login-doctor.js');

beforeAll(() => {
  if (!existsSync(path.join(__dirname, '../../doctor/dist/cli.js'))) {
    throw new Error('the command line is tested as built: run "npm run build" first');
  }
});

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, LANG: 'C', LC_ALL: '', ...env },
  });
  const run: Run = { status: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.stderr += text));
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ ...run, status }));
  });
}

const QUICK = ['--no-network', '--desktop', '--patience', '1'];
let site: Site;
/** What stands in for WeChat: it shows a QR code, and has no controls. */
let wechat: Site;

beforeAll(async () => {
  wechat = await startSite((req, res) => {
    if (req.path === '/missing') return void res.writeHead(404).end('not found');
    if (/^\/40[13]$/.test(req.path)) return void res.writeHead(Number(req.path.slice(1))).end('log in');
    res.writeHead(200, { 'Content-Type': 'text/html' }).end('<img src="/connect/qrcode/051VEUQI1sMs0w3D">');
  });
  site = await startSite((req, res) => {
    if (req.path === '/silent') return;
    if (req.path === '/callback') return void res.writeHead(401).end(`<p>no ${req.query.get('state') === null ? 'state' : ''}</p>`); // prettier-ignore
    const url = authorizationUrl(`${site.origin}/callback`, ({ searchParams }) => {
      if (req.path === '/faulty') searchParams.delete('state');
    });
    redirect(res, url, ['login=x; Path=/; HttpOnly; SameSite=Lax']);
  });
});
afterAll(() => Promise.all([site.close(), wechat.close()]));

it('prints one finding a line as JSON, with the fields that are promised, and the plan apart from it', async () => {
  const { status, stdout, stderr } = await run([
    `${site.origin}/faulty`,
    '--json',
    '--emulator',
    wechat.origin,
    ...QUICK,
  ]);
  const findings = stdout.trim().split('\n').map((line) => JSON.parse(line) as Finding); // prettier-ignore
  for (const finding of findings) {
    expect(Object.keys(finding)).toEqual([
      'id',
      'level',
      'message',
      'seen',
      'why',
      'cure',
      'confidence',
      'source',
    ]);
    expect(['ok', 'warning', 'fault', 'unknown']).toContain(finding.level);
    expect(['document', 'users', 'code']).toContain(finding.confidence);
    expect(finding.source).toMatch(/^https:\/\//);
    if (finding.level !== 'ok') expect([finding.why, finding.cure]).not.toContain('');
  }
  expect(findings.map(({ id }) => id)).toContain('state.missing');
  expect(status).toBe(1);
  expect(stderr).toMatch(/The doctor will:\n {2}- begin 2 logins at http/);
});

it('exits with 0 if there is no fault', async () => {
  const { status, stdout } = await run([`${site.origin}/login`, '--emulator', wechat.origin, ...QUICK]);
  expect(stdout).toContain('Findings: 0 faults, ');
  expect(status).toBe(0);
});

it.each([
  ['the app does not answer', async () => [`${await refusingOrigin()}/login`]],
  ['the URL is none', async () => ['shop.example.com']],
  ['an option is none', async () => ['https://shop.example.com', '--colour']],
  ['--patience is no number', async () => ['https://shop.example.com', '--patience', 'long']],
  ['there is no URL', async () => []],
])('exits with 2 if %s', async (_reason, args) => {
  const { status, stderr } = await run([...(await args()), '--no-network']);
  expect(status).toBe(2);
  expect(stderr).not.toContain('    at ');
});

it.each([
  ['en', '--who answered 404: it must be a page that shows the nickname'],
  ['zh', '--who 返回了 404：它必须是显示昵称的页面'],
])(
  'exits with 2 if --who is no page of the app, and blames no login for it, in %s',
  async (lang, message) => {
    const who = ['--who', `${wechat.origin}/missing`, '--lang', lang];
    const { status, stdout } = await run([
      `${site.origin}/faulty`,
      '--emulator',
      wechat.origin,
      ...who,
      ...QUICK,
    ]);
    expect(stdout).toContain(message);
    expect(stdout).not.toContain('state.missing');
    expect(status).toBe(2);
  },
);

it.each([401, 403])('takes %d of --who for a page that shows only users', async (answer) => {
  const who = ['--who', `${wechat.origin}/${answer}`];
  const { status } = await run([`${site.origin}/login`, '--emulator', wechat.origin, ...who, ...QUICK]);
  expect(status).toBe(0);
});

it('speaks Chinese if told so, or in a Chinese environment', async () => {
  const told = await run([`${site.origin}/faulty`, '--lang', 'zh', '--emulator', wechat.origin, ...QUICK]);
  expect(told.stdout).toContain('缺少 state。');
  expect(told.stdout).toMatch(/检查结果：1 错误，/);
  expect(told.stderr).toContain('本工具将：\n');
  const { stdout } = await run([`${site.origin}/faulty`, '--emulator', wechat.origin, ...QUICK], {
    LANG: 'zh_CN.UTF-8',
  });
  expect(stdout).toContain('缺少 state。');
});

it('colours only what a person reads on a terminal, and obeys NO_COLOR', async () => {
  const args = [`${site.origin}/faulty`, '--emulator', wechat.origin, ...QUICK];
  const escape = '\u001b[';
  expect((await run(args, { FORCE_COLOR: '1', NO_COLOR: undefined })).stdout).toContain(escape);
  expect((await run(args, { NO_COLOR: '1', FORCE_COLOR: undefined })).stdout).not.toContain(escape);
  expect((await run([...args, '--json'], { FORCE_COLOR: '1' })).stdout).not.toContain(escape);
});

it('says what it waits for when that takes long', async () => {
  const { stderr } = await run([`${site.origin}/silent`, '--no-network', '--patience', '11']);
  expect(stderr).toMatch(/… 127\.0\.0\.1:\d+\/silent \(10 s\)/);
});

describe('over https', () => {
  let secure: https.Server;
  let url = '';
  const folder = mkdtempSync(path.join(tmpdir(), 'doctor-'));
  const certificate = path.join(folder, 'ca.pem');

  beforeAll(async () => {
    const tls = await selfSignedCertificate();
    writeFileSync(certificate, tls.cert);
    secure = https.createServer(tls, (_req, res) => {
      redirect(res, authorizationUrl(url), ['login=x; Path=/; HttpOnly; SameSite=Lax']);
    });
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/login`;
  });
  afterAll(() => {
    secure.closeAllConnections();
    secure.close();
    rmSync(folder, { recursive: true });
  });

  it('finds a cookie without Secure', async () => {
    const env = { NODE_EXTRA_CA_CERTS: certificate };
    const { stdout } = await run([url, '--json', '--emulator', wechat.origin, ...QUICK], env);
    expect(stdout).toContain('"id":"cookies.secure","level":"warning"');
  });

  it('says of a certificate that is not trusted what to do', async () => {
    const { status, stdout } = await run([url, ...QUICK]);
    expect(stdout).toMatch(/tls \(.*CERT.*\)[^]*NODE_EXTRA_CA_CERTS/);
    expect(status).toBe(2);
  });
});

it('has help and a version', async () => {
  expect((await run(['--help'])).stdout).toContain('Exit status:');
  expect((await run(['--version'])).stdout.trim()).toBe(version);
});
