import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { stop, untilPrinted } from '../hosts/processes.js';
import { browser, logIn, type Browser } from '../support/login.js';
import { freePort } from '../support/ports.js';
import { consumer, install, outside, PACKAGES, run, temporaryFolder, tools, TYPES } from './published.js';

const folder = temporaryFolder();
const next = join(folder, 'node_modules/next/dist/bin/next');
const wechat = createEmulator();
const [website, , , miniProgram] = DEFAULT_APPS;
const servers: ChildProcess[] = [];
let emulator: string;

beforeAll(async () => {
  ({ origin: emulator } = await wechat.listen());
  consumer(folder, {
    ...PACKAGES,
    ...TYPES,
    ...tools('@types/react', 'iron-session', 'next', 'react', 'react-dom'),
    typescript: tools('typescript-6')['typescript-6'],
  });
  await install(folder);
});
afterAll(async () => {
  await Promise.all(servers.map(stop));
  await wechat.close();
});

/** Builds and starts an app as `next build && next start` do; returns a maker of visitors to it. */
async function start(app: string, callback: string): Promise<() => Browser> {
  await run(process.execPath, [next, 'build'], join(folder, app), { NEXT_TELEMETRY_DISABLED: '1' });
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const server = spawn(process.execPath, [next, 'start', '--port', String(port)], {
    cwd: join(folder, app),
    env: {
      ...outside(),
      NEXT_TELEMETRY_DISABLED: '1',
      STATE_SECRET: 'state'.repeat(8),
      SESSION_SECRET: 'session'.repeat(8),
      WECHAT_APP_ID: website.appid,
      WECHAT_APP_SECRET: website.secret,
      WECHAT_CALLBACK_URL: origin + callback,
      MINI_PROGRAM_APP_ID: miniProgram.appid,
      MINI_PROGRAM_APP_SECRET: miniProgram.secret,
      EMULATOR_URL: emulator,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(server);
  await untilPrinted(server, 'Ready');
  return () => browser(origin);
}

describe('Next.js', () => {
  it('logs people in through the App Router', async () => {
    const visitor = await start('next-app-router', '/auth/wechat/callback');
    const person = visitor();
    const back = await logIn(wechat, person, '/auth/wechat');
    expect([back.status, back.headers['location']]).toEqual([302, '/']);
    expect((await person.get('/')).body).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });

    const refused = await visitor().get('/auth/wechat/callback?code=forged&state=forged');
    expect([refused.status, refused.body.reason]).toEqual([403, 'state']);

    const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid });
    const posted = await visitor().post('/auth/mini-program').send({ code }).expect(200);
    expect(posted.body.user.id).toMatch(/^o/);
    await visitor().post('/auth/mini-program').send({ code }).expect(401);
  });

  it('logs people in through the pages router', async () => {
    const visitor = await start('next-pages', '/api/auth/wechat/callback');
    const person = visitor();
    const back = await logIn(wechat, person, '/api/auth/wechat');
    expect([back.status, back.headers['location']]).toEqual([307, '/api/me']);
    expect((await person.get('/api/me')).body).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });
    const refused = await visitor().get('/api/auth/wechat/callback?code=forged&state=forged');
    expect([refused.status, refused.body.reason]).toEqual([403, 'state']);
  });
});
