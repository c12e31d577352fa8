import type { OpenDatabase } from '../../examples/express-app/src/database.js';
import { openDatabase } from '../../examples/express-app/src/database.js';
import { People } from '../../examples/express-app/src/people.js';
import type { Profile, Tables } from '../../examples/express-app/src/people-tables.js';
import { describeEachDatabase } from './databases.js';
import { inAccount, inMiniProgram, nameless, profile } from './wechat-users.js';

describeEachDatabase('people', (newDatabase) => {
  let database: OpenDatabase;
  let people: People;

  beforeEach(async () => {
    database = await openDatabase(await newDatabase());
    people = new People(database);
  });

  afterEach(async () => {
    await database.close();
  });

  async function logIn(fields: Partial<Profile> = {}): Promise<number> {
    return (await people.logIn(profile(fields))).id;
  }

  async function appsOf(id: number): Promise<string[]> {
    return (await people.identities(id)).map(({ appid }) => appid);
  }

  async function count(table: keyof Tables): Promise<number> {
    const rows = await database.read(async (db) => db.selectFrom(table).selectAll().execute());
    return rows.length;
  }

  describe('logging in', () => {
    it('makes a person at the first login and finds it at the next', async () => {
      const first = await people.logIn(profile());
      expect(first).toMatchObject({ nickname: '李雷 🍵', avatar: 'https://thirdwx.qlogo.cn/li/132' });
      expect(await people.logIn(profile())).toEqual(first);
      expect(await people.visitor(first)).toEqual(first);
      const { id, nickname, avatar } = first;
      expect(await people.find(id)).toEqual({ id, nickname, avatar });
      expect(await count('person')).toBe(1);
    });

    it('keeps people of one app apart', async () => {
      expect(await logIn()).not.toBe(await logIn({ openid: 'o-site-han' }));
    });

    it('keeps people apart whose openids or unionids differ in the case of a letter alone', async () => {
      const ids = new Set([
        await logIn({ openid: 'oAbC' }),
        await logIn({ openid: 'oABC' }),
        await logIn({ openid: 'o1', unionid: 'uAbC' }),
        await logIn({ openid: 'o2', unionid: 'uABC' }),
      ]);
      expect(ids.size).toBe(4);
    });

    it('does not take the same openid in two apps for one person', async () => {
      expect(await logIn()).not.toBe(await logIn({ clientID: 'wxother' }));
    });

    it('knows one person by unionid in every app', async () => {
      const id = await logIn({ unionid: 'u-li' });
      expect(await logIn({ ...inMiniProgram, unionid: 'u-li' })).toBe(id);
      const common = { person_id: id, unionid: 'u-li', came_by: 'login' };
      expect(await people.identities(id)).toEqual([
        { appid: 'wxmini', openid: 'o-mini-li', platform: 'miniProgram', ...common },
        { appid: 'wxsite', openid: 'o-site-li', platform: 'website', ...common },
      ]);
    });

    it('takes over a new name and picture', async () => {
      await logIn();
      const person = await people.logIn(
        profile({ displayName: '李大雷', photos: [{ value: 'https://thirdwx.qlogo.cn/new/132' }] }),
      );
      expect(person).toMatchObject({ nickname: '李大雷', avatar: 'https://thirdwx.qlogo.cn/new/132' });
    });

    it('keeps name and picture when a login brings none', async () => {
      await logIn({ unionid: 'u-li' });
      const bare = nameless(profile({ ...inMiniProgram, unionid: 'u-li' }));
      expect(await people.logIn(bare)).toMatchObject({
        nickname: '李雷 🍵',
        avatar: 'https://thirdwx.qlogo.cn/li/132',
      });
    });

    it('accepts somebody without name and picture', async () => {
      expect(await people.logIn(nameless(profile()))).toMatchObject({ nickname: '', avatar: null });
    });

    it.each([
      ['emoji of several characters', '👨‍👩‍👧 大伟 🏳️‍🌈'],
      ['characters of four bytes', '𠮷野家 𝕏'],
      ['the longest name that a picture of text can make', '龘'.repeat(2000)],
      ['quotes and semicolons', `'); DROP TABLE person; --`],
      ['backslashes before quotes', `\\'; DROP TABLE person; -- \\`],
    ])('keeps a nickname whole with %s', async (_what, nickname) => {
      const { id } = await people.logIn(profile({ displayName: nickname }));
      expect(await people.find(id)).toMatchObject({ nickname });
    });

    it.each([
      ['no openid', { openid: undefined as unknown as string }],
      ['an empty openid', { openid: '' }],
      ['no appid', { clientID: undefined as unknown as string }],
      ['an empty appid', { clientID: '' }],
      ['an openid that a database might cut off', { openid: 'o'.repeat(129) }],
    ])('refuses %s, and writes nothing', async (_what, fields) => {
      await expect(people.logIn(profile(fields))).rejects.toThrow(TypeError);
      expect(await count('person')).toBe(0);
    });

    it('takes an empty unionid for a missing one', async () => {
      expect(await logIn({ unionid: '' })).not.toBe(await logIn({ openid: 'o-site-han', unionid: '' }));
    });

    it('makes one person of many first logins at the same time', async () => {
      const ways = [
        profile({ unionid: 'u-li' }),
        profile({ ...inMiniProgram, unionid: 'u-li' }),
        profile({ clientID: 'wxapp', openid: 'o-app-li', unionid: 'u-li' }),
      ];
      const logins = Array.from({ length: 30 }, (_, index) => people.logIn(ways[index % ways.length]!));
      expect(new Set((await Promise.all(logins)).map(({ id }) => id)).size).toBe(1);
      expect(await count('person')).toBe(1);
      expect(await count('wechat_identity')).toBe(3);
    });
  });

  describe('a unionid that comes later', () => {
    it('belongs to the person who is already there', async () => {
      const id = await logIn();
      expect(await logIn({ unionid: 'u-li' })).toBe(id);
      expect(await logIn({ ...inMiniProgram, unionid: 'u-li' })).toBe(id);
    });

    it('is kept through a login that does not bring it', async () => {
      const id = await logIn({ unionid: 'u-li' });
      await logIn();
      expect(await logIn({ ...inMiniProgram, unionid: 'u-li' })).toBe(id);
    });

    it('makes one of two people who are the same human, and keeps the older one', async () => {
      const site = await logIn({ displayName: '' });
      const mini = await logIn({ ...inMiniProgram, unionid: 'u-li', displayName: '李雷' });
      expect(mini).not.toBe(site);

      const merged = await people.logIn(profile({ unionid: 'u-li', displayName: '' }));
      expect(merged).toMatchObject({ id: site, nickname: '李雷' });
      expect(await appsOf(site)).toEqual(['wxmini', 'wxsite']);
      expect(await people.find(mini)).toBeUndefined();
      expect(await count('person')).toBe(1);
      expect(await logIn({ ...inMiniProgram, unionid: 'u-li' })).toBe(site);
    });

    it('keeps the older one also when the younger row has no unionid', async () => {
      const mini = await logIn({ ...inMiniProgram, unionid: 'u-li' });
      await logIn();
      expect(await logIn({ unionid: 'u-li' })).toBe(mini);
      expect(await count('person')).toBe(1);
    });

    it('does not give the id of a merged person to somebody new', async () => {
      await logIn();
      const gone = await logIn({ ...inMiniProgram, unionid: 'u-li' });
      await logIn({ unionid: 'u-li' });
      expect(await logIn({ openid: 'o-site-han' })).toBeGreaterThan(gone);
    });
  });

  describe('an app that moves to another open platform account', () => {
    it('brings another unionid of the same person', async () => {
      const id = await logIn({ unionid: 'u-old' });
      expect(await logIn({ unionid: 'u-new' })).toBe(id);
      expect(await logIn({ ...inMiniProgram, unionid: 'u-new' })).toBe(id);
    });

    it('leaves the person where they are when the other apps have not moved', async () => {
      const id = await logIn({ unionid: 'u-old' });
      await logIn({ ...inMiniProgram, unionid: 'u-old' });
      await logIn({ unionid: 'u-new' });
      expect(await logIn({ ...inMiniProgram, unionid: 'u-old' })).toBe(id);
      expect(await logIn({ clientID: 'wxapp', openid: 'o-app-li', unionid: 'u-new' })).toBe(id);
      expect(await logIn({ clientID: 'wxgame', openid: 'o-game-li', unionid: 'u-old' })).toBe(id);
      expect(await count('person')).toBe(1);
    });

    it('shows that two people are one whose apps have been bound apart until now', async () => {
      const site = await logIn({ unionid: 'u-li-1' });
      await logIn({ ...inMiniProgram, unionid: 'u-li-2' });
      expect(await logIn({ unionid: 'u-li-2' })).toBe(site);
      expect(await count('person')).toBe(1);
    });
  });

  describe('an account that both an owner and a guest have come to', () => {
    const byGuest = { ...inAccount, displayName: '韩梅梅' } as const;

    it('stays the owner’s when the guest is the first to bring a unionid', async () => {
      const me = await people.logIn(profile());
      const owner = me.id;
      await people.link(me, nameless(profile(inAccount)));
      await logIn({ ...byGuest, unionid: 'u-han' });
      expect(await people.find(owner)).toMatchObject({ nickname: '李雷 🍵' });

      expect(await logIn({ unionid: 'u-li' })).toBe(owner);
      const guest = await people.logIn(profile({ ...byGuest, unionid: 'u-han' }));
      expect(guest).toMatchObject({ nickname: '韩梅梅' });
      expect(guest.id).not.toBe(owner);
      expect(await logIn({ unionid: 'u-li' })).toBe(owner);
      expect(await appsOf(owner)).toEqual(['wxsite']);
    });

    it('is left by the guest with all other apps that they came in with, at a silent login as well', async () => {
      const me = await people.logIn(profile());
      const owner = me.id;
      await people.link(me, profile(inAccount));
      await logIn({ ...inAccount, unionid: 'u-han' });
      const inMini = { ...inMiniProgram, openid: 'o-mini-han' };
      expect(await logIn({ ...inMini, unionid: 'u-han' })).toBe(owner);
      await logIn({ unionid: 'u-li' });

      const guest = await logIn(inMini);
      expect(guest).not.toBe(owner);
      expect(await appsOf(guest)).toEqual(['wxaccount', 'wxmini']);
      expect(await appsOf(owner)).toEqual(['wxsite']);
    });

    it('is one owner’s when the unionids show that there is no guest', async () => {
      const me = await people.logIn(profile());
      const owner = me.id;
      await people.link(me, profile(inAccount));
      await logIn({ ...inAccount, unionid: 'u-li' });
      await logIn({ unionid: 'u-li' });
      expect(await logIn({ ...inAccount, unionid: 'u-li' })).toBe(owner);
      expect((await people.identities(owner)).map(({ came_by }) => came_by)).toEqual(['login', 'login']);
    });

    it('is not the guest’s who has an account of their own', async () => {
      const me = await people.logIn(profile({ unionid: 'u-li' }));
      const li = me.id;
      await people.link(me, profile(inAccount));
      const han = await logIn({ openid: 'o-site-han', unionid: 'u-han' });

      expect(await logIn({ ...inAccount, unionid: 'u-han' })).toBe(han);
      expect(await appsOf(li)).toEqual(['wxsite']);
      expect(await appsOf(han)).toEqual(['wxaccount', 'wxsite']);
      expect(await logIn(inAccount)).toBe(han);
    });
  });
});
