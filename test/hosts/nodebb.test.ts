import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator, website } from '../support/emulator.js';
import { browser, logIn, type Browser } from '../support/login.js';
import { freePort } from '../support/ports.js';
import { startProgram, stop, untilPrinted } from './processes.js';

const { wechat, origin: emulator } = startEmulator();
// Inside node_modules, so that the programs find the packages that they import.
const cache = join(__dirname, '../../node_modules/.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'nodebb-'));
let program: ChildProcess;
let visitor: () => Browser;

beforeAll(async () => {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  cpSync(join(__dirname, 'nodebb'), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules/nconf'), { recursive: true });
  const nconf = `exports.get = (key) => ({ url: '${origin}' })[key];`;
  writeFileSync(join(folder, 'node_modules/nconf/index.js'), nconf);
  program = startProgram(join(folder, 'forum.js'), {
    PORT: String(port),
    WECHAT_APP_ID: website.appid,
    WECHAT_APP_SECRET: website.secret,
    EMULATOR_URL: emulator(),
  });
  await untilPrinted(program, 'Open');
  visitor = () => browser(origin);
});
afterAll(async () => {
  await stop(program);
  rmSync(folder, { recursive: true });
});

it('the plugin for NodeBB makes a user at the first login, and finds it at the next', async () => {
  const first = visitor();
  expect((await logIn(wechat, first)).headers['location']).toBe('/');
  const { body } = await first.get('/');
  expect(body.user).toEqual({ uid: 1, username: '阿梅', picture: expect.stringContaining('http') });
  const again = visitor();
  await logIn(wechat, again);
  expect((await again.get('/')).body).toEqual(body);
});

it('the plugin for NodeBB refuses a forged answer', async () => {
  const refused = await visitor().get('/auth/wechat/callback?code=forged&state=forged').expect(302);
  expect(refused.headers['location']).toMatch(/^\/\?register=/);
});
