import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { OtherWeChatError, People, type Profile } from '../../examples/express-app/src/people.js';

let folder: string;
let file: string;
let people: People;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'people-'));
  file = join(folder, 'people.sqlite');
  people = new People(file);
});

afterEach(() => {
  people.close();
  rmSync(folder, { recursive: true });
});

function profile(fields: Partial<Profile> = {}): Profile {
  return {
    clientID: 'wxsite',
    openid: 'o-site-li',
    platform: 'website',
    displayName: '李雷 🍵',
    photos: [{ value: 'https://thirdwx.qlogo.cn/li/132' }],
    ...fields,
  };
}

function nameless({ clientID, openid, platform, unionid }: Profile): Profile {
  return { clientID, openid, platform, displayName: '', ...(unionid === undefined ? {} : { unionid }) };
}

const inMiniProgram = { clientID: 'wxmini', openid: 'o-mini-li', platform: 'miniProgram' } as const;

/** The service account's identity of somebody, whoever links it. */
const inAccount = { clientID: 'wxaccount', openid: 'o-account-han', platform: 'officialAccount' } as const;

function count(table: string): number {
  const db = new Database(file);
  const row = db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number };
  db.close();
  return row.n;
}

describe('logging in', () => {
  it('makes a person at the first login and finds it at the next', () => {
    const first = people.logIn(profile());
    expect(first).toMatchObject({ nickname: '李雷 🍵', avatar: 'https://thirdwx.qlogo.cn/li/132' });
    expect(people.logIn(profile())).toEqual(first);
    expect(people.find(first.id)).toEqual(first);
    expect(count('person')).toBe(1);
  });

  it('keeps people of one app apart', () => {
    const li = people.logIn(profile());
    const han = people.logIn(profile({ openid: 'o-site-han' }));
    expect(han.id).not.toBe(li.id);
  });

  it('does not take the same openid in two apps for one person', () => {
    const one = people.logIn(profile());
    const other = people.logIn(profile({ clientID: 'wxother' }));
    expect(other.id).not.toBe(one.id);
  });

  it('knows one person by unionid behind every door', () => {
    const site = people.logIn(profile({ unionid: 'u-li' }));
    const mini = people.logIn(profile({ ...inMiniProgram, unionid: 'u-li' }));
    expect(mini.id).toBe(site.id);
    expect(people.identities(site.id)).toEqual([
      { appid: 'wxsite', openid: 'o-site-li', platform: 'website' },
      { appid: 'wxmini', openid: 'o-mini-li', platform: 'miniProgram' },
    ]);
  });

  it('takes over a new name and picture', () => {
    people.logIn(profile());
    const person = people.logIn(
      profile({ displayName: '李大雷', photos: [{ value: 'https://thirdwx.qlogo.cn/new/132' }] }),
    );
    expect(person).toMatchObject({ nickname: '李大雷', avatar: 'https://thirdwx.qlogo.cn/new/132' });
  });

  it('keeps name and picture when a door brings none', () => {
    const bare = nameless(profile({ ...inMiniProgram, unionid: 'u-li' }));
    people.logIn(profile({ unionid: 'u-li' }));
    expect(people.logIn(bare)).toMatchObject({
      nickname: '李雷 🍵',
      avatar: 'https://thirdwx.qlogo.cn/li/132',
    });
  });

  it('accepts somebody without name and picture', () => {
    expect(people.logIn(nameless(profile()))).toMatchObject({ nickname: '', avatar: null });
  });

  it.each([
    ['no openid', { openid: undefined as unknown as string }],
    ['an empty openid', { openid: '' }],
    ['no appid', { clientID: undefined as unknown as string }],
    ['an empty appid', { clientID: '' }],
  ])('refuses %s, and writes nothing', (_what, fields) => {
    expect(() => people.logIn(profile(fields))).toThrow(TypeError);
    expect(count('person')).toBe(0);
  });

  it('takes an empty unionid for a missing one', () => {
    const li = people.logIn(profile({ unionid: '' }));
    const han = people.logIn(profile({ openid: 'o-site-han', unionid: '' }));
    expect(han.id).not.toBe(li.id);
  });

  it('takes quotes and semicolons for what they are', () => {
    const name = `'); DROP TABLE person; --`;
    expect(people.logIn(profile({ displayName: name })).nickname).toBe(name);
  });
});

