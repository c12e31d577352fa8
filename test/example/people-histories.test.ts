/* eslint jest/no-standalone-expect: off, jest/expect-expect: off -- the world that plays a history checks it after each step */
import fc from 'fast-check';
import { openDatabase, type OpenDatabase } from '../../examples/express-app/src/database.js';
import {
  GuestError,
  LastWeChatError,
  OtherWeChatError,
  People,
  WouldJoinError,
  type Login,
} from '../../examples/express-app/src/people.js';
import type { AppUser, Identity, Profile } from '../../examples/express-app/src/people-tables.js';
import { WeChatEvents } from '../../examples/express-app/src/wechat-events.js';
import { describeEachDatabase } from './databases.js';

const HUMANS = 3;
const APPS = 3;
const PLATFORM_ACCOUNTS = 2;

/** What can happen, in any order. A human is a WeChat user. */
type Step =
  | { do: 'log in'; human: number; app: number; silently: boolean }
  | { do: 'bind'; app: number; account: number | null }
  | { do: 'link'; visitor: number; human: number; app: number; silently: boolean; agrees: boolean }
  | { do: 'unlink'; visitor: number; which: number }
  | { do: 'leave'; visitor: number }
  | { do: 'revoke'; human: number; app: number }
  | { do: 'close'; human: number; app: number }
  | { do: 'move'; app: number; early: number | null };

const human = fc.nat(HUMANS - 1);
const app = fc.nat(APPS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({ do: fc.constant('log in' as const), human, app, silently: fc.boolean() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('bind' as const),
      app,
      account: fc.option(fc.nat(PLATFORM_ACCOUNTS - 1), { freq: 4 }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('link' as const),
      visitor: human,
      human,
      app,
      silently: fc.boolean(),
      agrees: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('unlink' as const), visitor: human, which: fc.nat(5) }),
  },
  // Of an owner, which ends the account, and of a guest, which does not.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), visitor: human }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), human, app }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), human, app }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), app, early: fc.option(human) }) },
);

/** An account, as everybody would agree on it: whose login made it, and whom they or their guests have let in. */
interface Account {
  owner: number;
  guests: Set<number>;
}

/** Plays a history, and checks after each step that everybody is where they may be, and nowhere else. */
class World {
  private readonly database: OpenDatabase;
  private readonly people: People;
  private readonly events: WeChatEvents;
  private readonly accounts = new Map<number, Account>();
  /** The open platform account that each app is bound to. */
  private readonly bindings: (number | null)[] = Array.from({ length: APPS }, () => null);
  /** How often each app has moved to another legal entity, which gives its users other openids. */
  private readonly moves: number[] = Array.from({ length: APPS }, () => 0);
  /** In which account each human is logged in, and with which WeChat. */
  private readonly sessions = new Map<number, Login>();
  /** The account that an identity owns, where its next login must end. */
  private readonly homes = new Map<string, number>();

  constructor(database: OpenDatabase) {
    this.database = database;
    this.people = new People(database);
    this.events = new WeChatEvents(database);
  }

  async play(step: Step): Promise<void> {
    switch (step.do) {
      case 'log in':
        await this.logIn(step.human, this.profile(step));
        break;
      case 'bind':
        this.bindings[step.app] = step.account;
        break;
      case 'link':
        await this.link(step);
        break;
      case 'unlink':
        await this.unlink(step.visitor, step.which);
        break;
      case 'leave':
        await this.leave(step.visitor);
        break;
      case 'revoke':
        await this.events.authorizationRevoked(this.user(step.human, step.app));
        await this.absorb(undefined);
        break;
      case 'close': {
        const { unionid } = this.profile({ ...step, silently: false });
        await this.events.weChatClosed(this.user(step.human, step.app), unionid);
        await this.absorb(undefined);
        break;
      }
      case 'move':
        await this.move(step.app, step.early);
    }
    await this.check();
  }

  private user(human: number, app: number): AppUser {
    const move = this.moves[app];
    return { appid: `wx${app}.${move}`, openid: `${human} in ${app}.${move}` };
  }

