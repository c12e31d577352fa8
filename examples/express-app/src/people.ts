import Database from 'libsql';
import type { WeChatProfile } from 'passport-wechat-oauth2';

/** Somebody who uses this app: one row, however many doors they come in through. */
export interface Person {
  id: number;
  /** Empty when WeChat never sent one. */
  nickname: string;
  /** Address of the picture, or null. */
  avatar: string | null;
}

/** What one WeChat app calls the person. An openid means something only together with its appid. */
interface Identity {
  appid: string;
  openid: string;
  platform: string;
}

/** What is needed of the profile that the strategy hands over. */
export type Profile = Pick<
  WeChatProfile,
  'clientID' | 'openid' | 'unionid' | 'platform' | 'displayName' | 'photos'
>;

/** The WeChat that somebody wants to link is not the one their account already belongs to. */
export class OtherWeChatError extends Error {
  override name = 'OtherWeChatError';
}

/**
 * The people of this app in an SQL database.
 *
 * WeChat knows a person by two kinds of id. The openid is always there, and is a different one in each app (website,
 * official account, mini program). The unionid is the same in all apps that are bound to one open platform account, and
 * is missing as long as an app is not. Keyed by one of the two alone, the same human ends up as several people; so the
 * unionid is kept on the person, and every (appid, openid) that was ever seen points to a person. It also keeps the unionid
 * that it last brought itself, which proves whose it is; that somebody once linked it does not.
 */
export class People {
  private readonly db: Database.Database;

  constructor(file: string) {
    // Several processes share the file: a writer waits for the other one instead of failing at once.
    this.db = new Database(file, { timeout: 5000 });
    this.db.exec(schema);
    this.write(() => {
      this.addWhatAnEarlierVersionLacks();
    });
  }

  /** Finds the person behind a WeChat login, or makes one. Keeps name and picture up to date. */
  logIn(profile: Profile): Person {
    return this.write(() => this.enter(profile, undefined));
  }

  /**
   * Adds a WeChat to somebody who is logged in already: the way to join what WeChat itself does not join, an app that
   * is not bound to the open platform account. If that WeChat was somebody else here until now, the two become one.
   */
  link(personId: number, profile: Profile): Person {
    return this.write(() => this.enter(profile, personId));
  }

  find(id: number): Person | undefined {
    const row = this.row('SELECT * FROM person WHERE id = ?', id);
    return row && { id: row.id, nickname: row.nickname, avatar: row.avatar };
  }

  identities(personId: number): Identity[] {
    return this.db
      .prepare('SELECT appid, openid, platform FROM wechat_identity WHERE person_id = ? ORDER BY rowid')
      .all(personId) as Identity[];
  }

  close(): void {
    this.db.close();
  }

  private enter(profile: Profile, loggedIn: number | undefined): Person {
    const { clientID: appid, openid, platform } = profile;
    if (!appid || !openid) throw new TypeError('A WeChat login without appid or openid identifies nobody');
    const unionid = profile.unionid || undefined;

    const byOpenid = this.db
      .prepare(
        `SELECT person.*, wechat_identity.unionid AS brought
         FROM person JOIN wechat_identity ON person_id = id WHERE appid = ? AND openid = ?`,
      )
      .get(appid, openid) as OwnerRow | undefined;
    const byUnionid =
      unionid === undefined ? undefined : this.row('SELECT * FROM person WHERE unionid = ?', unionid);
    // Then this identity alone goes to its own person. To write its unionid to the one who linked it, or to join the
    // two people, would give one the other's account.
    const linkedToAnother = byOpenid && isLinkedToAnother(byOpenid, unionid, byUnionid);
    const known = [
      loggedIn === undefined ? undefined : this.row('SELECT * FROM person WHERE id = ?', loggedIn),
      linkedToAnother ? undefined : byOpenid,
      byUnionid,
    ].filter((row) => row !== undefined);

    if (loggedIn !== undefined) refuseOtherWeChat(loggedIn, known, unionid);

    // The oldest row stays, because the rest of an app's tables most likely point there.
    const id = known.length > 0 ? Math.min(...known.map((row) => row.id)) : this.insertPerson();
    for (const row of known) {
      if (row.id !== id) this.merge(row.id, id);
    }
    this.remember(id, profile, unionid ?? known.find((row) => row.unionid !== null)?.unionid ?? null);
    this.db
      .prepare(
        `INSERT INTO wechat_identity (appid, openid, person_id, platform, unionid) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (appid, openid) DO UPDATE
         SET person_id = excluded.person_id, unionid = coalesce(excluded.unionid, unionid)`,
      )
      .run(appid, openid, id, platform, unionid ?? null);
    return this.find(id)!;
  }

