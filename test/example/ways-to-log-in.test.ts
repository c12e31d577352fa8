import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { createEmulator, DEFAULT_APPS, type Emulator, type EmulatorApp } from 'wechat-login-emulator';
import { local, type Browser } from '../support/login.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { startExample, type RunningApp } from './running-app.js';
import { logIn, visitor } from './visitor.js';

const run = promisify(execFile);
const clients = join(__dirname, '../../examples/express-app/clients');

const [website, officialAccount, mobileApp, miniProgram] = DEFAULT_APPS;

let wechat: Emulator;
let emulator: string;
let app: RunningApp;

async function start(apps?: EmulatorApp[]): Promise<void> {
  wechat = createEmulator({ ...(apps && { apps }) });
  emulator = (await wechat.listen()).origin;
  app = await startExample({ EMULATOR_URL: emulator });
}

afterEach(async () => {
  await wechat.close();
  await app.stop();
});

async function logInInsideWeChat(phone: Browser, user: string): Promise<void> {
  const start = await phone.get('/auth/wechat').expect(302);
  const { url } = wechat.phone.open(start.get('Location') ?? '', { user });
  await phone.get(local(url ?? '')).expect(302);
}

/** The AppIDs on the account page. */
async function appsOf(browser: Browser): Promise<string[]> {
  const { text } = await browser.get('/account').expect(200);
  return [...text.matchAll(/<code>(wx\d+)<\/code>/g)].map((match) => match[1] ?? '');
}

describe('one person, four ways to log in', () => {
  it('is one row, however they come in', async () => {
    await start();
    const desktop = visitor(app.origin);
    await logIn(desktop, wechat, 'amei');
    const phone = visitor(app.origin, { 'User-Agent': WECHAT_UA });
    await logInInsideWeChat(phone, 'amei');
    const native = visitor(app.origin);
    const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid, user: 'amei' });
    const fromApp = await native.post('/auth/wechat/app').send({ code }).expect(200);
    const mini = visitor(app.origin);
    const { code: jsCode } = wechat.phone.wxLogin({ appid: miniProgram.appid, user: 'amei' });
    const fromMini = await mini.post('/auth/wechat/mini').send({ code: jsCode }).expect(200);

    expect(fromMini.body).toEqual(fromApp.body);
    const apps = [website, officialAccount, mobileApp, miniProgram].map(({ appid }) => appid);
    for (const browser of [desktop, phone, native, mini]) expect(await appsOf(browser)).toEqual(apps);
  });

  it('is another row for somebody else', async () => {
    await start();
    const desktop = visitor(app.origin);
    await logIn(desktop, wechat, 'amei');
    const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid, user: 'dawei' });
    await visitor(app.origin).post('/auth/wechat/mini').send({ code }).expect(200);
    expect(await appsOf(desktop)).toEqual([website.appid]);
  });
});

describe('a native app and a mini program', () => {
  beforeEach(() => start());

  it.each([
    ['native-app.mjs', '阿梅🌸'],
    ['mini-program.mjs', ''],
  ])('log in: %s', async (script, nickname) => {
    const { stdout } = await run(process.execPath, [join(clients, script), 'amei'], {
      env: { APP_URL: app.origin, EMULATOR_URL: emulator },
    });
    expect(stdout).toContain(`nickname: '${nickname}'`);
  });

  it('get nothing but the person', async () => {
    const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid, user: 'amei' });
    const { body } = await request(app.origin).post('/auth/wechat/mini').send({ code }).expect(200);
    expect(body).toEqual({ person: { id: 1, nickname: '', avatar: null } });
  });

  it.each([
    ['no code', {}, 400, 'request'],
    ['a code that is none', { code: ['x'] }, 400, 'request'],
    ['an unknown code', { code: 'x' }, 401, 'code'],
  ])('are told why not, for %s', async (_what, sent, status, error) => {
    for (const path of ['app', 'mini']) {
      const reply = await request(app.origin).post(`/auth/wechat/${path}`).send(sent);
      expect([reply.status, reply.body]).toEqual([status, expect.objectContaining({ error })]);
    }
  });

  it('get JSON also when something is broken', async () => {
    const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid });
    wechat.faults.next('access_token', { drop: 'before' });
    const reply = await request(app.origin).post('/auth/wechat/app').send({ code });
    expect([reply.status, reply.body]).toEqual([502, { error: 'busy' }]);
    const broken = await request(app.origin).post('/auth/wechat/app').type('json').send('{"code":');
    expect([broken.status, broken.body]).toEqual([400, { error: 'request' }]);
  });

  it('can’t be used by another site’s page to log a visitor in', async () => {
    const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid });
    const reply = await request(app.origin)
      .post('/auth/wechat/app')
      .set('Origin', 'https://evil.example')
      .send({ code });
    expect([reply.status, reply.body]).toEqual([403, { error: 'otherSite' }]);
  });
});