  private profile({ human, app, silently }: { human: number; app: number; silently: boolean }): Profile {
    const { appid: clientID, openid } = this.user(human, app);
    const account = this.bindings[app] ?? null;
    const unionid = silently || account === null ? undefined : `${human} at ${account}`;
    return { clientID, openid, platform: 'website', displayName: '', ...(unionid && { unionid }) };
  }

  private async logIn(human: number, profile: Profile): Promise<void> {
    const { id, by } = await this.people.logIn(profile);
    const home = this.homes.get(keyOf(profile.clientID, profile.openid));
    if (!this.accounts.has(id)) this.accounts.set(id, { owner: human, guests: new Set() });
    await this.absorb(id);
    const { owner, guests } = this.account(id);
    expect([owner, ...guests]).toContain(human);
    // Whoever owns an account comes home to it, or to what WeChat has shown to be theirs as well.
    if (home !== undefined) expect(id).toBe(this.homes.get(keyOf(profile.clientID, profile.openid)));
    this.sessions.set(human, { id, by });
  }

  private async link(step: Extract<Step, { do: 'link' }>): Promise<void> {
    const { me, isGuest } = await this.visitor(step.visitor);
    if (me === undefined) return;
    const profile = this.profile(step);
    if (isGuest) {
      await this.refuses(async () => this.people.link(me, profile));
      return;
    }
    try {
      const { id } = await this.people.link(me, profile);
      await this.absorb(id);
      this.account(id).guests.add(step.human);
    } catch (error) {
      if (error instanceof WouldJoinError) {
        if (step.agrees) await this.join(me, profile, error.other.id);
      } else if (!(error instanceof OtherWeChatError)) {
        throw error;
      }
    }
  }

  private async join({ id: me, by }: Login, profile: Profile, other: number): Promise<void> {
    const { id } = await this.people.link({ id: me, by }, profile, other);
    const [mine, theirs] = [this.account(me), this.account(other)];
    for (const guest of [theirs.owner, ...theirs.guests]) mine.guests.add(guest);
    this.accounts.delete(me === id ? other : me);
    this.accounts.set(id, mine);
    for (const [key, home] of this.homes) {
      if (home === other) this.homes.delete(key);
      else if (home === me) this.homes.set(key, id);
    }
    for (const [human, account] of this.sessions) {
      if (account.id === (me === id ? other : me)) this.sessions.delete(human);
    }
  }

  private async unlink(visitor: number, which: number): Promise<void> {
    const { me, isGuest } = await this.visitor(visitor);
    if (me === undefined) return;
    const identities = await this.people.identities(me.id);
    const one = identities[which % identities.length]!;
    if (isGuest && humanOf(one) !== humanOf(me.by)) {
      await this.refuses(async () => this.people.unlink(me, one));
      return;
    }
    try {
      await this.people.unlink(me, one);
    } catch (error) {
      // Two WeChats of one human may be two guests: nothing has shown yet that they are the same.
      if (!(error instanceof LastWeChatError) && !(isGuest && error instanceof GuestError)) throw error;
    }
    if (isGuest) await this.tookTheirOwnOnly(me, identities);
  }

  private async leave(visitor: number): Promise<void> {
    const { me, isGuest } = await this.visitor(visitor);
    if (me === undefined) return;
    const identities = await this.people.identities(me.id);
    await this.people.leave(me);
    expect(await this.people.visitor(me)).toBeUndefined();
    if (isGuest) await this.tookTheirOwnOnly(me, identities);
    else expect(await this.people.find(me.id)).toBeUndefined();
    await this.absorb(undefined);
  }

  /** A human as the app sees them, if their session has not ended. */
  private async visitor(human: number): Promise<{ me?: Login; isGuest?: boolean }> {
    const me = this.sessions.get(human);
    const visitor = me && (await this.people.visitor(me));
    return visitor ? { me: visitor, isGuest: visitor.isGuest } : {};
  }