  private insertPerson(): number {
    return Number(this.db.prepare('INSERT INTO person DEFAULT VALUES').run().lastInsertRowid);
  }

  /** Two rows turn out to be one human. An app with tables of its own moves their rows here as well. */
  private merge(from: number, into: number): void {
    this.db.prepare('UPDATE wechat_identity SET person_id = ? WHERE person_id = ?').run(into, from);
    this.db
      .prepare(
        `UPDATE person SET nickname = iif(person.nickname = '', gone.nickname, person.nickname),
                           avatar = coalesce(person.avatar, gone.avatar)
         FROM person AS gone WHERE person.id = ? AND gone.id = ?`,
      )
      .run(into, from);
    this.db.prepare('DELETE FROM person WHERE id = ?').run(from);
  }

  /** A login that brings no name or picture (mini program, silent login) does not erase the ones that are known. */
  private remember(id: number, profile: Profile, unionid: string | null): void {
    this.db
      .prepare(
        `UPDATE person SET unionid = ?, nickname = coalesce(nullif(?, ''), nickname), avatar = coalesce(?, avatar)
         WHERE id = ?`,
      )
      .run(unionid, profile.displayName, profile.photos?.[0]?.value ?? null, id);
  }

  /**
   * Within a transaction, since several processes may start at once. What the identities of an earlier version brought
   * is not guessed from their people, who may have linked them: it stays empty until their next login.
   */
  private addWhatAnEarlierVersionLacks(): void {
    const column = "SELECT 1 FROM pragma_table_info('wechat_identity') WHERE name = 'unionid'";
    if (this.db.prepare(column).get()) return;
    this.db.exec("ALTER TABLE wechat_identity ADD COLUMN unionid TEXT CHECK (unionid <> '')");
  }

  private row(sql: string, ...values: (string | number)[]): PersonRow | undefined {
    return this.db.prepare(sql).get(...values) as PersonRow | undefined;
  }

  /**
   * BEGIN IMMEDIATE takes the write lock before the first read. Two first logins of one person at the same moment, in
   * two processes, would otherwise both find nobody and make two people.
   */
  private write<T>(work: () => T): T {
    return this.db.transaction(work).immediate();
  }
}

interface PersonRow extends Person {
  unionid: string | null;
}

/** The person whom an openid leads to. */
interface OwnerRow extends PersonRow {
  /** The unionid that the openid itself last brought. */
  brought: string | null;
}

/**
 * Whether the openid turns out to be another WeChat user's than the person's: it was linked before its app was bound,
 * when nobody could tell. One that has brought a unionid of its own before got here by that, not by a link alone; if
 * nobody has its new unionid, its app has moved to another open platform account.
 */
function isLinkedToAnother(
  owner: OwnerRow,
  unionid: string | undefined,
  byUnionid: PersonRow | undefined,
): boolean {
  if (unionid === undefined || owner.unionid === null || owner.unionid === unionid) return false;
  const appHasMoved = owner.brought !== null && byUnionid === undefined;
  return !appHasMoved;
}

/** Two unionids are two WeChat users. To join them would let one log in as the other. */
function refuseOtherWeChat(loggedIn: number, known: PersonRow[], unionid: string | undefined): void {
  if (!known.some((row) => row.id === loggedIn))
    throw new Error('Nobody is logged in under this id any more');
  const unionids = new Set([unionid, ...known.map((row) => row.unionid)].filter(Boolean));
  if (unionids.size > 1) throw new OtherWeChatError('This WeChat is somebody else');
}

// WAL lets logins read while another one writes. STRICT refuses values of the wrong type, as other databases do.
const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    unionid TEXT UNIQUE CHECK (unionid <> ''),
    nickname TEXT NOT NULL DEFAULT '',
    avatar TEXT,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
  ) STRICT;
  CREATE TABLE IF NOT EXISTS wechat_identity (
    appid TEXT NOT NULL CHECK (appid <> ''),
    openid TEXT NOT NULL CHECK (openid <> ''),
    person_id INTEGER NOT NULL REFERENCES person (id),
    platform TEXT NOT NULL,
    unionid TEXT CHECK (unionid <> ''),
    PRIMARY KEY (appid, openid)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS wechat_identity_person ON wechat_identity (person_id);
`;
