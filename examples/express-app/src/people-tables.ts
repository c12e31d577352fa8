import type { Generated, Kysely, SelectQueryBuilder, Transaction } from 'kysely';
import type { WeChatProfile } from 'passport-wechat-oauth2';

/**
 * The two tables: a person is one row, and every WeChat identity that leads to them is another. database.ts makes them.
 */
export interface Tables {
  person: {
    id: Generated<number>;
    /** The latest unionid that the owner's own login has brought; no two people have the same one. */
    unionid: string | null;
    /** Empty when WeChat never sent one. */
    nickname: string;
    /** URL of the picture. */
    avatar: string | null;
  };
  wechat_identity: {
    appid: string;
    /** Means something only together with the AppID: the two are the key. */
    openid: string;
    person_id: number;
    platform: string;
    /** The unionid that this identity itself last brought. */
    unionid: string | null;
    /** Whether a login shows that this WeChat owns the account, or a link alone leads here. */
    came_by: 'login' | 'link';
  };
}

/** Somebody who uses this app. */
export interface Person {
  id: number;
  nickname: string;
  avatar: string | null;
}

/** How one WeChat app knows somebody. */
export interface AppUser {
  appid: string;
  openid: string;
}

export type Identity = Tables['wechat_identity'];

/** What is needed of the profile that the strategy hands over. */
export type Profile = Pick<
  WeChatProfile,
  'clientID' | 'openid' | 'unionid' | 'platform' | 'displayName' | 'photos'
>;

/** Where people are kept: Kysely, and what differs between the databases. */
export interface Database {
  dialect: 'sqlite' | 'postgres' | 'mysql';
  read<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** One transaction, repeated as a whole if it collides with another one. */
  write<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
}

type PersonRow = Person & { unionid: string | null };

/** The SQL, within one transaction. What is read stays locked until its end: the identity first, then its people. */
export class Rows {
  private readonly trx: Transaction<Tables>;
  private readonly dialect: Database['dialect'];

  constructor(trx: Transaction<Tables>, dialect: Database['dialect']) {
    this.trx = trx;
    this.dialect = dialect;
  }

  async identity(appid: string, openid: string): Promise<Identity | undefined> {
    const query = this.trx.selectFrom('wechat_identity').selectAll();
    return this.locked(query.where('appid', '=', appid).where('openid', '=', openid)).executeTakeFirst();
  }

  async person(id: number): Promise<PersonRow | undefined> {
    return this.locked(this.trx.selectFrom('person').selectAll().where('id', '=', id)).executeTakeFirst();
  }

  /** The person whose own login has brought this unionid; not the one who has linked a WeChat that has it. */
  async ownerOf(unionid: string | null): Promise<PersonRow | undefined> {
    if (unionid === null) return undefined;
    const query = this.trx.selectFrom('person').selectAll().where('unionid', '=', unionid);
    const person = await this.locked(query).executeTakeFirst();
    if (person) return person;
    // An app that has moved to another open platform account has replaced it on the person.
    const identity = (await this.withUnionid(unionid)).find(({ came_by }) => came_by === 'login');
    return identity && this.person(identity.person_id);
  }

  async withUnionid(unionid: string | null): Promise<Identity[]> {
    if (unionid === null) return [];
    const query = this.trx.selectFrom('wechat_identity').selectAll().where('unionid', '=', unionid);
    return this.locked(query.orderBy('person_id')).execute();
  }

  async identitiesOf(personId: number): Promise<Identity[]> {
    const query = this.trx.selectFrom('wechat_identity').selectAll();
    return this.locked(query.where('person_id', '=', personId)).execute();
  }

  async addPerson(unionid: string | null): Promise<number> {
    const insert = this.trx.insertInto('person').values({ unionid, nickname: '', avatar: null });
    if (this.dialect === 'mysql') return Number((await insert.executeTakeFirstOrThrow()).insertId);
    return (await insert.returning('id').executeTakeFirstOrThrow()).id;
  }

