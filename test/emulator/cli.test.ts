import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { DEFAULT_APPS } from 'wechat-login-emulator';
import { version } from '../../emulator/package.json';
import { freePort } from '../support/ports.js';
import { uuidIn } from '../support/qr-code.js';

const CLI = path.join(__dirname, '../../emulator/bin/wechat-login-emulator.js');
const BUILT = path.join(__dirname, '../../emulator/dist/cli.js');
const folder = mkdtempSync(path.join(tmpdir(), 'wechat-login-emulator-'));
const running = new Set<ChildProcess>();

// Each test starts processes, which takes its time on a busy machine.

beforeAll(() => {
  if (!existsSync(BUILT)) throw new Error('the command line is tested as built: run "npm run build" first');
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Run {
  child: ChildProcess;
  /** All that has been printed to both streams so far. */
  output: () => string;
  /** The first match of the pattern in what it prints. */
  prints: (pattern: RegExp) => Promise<string>;
  exit: Promise<number | null>;
}

function run(args: string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, NODE_ENV: 'test', LC_ALL: 'C', ...env },
  });
  running.add(child);
  let output = '';
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const prints = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(output);
        if (found) resolve(found[1] ?? found[0]);
      };
      for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
      void exit.then(() => {
        reject(new Error(`it ended without printing ${String(pattern)}:\n${output}`));
      });
      look();
    });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return { child, output: () => output, prints, exit };
}