describe('a unionid that comes later', () => {
  it('belongs to the person who is already there', () => {
    const before = people.logIn(profile());
    const after = people.logIn(profile({ unionid: 'u-li' }));
    expect(after.id).toBe(before.id);
    expect(people.logIn(profile({ ...inMiniProgram, unionid: 'u-li' })).id).toBe(before.id);
  });

  it('is kept through a login that does not bring it', () => {
    const person = people.logIn(profile({ unionid: 'u-li' }));
    people.logIn(profile());
    expect(people.logIn(profile({ ...inMiniProgram, unionid: 'u-li' })).id).toBe(person.id);
  });

  it('makes one of two people who are the same human, and keeps the older one', () => {
    const site = people.logIn(profile({ displayName: '' }));
    const mini = people.logIn(profile({ ...inMiniProgram, unionid: 'u-li', displayName: '李雷' }));
    expect(mini.id).not.toBe(site.id);

    const merged = people.logIn(profile({ unionid: 'u-li', displayName: '' }));
    expect(merged).toMatchObject({ id: site.id, nickname: '李雷' });
    expect(
      people
        .identities(site.id)
        .map(({ appid }) => appid)
        .sort(),
    ).toEqual(['wxmini', 'wxsite']);
    expect(people.find(mini.id)).toBeUndefined();
    expect(count('person')).toBe(1);
    expect(people.logIn(profile({ ...inMiniProgram, unionid: 'u-li' })).id).toBe(site.id);
  });

  it('keeps the older one also when the younger row has no unionid', () => {
    const mini = people.logIn(profile({ ...inMiniProgram, unionid: 'u-li' }));
    people.logIn(profile());
    expect(people.logIn(profile({ unionid: 'u-li' })).id).toBe(mini.id);
    expect(count('person')).toBe(1);
  });

  it('replaces an old one when the app moves to another open platform account', () => {
    const person = people.logIn(profile({ unionid: 'u-old' }));
    expect(people.logIn(profile({ unionid: 'u-new' })).id).toBe(person.id);
    expect(people.logIn(profile({ ...inMiniProgram, unionid: 'u-new' })).id).toBe(person.id);
  });

  it('does not join two WeChats when it shows that one was linked to somebody else', () => {
    const li = people.logIn(profile({ unionid: 'u-li' }));
    people.link(li.id, profile(inAccount));
    const han = people.logIn(profile({ openid: 'o-site-han', unionid: 'u-han', displayName: '韩梅梅' }));

    expect(people.logIn(profile({ ...inAccount, unionid: 'u-han' })).id).toBe(han.id);
    expect(people.find(li.id)).toMatchObject({ nickname: '李雷 🍵' });
    expect(people.identities(li.id).map(({ appid }) => appid)).toEqual(['wxsite']);
    expect(people.identities(han.id).map(({ appid }) => appid)).toEqual(['wxaccount', 'wxsite']);
    expect(people.logIn(profile(inAccount)).id).toBe(han.id);
  });

  it('stays where it is when only one of the apps has moved', () => {
    const person = people.logIn(profile({ unionid: 'u-old' }));
    people.logIn(profile({ ...inMiniProgram, unionid: 'u-old' }));
    people.logIn(profile({ unionid: 'u-new' }));
    expect(people.logIn(profile({ ...inMiniProgram, unionid: 'u-old' })).id).toBe(person.id);
    expect(people.logIn(profile({ unionid: 'u-new' })).id).toBe(person.id);
    expect(count('person')).toBe(1);
  });

  it('gives nobody the account that their openid was linked to while its app was not bound', () => {
    const victim = people.logIn(profile({ unionid: 'u-li' }));
    people.link(victim.id, nameless(profile(inAccount)));

    const stranger = people.logIn(profile({ ...inAccount, unionid: 'u-han', displayName: '韩梅梅' }));
    expect(stranger).toMatchObject({ nickname: '韩梅梅' });
    expect(stranger.id).not.toBe(victim.id);
    const hansMini = { ...inMiniProgram, openid: 'o-mini-han', unionid: 'u-han' };
    expect(people.logIn(profile(hansMini)).id).toBe(stranger.id);
    expect(people.logIn(nameless(profile(inAccount))).id).toBe(stranger.id);

    expect(people.logIn(profile({ unionid: 'u-li' }))).toEqual(victim);
    expect(people.logIn(profile({ ...inMiniProgram, unionid: 'u-li' })).id).toBe(victim.id);
    expect(people.identities(victim.id).map(({ openid }) => openid)).toEqual(['o-site-li', 'o-mini-li']);
  });

  it('does not give the id of a merged person to somebody new', () => {
    people.logIn(profile());
    const gone = people.logIn(profile({ ...inMiniProgram, unionid: 'u-li' }));
    people.logIn(profile({ unionid: 'u-li' }));
    expect(people.logIn(profile({ openid: 'o-site-han' })).id).toBeGreaterThan(gone.id);
  });
});