  async save(
    before: Identity | undefined,
    { clientID: appid, openid, platform }: Profile,
    values: Pick<Identity, 'person_id' | 'unionid' | 'came_by'>,
  ): Promise<void> {
    if (!before) {
      await this.trx
        .insertInto('wechat_identity')
        .values({ appid, openid, platform, ...values })
        .execute();
      return;
    }
    const update = this.trx.updateTable('wechat_identity').set(values);
    await update.where('appid', '=', appid).where('openid', '=', openid).execute();
  }

  async remove(identities: Identity[]): Promise<void> {
    for (const { appid, openid } of identities) {
      await this.trx
        .deleteFrom('wechat_identity')
        .where('appid', '=', appid)
        .where('openid', '=', openid)
        .execute();
    }
  }

  async rename(identity: Identity, to: AppUser): Promise<void> {
    const { appid, openid } = identity;
    const update = this.trx.updateTable('wechat_identity').set({ appid: to.appid, openid: to.openid });
    await update.where('appid', '=', appid).where('openid', '=', openid).execute();
  }

  /** An app with tables of its own deletes their rows here as well. */
  async removePerson(id: number): Promise<void> {
    await this.person(id);
    await this.trx.deleteFrom('wechat_identity').where('person_id', '=', id).execute();
    await this.trx.deleteFrom('person').where('id', '=', id).execute();
  }

  /**
   * Makes one person of two. The older row stays, because the rest of an app's tables most likely point there; an app
   * with tables of its own moves the rows of the other one here as well.
   */
  async merge(one: PersonRow, two: PersonRow, unionid: string | null): Promise<number> {
    const [id, gone] = one.id < two.id ? [one.id, two.id] : [two.id, one.id];
    await this.trx
      .updateTable('wechat_identity')
      .set({ person_id: id })
      .where('person_id', '=', gone)
      .execute();
    await this.trx.deleteFrom('person').where('id', '=', gone).execute();
    const nickname = one.nickname || two.nickname;
    const avatar = one.avatar ?? two.avatar;
    await this.trx.updateTable('person').set({ unionid, nickname, avatar }).where('id', '=', id).execute();
    return id;
  }

  /** Takes all identities of a person for guests. */
  async demote(id: number): Promise<void> {
    await this.trx
      .updateTable('wechat_identity')
      .set({ came_by: 'link' })
      .where('person_id', '=', id)
      .execute();
  }

  async moveGuest(from: number, unionid: string, to: number): Promise<void> {
    await this.trx
      .updateTable('wechat_identity')
      .set({ person_id: to, came_by: 'login' })
      .where('person_id', '=', from)
      .where('unionid', '=', unionid)
      .where('came_by', '=', 'link')
      .execute();
  }

  async setUnionid(id: number, unionid: string | null): Promise<void> {
    await this.trx.updateTable('person').set({ unionid }).where('id', '=', id).execute();
  }

  /** A guest's name and picture are only better than none; and what a login does not bring erases nothing. */
  async describe(id: number, { displayName, photos }: Profile, isOwner: boolean): Promise<Person> {
    const before = (await this.person(id))!;
    const picture = photos?.[0]?.value ?? null;
    const nickname = isOwner ? displayName || before.nickname : before.nickname || displayName;
    const avatar = isOwner ? (picture ?? before.avatar) : (before.avatar ?? picture);
    await this.trx.updateTable('person').set({ nickname, avatar }).where('id', '=', id).execute();
    return { id, nickname, avatar };
  }

  async undescribe(id: number): Promise<void> {
    await this.trx.updateTable('person').set({ nickname: '', avatar: null }).where('id', '=', id).execute();
  }

  /** SQLite has no row locks: there a transaction that writes excludes all others from its beginning. */
  private locked<O>(
    query: SelectQueryBuilder<Tables, keyof Tables, O>,
  ): SelectQueryBuilder<Tables, keyof Tables, O> {
    return this.dialect === 'sqlite' ? query : query.forUpdate();
  }
}
