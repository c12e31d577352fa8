import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { expectGreeting } from '../hosts/logins.js';
import { startProgram, stop, untilPrinted } from '../hosts/processes.js';
import { beginLogin, browser, type Browser } from '../support/login.js';
import { freePort } from '../support/ports.js';
import { consumer, install, PACKAGES, temporaryFolder, tools } from './published.js';

const folder = temporaryFolder();
const wechat = createEmulator();
const [website] = DEFAULT_APPS;
const programs: ChildProcess[] = [];
let emulator: string;

beforeAll(async () => {
  ({ origin: emulator } = await wechat.listen());
  // egg-passport brings Passport.
  const { passport: _, ...packages } = PACKAGES;
  consumer(folder, { ...packages, ...tools('egg', 'egg-passport') });
  await install(folder);
  const baseDir = join(folder, 'egg');
  writeFileSync(join(baseDir, 'package.json'), JSON.stringify({ name: 'app' }));
  // As `egg-scripts start` does, in one process.
  writeFileSync(
    join(folder, 'start-egg.js'),
    `process.chdir(__dirname);
    require('egg').start({ baseDir: ${JSON.stringify(baseDir)}, mode: 'single' }).then((app) => {
      require('node:http').createServer(app.callback()).listen(process.env.PORT, () => console.log('Open'));
    });`,
  );
});
afterAll(async () => {
  await Promise.all(programs.map(stop));
  await wechat.close();
});

/** Starts the app, and returns a maker of visitors to it. */
async function start(env: Record<string, string> = {}): Promise<() => Browser> {
  const port = await freePort();
  const program = startProgram(join(folder, 'start-egg.js'), {
    PORT: String(port),
    HOME: folder,
    SESSION_KEYS: 'x'.repeat(32),
    WECHAT_APP_ID: website.appid,
    WECHAT_APP_SECRET: website.secret,
    EMULATOR_URL: emulator,
    ...env,
  });
  programs.push(program);
  await untilPrinted(program, 'Open');
  return () => browser(`http://localhost:${port}`);
}

const FORWARDED = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'localhost:8443' };

async function callbackBehindProxy(visitor: Browser): Promise<string | null> {
  const login = await beginLogin(visitor, '/auth/wechat', FORWARDED);
  return login.searchParams.get('redirect_uri');
}

it('egg greets the person who has logged in, and nobody else, and believes no proxy', async () => {
  const visitor = await start();
  await expectGreeting(wechat, visitor);
  const refused = await visitor().get('/auth/wechat/callback?code=forged&state=forged');
  expect([refused.status, refused.headers['location']]).toEqual([302, '/?login=failed']);
  expect(await callbackBehindProxy(visitor())).toMatch(/^http:\/\/localhost:\d+\/auth\/wechat\/callback$/);
});

it('egg resolves a relative callback address behind a proxy that its configuration trusts', async () => {
  const visitor = await start({ BEHIND_PROXY: '1' });
  expect(await callbackBehindProxy(visitor())).toBe('https://localhost:8443/auth/wechat/callback');
});