  /** A guest is refused, and nothing changes. */
  private async refuses(ask: () => Promise<unknown>): Promise<void> {
    const before = await this.identities();
    await expect(ask()).rejects.toThrow(GuestError);
    expect(await this.identities()).toEqual(before);
  }

  private async tookTheirOwnOnly({ id, by }: Login, before: Identity[]): Promise<void> {
    const left = await this.people.identities(id);
    for (const one of before) {
      const isLeft = left.some(({ appid, openid }) => appid === one.appid && openid === one.openid);
      if (one.came_by === 'login' || humanOf(one) !== humanOf(by)) expect(isLeft).toBe(true);
    }
  }

  private async move(app: number, early: number | null): Promise<void> {
    const before = Array.from({ length: HUMANS }, (_, human) => this.user(human, app));
    this.moves[app]! += 1;
    if (early !== null) await this.logIn(early, this.profile({ human: early, app, silently: false }));
    for (const [human, from] of before.entries()) {
      const to = this.user(human, app);
      const home = this.homes.get(keyOf(from.appid, from.openid));
      await this.events.openidChanged(from, to);
      // Twice does no harm.
      await this.events.openidChanged(from, to);
      const identity = (await this.identities()).find(({ openid }) => openid === to.openid);
      if (home !== undefined) expect(identity?.came_by).toBe('login');
      await this.absorb(identity?.person_id);
    }
  }

  /** Accounts that are no more have become part of another one, which must have the same owner, or are deleted. */
  private async absorb(into: number | undefined): Promise<void> {
    const rows = await this.database.read(async (db) => db.selectFrom('person').select('id').execute());
    for (const [id, gone] of this.accounts) {
      if (rows.some((row) => row.id === id)) continue;
      this.accounts.delete(id);
      if (into !== undefined) {
        const account = this.account(into);
        expect(account.owner).toBe(gone.owner);
        for (const guest of gone.guests) account.guests.add(guest);
      }
      for (const [key, home] of this.homes) if (home === id && into !== undefined) this.homes.set(key, into);
      for (const [human, account] of this.sessions) if (account.id === id) this.sessions.delete(human);
    }
  }

  private account(id: number): Account {
    const account = this.accounts.get(id);
    if (!account) throw new Error(`there is no account ${id}`);
    return account;
  }

  private async identities() {
    return this.database.read(async (db) => db.selectFrom('wechat_identity').selectAll().execute());
  }

  private async check(): Promise<void> {
    const identities = await this.identities();
    this.homes.clear();
    for (const { appid, openid, person_id, came_by } of identities) {
      const human = humanOf({ appid, openid });
      const { owner, guests } = this.account(person_id);
      expect([owner, ...guests]).toContain(human);
      if (came_by === 'link') continue;
      expect(human).toBe(owner);
      this.homes.set(keyOf(appid, openid), person_id);
    }
    const people = await this.database.read(async (db) => db.selectFrom('person').selectAll().execute());
    for (const { id, unionid } of people) {
      expect(identities.some((one) => one.person_id === id && one.came_by === 'login')).toBe(true);
      if (unionid !== null) expect(Number(unionid.split(' ')[0])).toBe(this.account(id).owner);
    }
    expect([...this.accounts.keys()].sort()).toEqual(people.map(({ id }) => id).sort());
  }
}

const humanOf = ({ openid }: AppUser): number => Number(openid.split(' ')[0]);

const keyOf = (appid: string, openid: string): string => `${appid} ${openid}`;

describeEachDatabase('any history of logins, links, bindings and moves', (newDatabase) => {
  let database: OpenDatabase;

  beforeAll(async () => {
    database = await openDatabase(await newDatabase());
  });

  afterAll(async () => {
    await database.close();
  });

  it('lets nobody into an account that they neither own nor were asked into, and keeps nobody out of theirs', async () => {
    const numRuns = database.dialect === 'sqlite' ? 100 : 40;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (history) => {
        await database.write(async (trx) => {
          await trx.deleteFrom('wechat_identity').execute();
          await trx.deleteFrom('person').execute();
        });
        const world = new World(database);
        for (const each of history) await world.play(each);
      }),
      { numRuns },
    );
  });
});
