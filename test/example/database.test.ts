import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import SqliteFile from 'libsql';
import { openDatabase, type OpenDatabase } from '../../examples/express-app/src/database.js';
import { People } from '../../examples/express-app/src/people.js';
import { describeEachDatabase, describeEachServer } from './databases.js';
import { inAccount, profile } from './wechat-users.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'database-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const count = async (database: OpenDatabase): Promise<number> =>
  (await database.read(async (db) => db.selectFrom('person').select('id').execute())).length;

describeEachDatabase('several processes', (newDatabase) => {
  // The built app, because a child process runs what people run.
  const dist = (file: string): string =>
    JSON.stringify(pathToFileURL(join(__dirname, '../../examples/express-app/dist', file)).href);
  const logIn = `
    import { openDatabase } from ${dist('database.js')};
    import { People } from ${dist('people.js')};
    const database = await openDatabase(process.argv[2]);
    const people = new People(database);
    process.send('ready');
    process.once('message', async () => {
      const logins = [];
      for (let turn = 0; turn < 20; turn++) {
        for (const app of ['site', 'mini', 'app']) {
          logins.push(people.logIn({
            clientID: 'wx' + app, openid: app + turn, platform: 'website', displayName: '',
            ...(turn % 2 || app !== 'site' ? { unionid: 'u' + turn } : {}),
          }));
        }
      }
      await Promise.all(logins);
      await database.close();
      process.disconnect();
    });
  `;

  it('start together on a new database, and make one person of the same logins at the same time', async () => {
    const place = await newDatabase();
    const script = join(folder, 'log-in.mjs');
    writeFileSync(script, logIn);
    const children = Array.from({ length: 4 }, () => fork(script, [place]));
    const ended = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    await Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))));
    for (const child of children) child.send('go');
    expect(await Promise.all(ended)).toEqual([0, 0, 0, 0]);

    const database = await openDatabase(place);
    const people = new People(database);
    for (let turn = 0; turn < 20; turn++) {
      await people.logIn(profile({ openid: `site${turn}`, unionid: `u${turn}` }));
    }
    const identities = await database.read(async (db) =>
      db.selectFrom('wechat_identity').selectAll().execute(),
    );
    expect(await count(database)).toBe(20);
    expect(identities).toHaveLength(60);
    await database.close();
  });
});

describeEachServer('a database server', (server) => {
  let database: OpenDatabase;
  let people: People;
  let databases = 0;

  beforeEach(async () => {
    database = await openDatabase(await server().createDatabase(`away${++databases}`));
    people = new People(database);
  });

  afterEach(async () => {
    await database.close();
  });

  it('may restart in the middle of logins: all end, and nobody is lost', async () => {
    const logins = Array.from({ length: 200 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 5));
      return people.logIn(profile({ openid: `o${index % 100}` }));
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server().end('SIGKILL');
    await server().start();
    const ids = (await Promise.all(logins)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(100);
    expect(await count(database)).toBe(100);
  });

  it('makes visitors wait no longer than a few seconds when it is away, and is used again when it is back', async () => {
    await server().end('SIGKILL');
    const outcomes = await Promise.allSettled([people.logIn(profile()), people.find(1)]);
    const away = { status: 'rejected', reason: { name: 'NoDatabaseError', status: 503 } };
    expect(outcomes).toMatchObject([away, away]);
    await server().start();
    expect(await people.logIn(profile())).toMatchObject({ nickname: '李雷 🍵' });
  }, 60_000);

  it('makes visitors wait no longer when it answers nothing', async () => {
    await people.logIn(profile());
    server().freeze();
    try {
      await expect(people.logIn(profile())).rejects.toMatchObject({ name: 'NoDatabaseError', status: 503 });
    } finally {
      server().thaw();
    }
    expect(await people.logIn(profile())).toMatchObject({ nickname: '李雷 🍵' });
  }, 60_000);

  it('may come later than the app', async () => {
    const place = await server().createDatabase('late');
    const complaint = jest.spyOn(console, 'error').mockImplementation();
    await server().end('SIGKILL');
    const opening = openDatabase(place);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server().start();
    const late = await opening;
    expect(await count(late)).toBe(0);
    expect(complaint).toHaveBeenCalledTimes(1);
    complaint.mockRestore();
    await late.close();
  });

  it('that has no such database says so at once', async () => {
    const place = (await server().createDatabase('there')).replace('/there', '/nowhere');
    await expect(openDatabase(place)).rejects.toThrow('nowhere');
  });
});

describe('an SQLite file', () => {
  it('that another program has locked stops neither the process nor the login', async () => {
    const file = join(folder, 'people.sqlite');
    const database = await openDatabase(file);
    const people = new People(database);
    await people.logIn(profile());

    const other = new SqliteFile(file);
    other.exec('BEGIN IMMEDIATE');
    let turns = 0;
    const ticking = setInterval(() => turns++, 10);
    const login = people.logIn(profile({ openid: 'o-site-han' }));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await people.find(1)).toMatchObject({ nickname: '李雷 🍵' });
    other.exec('COMMIT');
    expect((await login).id).toBe(2);
    clearInterval(ticking);
    // A process that stands still counts none.
    expect(turns).toBeGreaterThan(5);

    other.exec('BEGIN IMMEDIATE');
    await expect(people.logIn(profile())).rejects.toMatchObject({ name: 'NoDatabaseError', status: 503 });
    other.exec('COMMIT');
    other.close();
    await database.close();
  });

  it('that cannot be opened says so at once', async () => {
    await expect(openDatabase(join(folder, 'nowhere', 'people.sqlite'))).rejects.toThrow(/unable to open/i);
  });

  it.each([
    ['without unionids of identities', ''],
    ['with them', ", unionid TEXT CHECK (unionid <> '')"],
  ])(
    'of an earlier version, %s, keeps its people, and takes the first identity for the owner’s',
    async (_what, column) => {
      const file = join(folder, 'people.sqlite');
      const old = new SqliteFile(file);
      old.exec(`
      CREATE TABLE person (
        id INTEGER PRIMARY KEY AUTOINCREMENT, unionid TEXT UNIQUE CHECK (unionid <> ''),
        nickname TEXT NOT NULL DEFAULT '', avatar TEXT, created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
      ) STRICT;
      CREATE TABLE wechat_identity (
        appid TEXT NOT NULL CHECK (appid <> ''), openid TEXT NOT NULL CHECK (openid <> ''),
        person_id INTEGER NOT NULL REFERENCES person (id), platform TEXT NOT NULL${column},
        PRIMARY KEY (appid, openid)
      ) STRICT;
      CREATE INDEX wechat_identity_person ON wechat_identity (person_id);
      INSERT INTO person (unionid, nickname) VALUES ('u-li', '李雷');
      INSERT INTO wechat_identity (appid, openid, person_id, platform) VALUES ('wxsite', 'o-site-li', 1, 'website');
      INSERT INTO wechat_identity (appid, openid, person_id, platform)
        VALUES ('wxaccount', 'o-account-han', 1, 'officialAccount');
    `);
      old.close();

      for (const _time of ['first', 'second']) {
        const database = await openDatabase(file);
        const people = new People(database);
        expect(await people.logIn(profile({ unionid: 'u-li' }))).toMatchObject({ id: 1 });
        expect(await people.logIn(profile({ ...inAccount, unionid: 'u-han' }))).toMatchObject({ id: 2 });
        await database.close();
      }
    },
  );
});
