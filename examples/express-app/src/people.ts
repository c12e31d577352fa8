import {
  Rows,
  type AppUser,
  type Database,
  type Identity,
  type Person,
  type Profile,
} from './people-tables.js';

/**
 * A login: who is logged in, and which WeChat it was. A session keeps both, since a guest may do less than the owner.
 */
export interface Login {
  id: number;
  by: AppUser;
}

/** Somebody who is logged in. */
export interface Visitor extends Person, Login {
  /** Whether a link alone lets them in, so that the account is somebody else's. */
  isGuest: boolean;
}

/** Who is logged in after a link, and whether this WeChat led there before. */
export interface Linked extends Visitor {
  alreadyLinked: boolean;
}

/** The WeChat to be linked is another WeChat user than the account's, or is linked to another account. */
export class OtherWeChatError extends Error {
  override name = 'OtherWeChatError';
}

/** The WeChat to be linked has an account of its own: ask before the two become one. */
export class WouldJoinError extends Error {
  override name = 'WouldJoinError';

  readonly profile: Profile;
  readonly other: Person;

  constructor(profile: Profile, other: Person) {
    super('This WeChat has an account of its own, which the link would join to this one');
    this.profile = profile;
    this.other = other;
  }
}

/** Without this WeChat the account would have no owner any more. */
export class LastWeChatError extends Error {
  override name = 'LastWeChatError';
}

/** The visitor is a guest in the account, and what they ask for is its owner's to decide. */
export class GuestError extends Error {
  override name = 'GuestError';
}

/** The account has been deleted, has become one with another, or has lost this WeChat, since the visitor logged in. */
export class NoSuchPersonError extends Error {
  override name = 'NoSuchPersonError';
}

/**
 * The people of this app. docs/one-person.md has the rules, each with its reason.
 *
 * They rest on one distinction. An identity that came by a login of its own owns the account. One that came by a link
 * was asked in, and stays only until a unionid shows that it is somebody else's. So whoever is talked into a link can
 * lose no account by it, and whoever links a stranger keeps their own.
 */
export class People {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Finds the person behind a WeChat login, or makes one. Keeps name and picture up to date. */
  async logIn(profile: Profile): Promise<Visitor> {
    checkIds(profile.clientID, profile.openid);
    return this.write(async (rows) => logInWith(rows, profile));
  }

  /**
   * Adds a WeChat to somebody who is logged in: the way to join what WeChat itself does not, such as an app that is not
   * bound to the open platform account. An owner alone may do it: a guest would let others in.
   *
   * @param join - id of the person with whom the visitor has agreed to become one, as WouldJoinError named them
   */
  async link({ id: personId, by }: Login, profile: Profile, join?: number): Promise<Linked> {
    checkIds(profile.clientID, profile.openid);
    return this.write(async (rows) => {
      const visitor = await rows.identity(by.appid, by.openid);
      const identity = await rows.identity(profile.clientID, profile.openid);
      const me = await rows.person(personId);
      if (!me || visitor?.person_id !== me.id) {
        throw new NoSuchPersonError('Nobody is logged in under this id any more');
      }
      if (isLink(visitor)) throw new GuestError('Only the owner of an account links a WeChat to it');
      if (identity?.came_by === 'link' && identity.person_id !== me.id) {
        throw new OtherWeChatError('This WeChat is linked to another account');
      }
      const unionid = profile.unionid || identity?.unionid || null;
      const owner = await rows.ownerOf(unionid);
      const isMine = owner?.id === me.id || (identity?.person_id === me.id && identity.came_by === 'login');
      const alreadyLinked = identity?.person_id === me.id;
      if (isMine) return { ...(await logInWith(rows, profile)), by, alreadyLinked };

      const otherId = identity?.came_by === 'login' ? identity.person_id : owner?.id;
      const other = otherId === undefined ? undefined : await rows.person(otherId);
      const others = other ? await rows.identitiesOf(other.id) : [];
      const joining = { appid: profile.clientID, openid: profile.openid, unionid };
      refuseOtherWeChat([me, ...(await rows.identitiesOf(me.id))], [joining, ...others]);

      if (other && join !== other.id) throw new WouldJoinError(profile, shown(other));
      // That the visitor agrees is no proof: the other's identities are guests until a unionid shows whose they are.
      if (other) await rows.demote(other.id);
      const id = other ? await rows.merge(me, other, me.unionid) : me.id;
      await rows.save(identity, profile, { person_id: id, unionid, came_by: 'link' });
      return { ...(await rows.describe(id, profile, false)), by, isGuest: false, alreadyLinked };
    });
  }

  /**
   * Takes a WeChat off the account; if it came by a link, with all that came in through it. A guest takes off no other
   * than their own.
   */
  async unlink({ id: personId, by }: Login, { appid, openid }: AppUser): Promise<void> {
    return this.write(async (rows) => {
      const visitor = await rows.identity(by.appid, by.openid);
      const identity = await rows.identity(appid, openid);
      if (visitor?.person_id !== personId || identity?.person_id !== personId) return;
      await rows.person(personId);
      if (!mayUnlink(visitor, identity)) throw new GuestError('A guest takes off their own WeChat only');
      const all = await rows.identitiesOf(personId);
      const gone = all.filter((one) => isSame(one, identity) || isSameGuest(one, identity));
      if (all.every((one) => isLink(one) || gone.includes(one))) {
        throw new LastWeChatError('The account would have no owner any more');
      }
      await rows.remove(gone);
    });
  }

