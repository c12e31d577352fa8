import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openDatabase } from '../../examples/express-app/src/database.js';
import { People } from '../../examples/express-app/src/people.js';
import { describeEachDatabase, type NewDatabase } from './databases.js';
import { logIn, visitor } from './visitor.js';
import { local } from '../support/login.js';
import { startExample, type RunningApp } from './running-app.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { account, miniProgram, mobileApp, startEmulator, website } from '../support/emulator.js';

const { wechat, origin } = startEmulator();
const clients = join(__dirname, '../../examples/express-app/clients');

const onePerson = (newDatabase: NewDatabase): void => {
  // On two machines, as it were: whichever of them a login comes to, the person is the same.
  let apps: RunningApp[];
  let place: string;

  beforeEach(async () => {
    place = await newDatabase();
    const env = { EMULATOR_URL: origin(), [place.includes('://') ? 'DATABASE_URL' : 'DATABASE']: place };
    apps = await Promise.all([startExample(env), startExample(env)]);
  });

  afterEach(async () => {
    await Promise.all(apps.map((app) => app.stop()));
  });

  it('logs in in four ways', async () => {
    const [first, second] = apps as [RunningApp, RunningApp];
    // By QR code, at a desk.
    await logIn(visitor(first.origin), wechat, 'dawei');

    // With a tap, inside WeChat.
    const phone = visitor(second.origin, { 'User-Agent': WECHAT_UA });
    const { headers } = await phone.get('/auth/wechat').expect(302);
    const { url = '' } = wechat.phone.open(headers['location'] ?? '', { user: 'dawei' });
    await phone.get(local(url)).expect(302);

    // In the native app, and in the mini program: the scripts that play them.
    for (const [index, client] of ['native-app.mjs', 'mini-program.mjs'].entries()) {
      await promisify(execFile)(process.execPath, [join(clients, client), 'dawei'], {
        env: { APP_URL: apps[index]?.origin, EMULATOR_URL: origin() },
      });
    }

    const database = await openDatabase(place);
    const people = await database.read(async (db) =>
      db.selectFrom('person').select(['id', 'unionid', 'nickname']).execute(),
    );
    const identities = await new People(database).identities(1);
    await database.close();
    expect(people).toEqual([{ id: 1, unionid: expect.stringMatching(/^o/), nickname: '大伟 👨‍👩‍👧' }]);
    expect(identities.map(({ appid }) => appid)).toEqual(
      [website, account, mobileApp, miniProgram].map(({ appid }) => appid),
    );
    expect(new Set(identities.map(({ openid }) => openid)).size).toBe(4);
  });
};

// The short proof that each server will do, in `npm test`, too.
describeEachDatabase('one person', onePerson, true);