function configFile(value: unknown): string {
  const file = path.join(folder, 'wechat.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

function qrPage(origin: string, appid = ''): string {
  return `${origin}/connect/qrconnect?appid=${appid}&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb&scope=snsapi_login&state=s`;
}

const ORIGIN = /Open {3}(https?:\/\/\S+)/;

test('starts with built-in apps and users, prints them, and stops on SIGINT while a poll is held', async () => {
  const cli = run(['--port', '0']);
  const origin = await cli.prints(ORIGIN);
  await cli.prints(/Stop with Ctrl\+C/);
  const appid = /wx[0-9a-f]{16}/.exec(cli.output())?.[0] ?? '';
  const uuid = uuidIn(await (await fetch(qrPage(origin, appid))).text());
  // Answered or cut off, as it happens.
  const held = fetch(`${origin}/connect/l/qrconnect?uuid=${uuid}`).catch(() => undefined);
  // Another request answered after it shows that the held one has arrived.
  await fetch(origin);

  cli.child.kill('SIGINT');

  expect(await cli.exit).toBe(0);
  await held;
});

test('says so when the port is in use', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;

  const cli = run(['--port', String(port)]);

  expect(await cli.exit).toBe(1);
  expect(cli.output()).toBe(
    `error: port ${port} is in use. Stop the program that uses it, or choose another port with --port, and tell your app (EMULATOR_URL).\n`,
  );
  other.close();
});

test.each([
  ['--port', 'many'],
  ['--port', '65536'],
  ['--nonsense', ''],
  ['surplus', ''],
])('refuses %s %s', async (...args) => {
  const cli = run(args.filter(Boolean));
  expect(await cli.exit).toBe(1);
  expect(cli.output()).toMatch(/^error: /);
});

test('has help and a version', async () => {
  const help = run(['--help']);
  const shown = run(['--version']);
  expect(await help.exit).toBe(0);
  for (const flag of ['--port', '--host', '--config', '--tls', '--ca-file'])
    expect(help.output()).toContain(flag);
  expect(await shown.exit).toBe(0);
  expect(shown.output()).toBe(`${version}\n`);
});

describe('where the language of the environment is Chinese', () => {
  test.each([{ LC_ALL: 'zh_CN.UTF-8' }, { LC_ALL: '', LC_MESSAGES: '', LANG: 'zh_TW.UTF-8' }])(
    'starts and stops in Chinese: %o',
    async (env) => {
      const cli = run(['--port', '0'], env);
      expect(await cli.prints(/打开 {2}(\S+)/)).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      await cli.prints(/按 Ctrl\+C 停止/);
      cli.child.kill('SIGINT');
      await cli.exit;
      expect(cli.output()).toContain('已停止');
    },
  );

  test('explains its options and what went wrong in Chinese', async () => {
    const env = { LC_ALL: 'zh_CN.UTF-8' };
    const help = run(['--help'], env);
    const failed = run(['--port', '0', '--host', '192.0.2.1'], env);
    await help.exit;
    expect(help.output()).toMatch(/模拟微信登录[^]*监听的端口[^]*显示帮助[^]*示例：/);
    expect(await failed.exit).toBe(1);
    expect(failed.output()).toBe('error: 192.0.2.1 不是本机的地址。请用 --host 换一个。\n');
  });
});

test('takes apps and users from a file, and prints no secret of theirs', async () => {
  const secret = '0123456789abcdef0123456789abcdef';
  const apps = [
    { appid: 'wxaaaaaaaaaaaaaaaa', secret, platform: 'website', name: 'My shop', domains: ['localhost:*'] },
  ];
  const users = [{ name: 'mei', nickname: 'Mei', unionKey: 'mei' }];
  const cli = run(['--port', '0', '--config', configFile({ apps, users })]);
  const origin = await cli.prints(ORIGIN);
  await cli.prints(/Stop with/);

  expect(cli.output()).toContain('wxaaaaaaaaaaaaaaaa  (as configured)  website   My shop');
  const page = await (await fetch(origin)).text();
  expect(page).toContain('My shop');
  expect(cli.output() + page).not.toContain(secret);
});

test('a wrong file is explained, and nothing starts', async () => {
  const cli = run(['--config', configFile({ apps: [{ appid: 'wx 1' }], denials: 'stay' })]);
  expect(await cli.exit).toBe(1);
  expect(cli.output()).toMatch(
    /^error: .*wechat\.json is not a valid configuration:\n(.*\n)* {2}apps\[0\]\.appid: must be/,
  );
  expect(cli.output()).toContain('unknown option denials');
});

test('two apps of one appid are refused without a stack', async () => {
  const app = { appid: 'wxaaaaaaaaaaaaaaaa', secret: 'a'.repeat(32), platform: 'website', name: 'Shop' };
  const cli = run(['--port', '0', '--config', configFile({ apps: [app, app] })]);
  expect(await cli.exit).toBe(1);
  expect(cli.output()).toMatch(
    /^error: .*wechat\.json is not a valid configuration:\n {2}apps\[1\]\.appid: wxaaaaaaaaaaaaaaaa is that of apps\[0\] too\n$/,
  );
});

test('the command line warns when NODE_ENV is production', async () => {
  const cli = run(['--port', '0'], { NODE_ENV: 'production' });
  expect(await cli.prints(/no place in production/)).toBeTruthy();
});

test('on every address, says where a phone finds it, and its QR codes lead there', async () => {
  const port = await freePort();
  const config = configFile({ publicOrigin: 'http://192.0.2.7:4810' });
  const cli = run(['--port', String(port), '--host', '0.0.0.0', '--config', config]);

  const origin = await cli.prints(ORIGIN);
  expect(origin).toBe(`http://127.0.0.1:${port}`);
  expect(await cli.prints(/Phone {2}(\S+)/)).toBe('http://192.0.2.7:4810');
  expect(await (await fetch(qrPage(origin, DEFAULT_APPS[0]?.appid))).text()).toContain(
    'href="http://192.0.2.7:4810/connect/confirm?uuid=',
  );
});

test('--tls serves https', async () => {
  const cli = run(['--port', '0', '--tls']);
  const origin = await cli.prints(ORIGIN);
  expect(origin).toMatch(/^https:/);
  expect(await get(`${origin}/sns/auth`, { rejectUnauthorized: false })).toContain('errcode');
});

test('--tls --ca-file: another process trusts the root, also after a restart', async () => {
  const file = path.join(folder, 'ca.pem');
  for (let start = 0; start < 2; start += 1) {
    const cli = run(['--port', '0', '--tls', '--ca-file', file]);
    const origin = await cli.prints(ORIGIN);
    expect(await cli.prints(/Trust {2}(\S+)/)).toBe(file);
    const script = `fetch('${origin}/sns/auth').then((response) => response.text()).then(console.log)`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: file };
    const client = await promisify(execFile)(process.execPath, ['--eval', script], { env });
    expect(client.stdout).toContain('errcode');
    cli.child.kill('SIGINT');
    await cli.exit;
  }
});

test('--ca-file without --tls is refused', async () => {
  const cli = run(['--port', '0', '--ca-file', path.join(folder, 'unused.pem')]);
  expect(await cli.exit).toBe(1);
  expect(cli.output()).toBe('error: --ca-file goes with --tls.\n');
});

function get(url: string, options: https.RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    https
      .get(url, { ...options, agent: false }, (reply) => {
        let body = '';
        reply.setEncoding('utf8').on('data', (text: string) => (body += text));
        reply.on('end', () => {
          resolve(body);
        });
      })
      .on('error', reject);
  });
}