  /** Deletes the account, and all that leads to it. A guest only goes, with all that came in through their link. */
  async leave({ id: personId, by }: Login): Promise<void> {
    return this.write(async (rows) => {
      const visitor = await rows.identity(by.appid, by.openid);
      if (visitor?.person_id !== personId) return;
      if (!isLink(visitor)) return rows.removePerson(personId);
      await rows.person(personId);
      await rows.remove((await rows.identitiesOf(personId)).filter((one) => mayUnlink(visitor, one)));
    });
  }

  /** Who is logged in: nobody any more, as soon as their WeChat does not lead to this person. */
  async visitor({ id, by }: Login): Promise<Visitor | undefined> {
    const row = await this.database.read(async (db) =>
      db
        .selectFrom('wechat_identity')
        .innerJoin('person', 'person.id', 'wechat_identity.person_id')
        .select(['person.id', 'nickname', 'avatar', 'came_by'])
        .where('appid', '=', by.appid)
        .where('openid', '=', by.openid)
        .where('person.id', '=', id)
        .executeTakeFirst(),
    );
    return row && { ...shown(row), by, isGuest: isLink(row) };
  }

  async find(id: number): Promise<Person | undefined> {
    return this.database.read(async (db) =>
      db.selectFrom('person').select(['id', 'nickname', 'avatar']).where('id', '=', id).executeTakeFirst(),
    );
  }

  async identities(personId: number): Promise<Identity[]> {
    return this.database.read(async (db) =>
      db
        .selectFrom('wechat_identity')
        .selectAll()
        .where('person_id', '=', personId)
        .orderBy('appid')
        .orderBy('openid')
        .execute(),
    );
  }

  private async write<T>(work: (rows: Rows) => Promise<T>): Promise<T> {
    return this.database.write(async (trx) => work(new Rows(trx, this.database.dialect)));
  }
}

async function logInWith(rows: Rows, profile: Profile): Promise<Visitor> {
  const identity = await rows.identity(profile.clientID, profile.openid);
  // A login that brings none (snsapi_base, or an app that is bound no more) is still the same WeChat user's.
  const unionid = profile.unionid || identity?.unionid || null;
  const place = await placeOf(rows, identity, unionid);
  await rows.save(identity, profile, { ...place, unionid });
  const isOwner = place.came_by === 'login';
  if (isOwner && profile.unionid) await rows.setUnionid(place.person_id, profile.unionid);
  const person = await rows.describe(place.person_id, profile, isOwner);
  return { ...person, by: { appid: profile.clientID, openid: profile.openid }, isGuest: !isOwner };
}

/** To whom a login leads, and whether it shows that the account is theirs. */
async function placeOf(
  rows: Rows,
  identity: Identity | undefined,
  unionid: string | null,
): Promise<Pick<Identity, 'person_id' | 'came_by'>> {
  const owner = await rows.ownerOf(unionid);
  if (!identity) {
    if (owner) return { person_id: owner.id, came_by: 'login' };
    // Another app of somebody who was asked in: so were they.
    const guest = (await rows.withUnionid(unionid))[0];
    if (guest) return { person_id: guest.person_id, came_by: 'link' };
    return { person_id: await rows.addPerson(unionid), came_by: 'login' };
  }
  const person = (await rows.person(identity.person_id))!;
  if (identity.came_by === 'login') {
    const isTwo = owner !== undefined && owner.id !== person.id;
    return { person_id: isTwo ? await rows.merge(person, owner, unionid) : person.id, came_by: 'login' };
  }
  if (owner?.id === person.id) return { person_id: person.id, came_by: 'login' };
  if (unionid === null || person.unionid === null) return { person_id: person.id, came_by: 'link' };
  // The account's owner is another WeChat user: the guest goes, with all that came in through this link.
  const own = owner?.id ?? (await rows.addPerson(unionid));
  await rows.moveGuest(person.id, unionid, own);
  return { person_id: own, came_by: 'login' };
}

/** Two openids in one app are two WeChat users, and so are two unionids. To join them would let one in as the other. */
function refuseOtherWeChat(mine: Partial<Identity>[], theirs: Partial<Identity>[]): void {
  const isOther = mine.some((one) =>
    theirs.some((two) => one.appid !== undefined && one.appid === two.appid && one.openid !== two.openid),
  );
  const ours = new Set(mine.map(({ unionid }) => unionid).filter(Boolean));
  const others = theirs.map(({ unionid }) => unionid).filter(Boolean);
  if (isOther || (ours.size > 0 && others.length > 0 && !others.some((unionid) => ours.has(unionid)))) {
    throw new OtherWeChatError('This WeChat is somebody else');
  }
}

/** Longer ones would fit into no key; WeChat's have 28 characters. */
const LONGEST_ID = 128;

function checkIds(appid: string, openid: string): void {
  if (!appid || !openid) throw new TypeError('A WeChat login without appid or openid identifies nobody');
  if (appid.length > LONGEST_ID || openid.length > LONGEST_ID)
    throw new TypeError('An id of WeChat is too long');
}

const isLink = ({ came_by }: Pick<Identity, 'came_by'>): boolean => came_by === 'link';

const isSame = (one: AppUser, two: AppUser): boolean => one.appid === two.appid && one.openid === two.openid;

/** Whether two came in through one link. */
const isSameGuest = (one: Identity, two: Identity): boolean =>
  isLink(one) && isLink(two) && one.unionid !== null && one.unionid === two.unionid;

/** Whether a visitor who has logged in by `by` may take `identity` off their account. */
export const mayUnlink = (by: Identity, identity: Identity): boolean =>
  !isLink(by) || isSame(by, identity) || isSameGuest(by, identity);

const shown = ({ id, nickname, avatar }: Person): Person => ({ id, nickname, avatar });
