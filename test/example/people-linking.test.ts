import { openDatabase, type OpenDatabase } from '../../examples/express-app/src/database.js';
import {
  GuestError,
  LastWeChatError,
  NoSuchPersonError,
  OtherWeChatError,
  People,
  WouldJoinError,
  type Login,
} from '../../examples/express-app/src/people.js';
import type { Profile } from '../../examples/express-app/src/people-tables.js';
import { WeChatEvents } from '../../examples/express-app/src/wechat-events.js';
import { describeEachDatabase } from './databases.js';
import { inAccount, inMiniProgram, profile } from './wechat-users.js';

describeEachDatabase('an account', (newDatabase) => {
  const unboundApp = { clientID: 'wxunbound', openid: 'o-unbound-li' } as const;
  let database: OpenDatabase;
  let people: People;
  let events: WeChatEvents;

  beforeEach(async () => {
    database = await openDatabase(await newDatabase());
    people = new People(database);
    events = new WeChatEvents(database);
  });

  afterEach(async () => {
    await database.close();
  });

  async function logIn(fields: Partial<Profile> = {}): Promise<number> {
    return (await people.logIn(profile(fields))).id;
  }

  /** Somebody who is logged in with a WeChat that owns the account. */
  async function ownerOf(id: number): Promise<Login> {
    const own = (await people.identities(id)).find(({ came_by }) => came_by === 'login');
    return { id, by: own ?? { appid: 'wxnone', openid: 'o-none' } };
  }

  async function link(id: number, fields: Partial<Profile>, join?: number): Promise<number> {
    return (await people.link(await ownerOf(id), profile(fields), join)).id;
  }

  async function appsOf(id: number): Promise<string[]> {
    return (await people.identities(id)).map(({ appid }) => appid);
  }

  describe('linking', () => {
    it('adds an app that has no unionid', async () => {
      const id = await logIn({ unionid: 'u-li' });
      expect(await link(id, unboundApp)).toBe(id);
      expect(await link(id, unboundApp)).toBe(id);
      expect(await logIn(unboundApp)).toBe(id);
    });

    it('lets in whoever has the unionid of the linked WeChat', async () => {
      const id = await logIn(unboundApp);
      await link(id, { unionid: 'u-li' });
      expect(await logIn({ ...inMiniProgram, unionid: 'u-li' })).toBe(id);
    });

    it('asks before it joins two people, and names the other one', async () => {
      const unbound = await logIn(unboundApp);
      const bound = await logIn({ unionid: 'u-li', displayName: '大李雷' });
      const question = people.link(await ownerOf(bound), profile(unboundApp));
      await expect(question).rejects.toThrow(WouldJoinError);
      await expect(question).rejects.toMatchObject({ other: { id: unbound, nickname: '李雷 🍵' } });
      expect(await appsOf(bound)).toEqual(['wxsite']);

      expect(await link(bound, unboundApp, unbound)).toBe(unbound);
      expect(await people.find(unbound)).toMatchObject({ nickname: '大李雷' });
      expect(await people.find(bound)).toBeUndefined();
      expect(await logIn({ unionid: 'u-li' })).toBe(unbound);
      expect(await logIn(unboundApp)).toBe(unbound);
    });

    it('joins nobody but the one that was agreed to', async () => {
      const unbound = await logIn(unboundApp);
      const bound = await logIn({ unionid: 'u-li' });
      await expect(people.link(await ownerOf(bound), profile(unboundApp), unbound + 100)).rejects.toThrow(
        WouldJoinError,
      );
    });

    it('does not ask when WeChat itself shows that the two are one', async () => {
      const unbound = await logIn(inMiniProgram);
      const bound = await logIn({ unionid: 'u-li' });
      expect(await link(bound, { ...inMiniProgram, unionid: 'u-li' })).toBe(unbound);
    });

    it('takes those whom it joins for guests, who leave with a unionid of their own', async () => {
      const attacker = await logIn(unboundApp);
      const victim = await logIn({ openid: 'o-site-han' });
      await link(attacker, { openid: 'o-site-han' }, victim);
      await logIn({ ...unboundApp, unionid: 'u-li' });
      const own = await logIn({ openid: 'o-site-han', unionid: 'u-han' });
      expect(await appsOf(own)).toEqual(['wxsite']);
      expect(await logIn(unboundApp)).not.toBe(own);
    });

    it('takes all WeChats of those whom it joins for guests, not only the one that was used', async () => {
      const inSite = { openid: 'o-site-han', unionid: 'u-han' };
      const inMini = { ...inMiniProgram, openid: 'o-mini-han', unionid: 'u-han' };
      const attacker = await logIn(unboundApp);
      const victim = await logIn(inSite);
      await logIn(inMini);
      const joined = await link(attacker, inSite, victim);
      expect(await logIn(inMini)).toBe(joined);
      expect(await logIn({ ...unboundApp, unionid: 'u-li' })).toBe(joined);
      const own = await logIn(inMini);
      expect(own).not.toBe(joined);
      expect(await appsOf(own)).toEqual(['wxmini', 'wxsite']);
    });

    it('refuses a second openid of one app: those are two WeChat users', async () => {
      const victim = await logIn({ openid: 'o-site-han' });
      const attacker = await logIn();
      await expect(people.link(await ownerOf(attacker), profile({ openid: 'o-site-han' }))).rejects.toThrow(
        OtherWeChatError,
      );
      await expect(people.link(await ownerOf(attacker), profile({ openid: 'o-site-new' }))).rejects.toThrow(
        OtherWeChatError,
      );
      expect(await logIn({ openid: 'o-site-han' })).toBe(victim);
    });

    it('refuses to join two people who have two openids of one app between them', async () => {
      const li = await logIn();
      const han = await logIn({ openid: 'o-site-han' });
      await link(han, inAccount);
      await expect(people.link(await ownerOf(li), profile(inAccount))).rejects.toThrow(OtherWeChatError);
      const mei = await logIn({ ...inMiniProgram, openid: 'o-mini-mei' });
      await link(mei, { clientID: 'wxsite', openid: 'o-site-mei' });
      await expect(
        people.link(await ownerOf(li), profile({ ...inMiniProgram, openid: 'o-mini-mei' })),
      ).rejects.toThrow(OtherWeChatError);
    });

    it.each([
      ['a WeChat that is new here', undefined],
      ['a WeChat that is somebody else here', { ...inMiniProgram, openid: 'o-mini-han', unionid: 'u-han' }],
    ])('refuses %s when the unionid differs, and changes nothing', async (_what, existing) => {
      const li = await logIn({ unionid: 'u-li' });
      const han = existing && (await logIn(existing));
      await expect(
        people.link(await ownerOf(li), profile({ ...inMiniProgram, openid: 'o-mini-han', unionid: 'u-han' })),
      ).rejects.toThrow(OtherWeChatError);
      expect(await appsOf(li)).toEqual(['wxsite']);
      expect(han === undefined || (await appsOf(han)).length).toBe(han === undefined || 1);
    });

    it('refuses a WeChat that is linked to somebody else', async () => {
      const li = await logIn({ unionid: 'u-li' });
      const han = await logIn({ openid: 'o-site-han', unionid: 'u-han' });
      await link(han, unboundApp);
      await expect(people.link(await ownerOf(li), profile(unboundApp))).rejects.toThrow(OtherWeChatError);
    });

    it('refuses a person who is gone', async () => {
      await expect(people.link(await ownerOf(4711), profile())).rejects.toThrow(NoSuchPersonError);
    });
  });

  describe('taking a WeChat off', () => {
    it('closes the way in, and what came in through it', async () => {
      const id = await logIn();
      await link(id, inAccount);
      await logIn({ ...inAccount, unionid: 'u-han' });
      await logIn({ ...inMiniProgram, unionid: 'u-han' });
      expect(await appsOf(id)).toEqual(['wxaccount', 'wxmini', 'wxsite']);
      await people.unlink(await ownerOf(id), { appid: 'wxaccount', openid: inAccount.openid });
      await people.unlink(await ownerOf(id), { appid: 'wxaccount', openid: inAccount.openid });
      expect(await appsOf(id)).toEqual(['wxsite']);
      expect(await logIn(inAccount)).not.toBe(id);
    });

    it('leaves the last one of the owner', async () => {
      const id = await logIn();
      await link(id, inAccount);
      await expect(
        people.unlink(await ownerOf(id), { appid: 'wxsite', openid: 'o-site-li' }),
      ).rejects.toThrow(LastWeChatError);
      expect(await appsOf(id)).toEqual(['wxaccount', 'wxsite']);
    });

    it('touches nobody else’s', async () => {
      const li = await logIn();
      const han = await logIn({ openid: 'o-site-han' });
      await people.unlink(await ownerOf(li), { appid: 'wxsite', openid: 'o-site-han' });
      expect(await appsOf(han)).toEqual(['wxsite']);
    });
  });

  describe('leaving', () => {
    it('deletes the person with all identities', async () => {
      const id = await logIn({ unionid: 'u-li' });
      await link(id, unboundApp);
      const han = await logIn({ openid: 'o-site-han' });
      await people.leave(await ownerOf(id));
      await people.leave(await ownerOf(id));
      expect(await people.find(id)).toBeUndefined();
      expect(await appsOf(id)).toEqual([]);
      expect(await logIn({ unionid: 'u-li' })).toBeGreaterThan(han);
    });
  });

  describe('a guest', () => {
    const own = { appid: 'wxaccount', openid: inAccount.openid };
    const ofOwner = { appid: 'wxsite', openid: 'o-site-li' };
    let owner: Login;
    let guest: Login;

    beforeEach(async () => {
      owner = await people.logIn(profile());
      await people.link(owner, profile(inAccount));
      await people.logIn(profile({ ...inAccount, unionid: 'u-han' }));
      guest = await people.logIn(profile({ ...inMiniProgram, unionid: 'u-han' }));
      await people.link(owner, profile(unboundApp));
    });

    it('is known as one, and the owner as none', async () => {
      expect(await people.visitor(guest)).toMatchObject({ id: owner.id, isGuest: true });
      expect(await people.visitor(owner)).toMatchObject({ id: owner.id, isGuest: false });
    });

    it('goes with all that came in through their link, and deletes nothing else', async () => {
      await people.leave(guest);
      expect(await appsOf(owner.id)).toEqual(['wxsite', 'wxunbound']);
      expect(await people.visitor(owner)).toMatchObject({ nickname: '李雷 🍵' });
      expect(await people.visitor(guest)).toBeUndefined();
      await people.leave(guest);
      expect(await appsOf(owner.id)).toEqual(['wxsite', 'wxunbound']);
    });

    it('takes off their own WeChat, and neither the owner’s nor another guest’s', async () => {
      const other = { appid: 'wxunbound', openid: unboundApp.openid };
      await expect(people.unlink(guest, ofOwner)).rejects.toThrow(GuestError);
      await expect(people.unlink(guest, other)).rejects.toThrow(GuestError);
      expect(await appsOf(owner.id)).toEqual(['wxaccount', 'wxmini', 'wxsite', 'wxunbound']);
      await people.unlink(guest, own);
      expect(await appsOf(owner.id)).toEqual(['wxsite', 'wxunbound']);
    });

    it('links nothing, and joins nobody', async () => {
      const added = profile({ clientID: 'wxnew', openid: 'o-new', unionid: 'u-han' });
      await expect(people.link(guest, added)).rejects.toThrow(GuestError);
      const other = await people.logIn(profile({ clientID: 'wxnew', openid: 'o-other' }));
      const joining = people.link(guest, profile({ clientID: 'wxnew', openid: 'o-other' }), other.id);
      await expect(joining).rejects.toThrow(GuestError);
      expect(await appsOf(other.id)).toEqual(['wxnew']);
    });

    it('is not logged in any more once the owner has taken them off, and decides nothing', async () => {
      await people.unlink(owner, own);
      expect(await people.visitor(guest)).toBeUndefined();
      await people.leave(guest);
      await people.unlink(guest, ofOwner);
      await expect(people.link(guest, profile(inMiniProgram))).rejects.toThrow(NoSuchPersonError);
      expect(await appsOf(owner.id)).toEqual(['wxsite', 'wxunbound']);
    });
  });

  describe('what WeChat reports', () => {
    const inSite = { appid: 'wxsite', openid: 'o-site-li' };

    it('removes the identity of the app whose authorization is revoked, and no other', async () => {
      const id = await logIn({ unionid: 'u-li' });
      await logIn({ ...inMiniProgram, unionid: 'u-li' });
      await events.authorizationRevoked(inSite);
      await events.authorizationRevoked(inSite);
      expect(await appsOf(id)).toEqual(['wxmini']);
    });

    it('deletes the account with its last login, and the guests’ way in with it', async () => {
      const id = await logIn();
      await link(id, inAccount);
      await events.authorizationRevoked(inSite);
      expect(await people.find(id)).toBeUndefined();
      expect(await logIn(inAccount)).not.toBe(id);
    });

    it.each([['u-li'], [undefined]])(
      'deletes a closed WeChat from every app (unionid: %s)',
      async (unionid) => {
        const id = await logIn({ unionid: 'u-li' });
        await logIn({ ...inMiniProgram, unionid: 'u-li' });
        await events.weChatClosed(inSite, unionid);
        expect(await people.find(id)).toBeUndefined();
        expect(await appsOf(id)).toEqual([]);
      },
    );

    it('forgets a name and a picture that WeChat has taken down, until the next login', async () => {
      const id = await logIn();
      await events.userInfoModified(inSite);
      await events.userInfoModified({ appid: 'wxsite', openid: 'o-nobody' });
      expect(await people.find(id)).toEqual({ id, nickname: '', avatar: null });
      expect(await people.logIn(profile())).toMatchObject({ id, nickname: '李雷 🍵' });
    });

    it('follows an openid that has changed', async () => {
      const id = await logIn();
      await events.openidChanged(inSite, { appid: 'wxnew', openid: 'o-new-li' });
      await events.openidChanged(inSite, { appid: 'wxnew', openid: 'o-new-li' });
      expect(await appsOf(id)).toEqual(['wxnew']);
      expect(await logIn({ clientID: 'wxnew', openid: 'o-new-li' })).toBe(id);
    });

    it('makes one of two when the person has logged in through the new account already', async () => {
      const id = await logIn();
      const early = await logIn({ clientID: 'wxnew', openid: 'o-new-li' });
      await events.openidChanged(inSite, { appid: 'wxnew', openid: 'o-new-li' });
      expect(await appsOf(id)).toEqual(['wxnew']);
      expect(await people.find(early)).toBeUndefined();
    });

    it('gives a guest whose openid changes no more than they had', async () => {
      const li = await logIn();
      await link(li, inAccount);
      const han = await logIn({ clientID: 'wxnew', openid: 'o-new-han' });
      const to = { appid: 'wxnew', openid: 'o-new-han' };
      await events.openidChanged({ appid: 'wxaccount', openid: inAccount.openid }, to);
      expect(await appsOf(han)).toEqual(['wxnew']);
      expect(await appsOf(li)).toEqual(['wxsite']);
    });
  });
});