describe('linking', () => {
  const unboundApp = { clientID: 'wxunbound', openid: 'o-unbound-li' };

  it('joins an app that has no unionid', () => {
    const person = people.logIn(profile({ unionid: 'u-li' }));
    expect(people.link(person.id, profile(unboundApp)).id).toBe(person.id);
    expect(people.logIn(profile(unboundApp)).id).toBe(person.id);
  });

  it('gives a person without unionid the one of the linked WeChat', () => {
    const person = people.logIn(profile(unboundApp));
    people.link(person.id, profile({ unionid: 'u-li' }));
    expect(people.logIn(profile({ ...inMiniProgram, unionid: 'u-li' })).id).toBe(person.id);
  });

  it('joins two people when only one of them has a unionid', () => {
    const unbound = people.logIn(profile(unboundApp));
    const bound = people.logIn(profile({ unionid: 'u-li' }));
    expect(people.link(bound.id, profile(unboundApp)).id).toBe(unbound.id);
    expect(people.logIn(profile({ unionid: 'u-li' })).id).toBe(unbound.id);
    expect(count('person')).toBe(1);
  });

  it.each([
    ['a WeChat that is new here', undefined],
    ['a WeChat that is somebody else here', { openid: 'o-site-han', unionid: 'u-han' }],
  ])('refuses %s when the unionid differs, and changes nothing', (_what, existing) => {
    const li = people.logIn(profile({ unionid: 'u-li' }));
    const han = existing && people.logIn(profile(existing));
    expect(() => people.link(li.id, profile({ openid: 'o-site-han', unionid: 'u-han' }))).toThrow(
      OtherWeChatError,
    );
    expect(people.identities(li.id)).toHaveLength(1);
    expect(han && people.find(han.id)).toEqual(han);
  });

  it('refuses a WeChat without unionid that belongs to somebody with another one', () => {
    const li = people.logIn(profile({ unionid: 'u-li' }));
    const han = people.logIn(profile({ openid: 'o-site-han', unionid: 'u-han' }));
    people.link(han.id, profile(unboundApp));
    expect(() => people.link(li.id, profile(unboundApp))).toThrow(OtherWeChatError);
  });

  it('refuses a person who is gone', () => {
    expect(() => people.link(4711, profile())).toThrow('Nobody is logged in');
    expect(count('person')).toBe(0);
  });
});

describe('a file of an earlier version, whose identities have no unionid', () => {
  beforeEach(() => {
    const person = people.logIn(profile({ unionid: 'u-li' }));
    people.link(person.id, profile({ clientID: 'wxunbound', openid: 'o-unbound-han' }));
    people.close();
    const old = new Database(file);
    old.exec('ALTER TABLE wechat_identity DROP COLUMN unionid');
    old.close();
  });

  it('knows its people, and from then on what each identity brings', () => {
    people = new People(file);
    const person = people.logIn(profile({ unionid: 'u-li' }));
    expect(person.id).toBe(1);
    expect(people.logIn(profile({ unionid: 'u-moved' })).id).toBe(person.id);
    const stranger = people.logIn(
      profile({ clientID: 'wxunbound', openid: 'o-unbound-han', unionid: 'u-han' }),
    );
    expect(stranger.id).not.toBe(person.id);
  });

  it('is opened again without harm', () => {
    new People(file).close();
    people = new People(file);
    expect(people.logIn(profile({ unionid: 'u-li' })).id).toBe(1);
  });
});

describe('several processes on one file', () => {
  // The built app, because a child process runs what people run.
  const logIn = `
    import { People } from ${JSON.stringify(pathToFileURL(join(__dirname, '../../examples/express-app/dist/people.js')).href)};
    const people = new People(process.argv[2]);
    process.send('ready');
    process.once('message', () => {
      for (let turn = 0; turn < 20; turn++) {
        for (const door of ['site', 'mini', 'app']) {
          people.logIn({
            clientID: 'wx' + door, openid: door + turn, platform: 'website', displayName: '',
            ...(turn % 2 || door !== 'site' ? { unionid: 'u' + turn } : {}),
          });
        }
      }
      people.close();
      process.disconnect();
    });
  `;

  it('makes one person of the same logins at the same time', async () => {
    people.close();
    // A new one: what is left of the other file's write-ahead log goes only with its last prepared statement.
    file = join(folder, 'shared.sqlite');
    const script = join(folder, 'log-in.mjs');
    writeFileSync(script, logIn);
    const children = Array.from({ length: 4 }, () => fork(script, [file]));
    const ended = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    await Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))));
    for (const child of children) child.send('go');
    expect(await Promise.all(ended)).toEqual([0, 0, 0, 0]);

    people = new People(file);
    for (let turn = 0; turn < 20; turn++) {
      people.logIn({
        clientID: 'wxsite',
        openid: `site${turn}`,
        platform: 'website',
        displayName: '',
        unionid: `u${turn}`,
      });
    }
    expect(count('person')).toBe(20);
    expect(count('wechat_identity')).toBe(60);
  }, 20_000);
});
