import { Rows, type AppUser, type Database, type Identity } from './people-tables.js';

/**
 * What WeChat's messages to your server ask of the tables, for a handler of your own to call: docs/leaving.md says
 * where to switch them on, and which library verifies them. Each may be called again, as WeChat repeats them.
 */
export class WeChatEvents {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** `user_authorization_revoke`: a user takes back what they have allowed one app. */
  async authorizationRevoked({ appid, openid }: AppUser): Promise<void> {
    return this.write(async (rows) => {
      const identity = await rows.identity(appid, openid);
      if (identity) await forget(rows, [identity]);
    });
  }

  /** `user_info_modified`: WeChat has taken a name or picture down. The next login brings the new ones. */
  async userInfoModified({ appid, openid }: AppUser): Promise<void> {
    return this.write(async (rows) => {
      const identity = await rows.identity(appid, openid);
      if (identity) await rows.undescribe(identity.person_id);
    });
  }

  /** `user_authorization_cancellation`: a user has closed the WeChat account itself, so it is gone from every app. */
  async weChatClosed({ appid, openid }: AppUser, unionid?: string): Promise<void> {
    return this.write(async (rows) => {
      const identity = await rows.identity(appid, openid);
      const known = unionid || identity?.unionid || null;
      const owner = await rows.ownerOf(known);
      await forget(rows, [...(identity ? [identity] : []), ...(await rows.withUnionid(known))]);
      if (owner && owner.unionid === known) await rows.setUnionid(owner.id, null);
    });
  }

  /**
   * A service account has moved to another legal entity (主体迁移), which changes all its openids; WeChat's
   * `changeopenid` says which is which.
   */
  async openidChanged(from: AppUser, to: AppUser): Promise<void> {
    if (!to.appid || !to.openid)
      throw new TypeError('Without a new AppID and openid nobody could log in any more');
    return this.write(async (rows) => {
      const before = await rows.identity(from.appid, from.openid);
      // There already if the user has logged in through the new account before.
      const after = await rows.identity(to.appid, to.openid);
      if (!before || (from.appid === to.appid && from.openid === to.openid)) return;
      if (!after) return rows.rename(before, to);

      if (before.came_by === 'login' && after.came_by === 'login' && before.person_id !== after.person_id) {
        const one = (await rows.person(before.person_id))!;
        const two = (await rows.person(after.person_id))!;
        await rows.merge(one, two, two.unionid ?? one.unionid);
      }
      // One that came by a login says more than one that was linked.
      if (before.came_by === 'link' || after.came_by === 'login') return rows.remove([before]);
      await rows.remove([after]);
      await rows.rename(before, to);
    });
  }

  private async write<T>(work: (rows: Rows) => Promise<T>): Promise<T> {
    return this.database.write(async (trx) => work(new Rows(trx, this.database.dialect)));
  }
}

/** Removes identities, and with its last login an account. */
async function forget(rows: Rows, identities: Identity[]): Promise<void> {
  for (const id of new Set(identities.map(({ person_id }) => person_id))) await rows.person(id);
  await rows.remove(identities);
  for (const id of new Set(identities.map(({ person_id }) => person_id))) {
    const left = await rows.identitiesOf(id);
    if (left.every(({ came_by }) => came_by === 'link')) await rows.removePerson(id);
  }
}
