import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'libsql';
import { logIn, visitor } from './visitor.js';
import { local } from '../support/login.js';
import { startExample } from './running-app.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { account, miniProgram, mobileApp, startEmulator, website } from '../support/emulator.js';

const { wechat, origin } = startEmulator();
const clients = join(__dirname, '../../examples/express-app/clients');
const folder = mkdtempSync(join(tmpdir(), 'one-person-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('four ways to log in lead to one user', async () => {
  const file = join(folder, 'people.sqlite');
  const app = await startExample({ EMULATOR_URL: origin(), DATABASE: file });
  try {
    // By QR code, at a desk.
    await logIn(visitor(app.origin), wechat, 'dawei');

    // With a tap, inside WeChat.
    const phone = visitor(app.origin, { 'User-Agent': WECHAT_UA });
    const { headers } = await phone.get('/auth/wechat').expect(302);
    const { url = '' } = wechat.phone.open(headers['location'] ?? '', { user: 'dawei' });
    await phone.get(local(url)).expect(302);

    // In the native app, and in the mini program: the scripts that play them.
    for (const client of ['native-app.mjs', 'mini-program.mjs']) {
      await promisify(execFile)(process.execPath, [join(clients, client), 'dawei'], {
        env: { APP_URL: app.origin, EMULATOR_URL: origin() },
      });
    }

    const database = new Database(file);
    const people = database.prepare('SELECT id, unionid, nickname FROM person').all();
    const identities = database
      .prepare('SELECT appid, openid, person_id FROM wechat_identity ORDER BY rowid')
      .all();
    database.close();
    expect(people).toEqual([{ id: 1, unionid: expect.stringMatching(/^o/), nickname: '大伟 👨‍👩‍👧' }]);
    expect(identities).toEqual(
      [website, account, mobileApp, miniProgram].map(({ appid }) => ({
        appid,
        openid: expect.stringMatching(/^o/),
        person_id: 1,
      })),
    );
    expect(new Set((identities as { openid: string }[]).map(({ openid }) => openid)).size).toBe(4);
  } finally {
    await app.stop();
  }
}, 20_000);
