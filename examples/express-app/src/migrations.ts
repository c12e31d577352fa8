import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import type { Database, Tables } from './people-tables.js';

type Dialect = Database['dialect'];

/** Brings the tables up to date; several processes may start at once. */
export async function migrate(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(dialect) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

/**
 * One statement each, since MySQL cannot undo half of a change of tables. Your own tables go behind them; what has
 * been released is never edited.
 */
function migrations(dialect: Dialect): Record<string, Migration> {
  const { id, key, text, timestamp, table } = types(dialect);
  return {
    '1-person': {
      up: async (db: Kysely<unknown>) =>
        db.schema
          .createTable('person')
          .ifNotExists()
          .addColumn('id', id, (column) =>
            dialect === 'postgres' ? column.primaryKey() : column.primaryKey().autoIncrement(),
          )
          .addColumn('unionid', key, (column) => column.unique().check(sql`unionid <> ''`))
          .addColumn('nickname', text, (column) => column.notNull())
          .addColumn('avatar', text)
          .addColumn('created_at', timestamp, (column) => column.notNull().defaultTo(sql`CURRENT_TIMESTAMP`))
          .modifyEnd(table)
          .execute(),
    },
    '2-wechat-identity': {
      up: async (db: Kysely<unknown>) =>
        db.schema
          .createTable('wechat_identity')
          .ifNotExists()
          .addColumn('appid', key, (column) => column.notNull().check(sql`appid <> ''`))
          .addColumn('openid', key, (column) => column.notNull().check(sql`openid <> ''`))
          .addColumn('person_id', 'integer', (column) => column.notNull())
          .addColumn('platform', key, (column) => column.notNull())
          .addColumn('unionid', key, (column) => column.check(sql`unionid <> ''`))
          .addColumn('came_by', key, (column) => column.notNull().check(sql`came_by IN ('login', 'link')`))
          .addPrimaryKeyConstraint('wechat_identity_key', ['appid', 'openid'])
          .addForeignKeyConstraint('wechat_identity_owner', ['person_id'], 'person', ['id'])
          .modifyEnd(table)
          .execute(),
    },
    ...(dialect === 'sqlite' && { '3-file-of-an-earlier-version': { up: completeEarlierFile } }),
    '4-identities-by-person': {
      up: async (db: Kysely<unknown>) =>
        db.schema
          .createIndex('wechat_identity_by_person')
          .on('wechat_identity')
          .column('person_id')
          .execute(),
    },
    '5-identities-by-unionid': {
      up: async (db: Kysely<unknown>) =>
        db.schema.createIndex('wechat_identity_by_unionid').on('wechat_identity').column('unionid').execute(),
    },
  };
}

function types(dialect: Dialect) {
  const common = { text: 'text', timestamp: 'timestamp', key: 'varchar(128)', table: sql`` } as const;
  if (dialect === 'postgres') return { ...common, id: 'serial' } as const;
  // Ids of WeChat differ in the case of a letter alone, and nicknames have emoji: MySQL's own defaults lose both.
  const table = sql`ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
  if (dialect === 'mysql') return { ...common, id: 'integer', table } as const;
  // STRICT refuses values of the wrong type, as the other databases do, and knows these types alone.
  return { id: 'integer', key: 'text', text: 'text', timestamp: 'text', table: sql`STRICT` } as const;
}

/**
 * Before there were migrations, an SQLite file had no `came_by`, and at first no unionid of an identity. Who logged in
 * and who was linked is not known of these: the first identity of a person is taken for the owner's, and each other
 * one that has the owner's unionid.
 */
async function completeEarlierFile(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM pragma_table_info('wechat_identity')`.execute(
    db,
  );
  const lacks = (column: string): boolean => rows.every(({ name }) => name !== column);
  if (lacks('unionid')) {
    await sql`ALTER TABLE wechat_identity ADD COLUMN unionid TEXT CHECK (unionid <> '')`.execute(db);
  }
  if (lacks('came_by')) {
    await sql`ALTER TABLE wechat_identity ADD COLUMN came_by TEXT NOT NULL DEFAULT 'link'
              CHECK (came_by IN ('login', 'link'))`.execute(db);
    await sql`UPDATE wechat_identity SET came_by = 'login'
              WHERE rowid IN (SELECT min(rowid) FROM wechat_identity GROUP BY person_id)
              OR unionid = (SELECT unionid FROM person WHERE id = person_id)`.execute(db);
  }
}
