import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile from 'libsql';
import {
  CompiledQuery,
  Kysely,
  MysqlDialect,
  PostgresDialect,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Dialect,
} from 'kysely';
import { createPool } from 'mysql2';
import pg from 'pg';
import { migrate } from './migrations.js';
import type { Database, Tables } from './people-tables.js';

export interface OpenDatabase extends Database {
  close(): Promise<void>;
}

/** The database cannot be reached, or is not done in time. */
class NoDatabaseError extends Error {
  override name = 'NoDatabaseError';
  /** What Express answers with. */
  readonly status = 503;
}

/** In milliseconds: how long a visitor waits, also for a server that restarts meanwhile. */
const VISITORS_PATIENCE = 10_000;
const PATIENCE_AT_START = 60_000;

/**
 * Opens the database, and brings its tables up to date.
 *
 * @param place - `postgres:`, `mysql:` or `mariadb:` and where the server is, or the path of an SQLite file
 */
export async function openDatabase(place: string): Promise<OpenDatabase> {
  const dialect = dialectOf(place);
  const db = await patiently(PATIENCE_AT_START, async () => migrated(dialect, place), complain);
  return {
    dialect,
    read: async (work) => patiently(VISITORS_PATIENCE, async () => work(db)),
    write: async (work) => patiently(VISITORS_PATIENCE, async () => db.transaction().execute(work)),
    close: async () => db.destroy(),
  };
}

/** With a connection of its own for each attempt: libsql keeps the statement open that has found the file locked. */
async function migrated(dialect: Database['dialect'], place: string): Promise<Kysely<Tables>> {
  const db = new Kysely<Tables>({ dialect: connector(dialect, place) });
  try {
    await migrate(db, dialect);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

function complain(error: unknown): void {
  // Another process is migrating the same file.
  if (fieldsOf(error).code.startsWith('SQLITE_')) return;
  console.error(`The database is not there yet (${messageOf(error)}). Trying again for a minute.`);
}

const SERVERS = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
} as const;

function dialectOf(place: string): Database['dialect'] {
  const scheme = /^[a-z]+:(?=\/\/)/.exec(place)?.[0];
  return scheme !== undefined && scheme in SERVERS ? SERVERS[scheme as keyof typeof SERVERS] : 'sqlite';
}

function connector(dialect: Database['dialect'], place: string): Dialect {
  if (dialect === 'postgres') return postgres(place);
  return dialect === 'mysql' ? mysql(place) : sqlite(place);
}

function postgres(url: string): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: VISITORS_PATIENCE,
    keepAlive: true,
  });
  // A connection that breaks between two queries has nobody else to tell, and an error without a listener ends the
  // process. The next query fails, and is repeated on another connection.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool });
}

function mysql(url: string): Dialect {
  return new MysqlDialect({
    pool: createPool({
      uri: url.replace(/^mariadb:/, 'mysql:'),
      charset: 'utf8mb4',
      connectTimeout: VISITORS_PATIENCE,
    }),
    onCreateConnection: async (connection) => {
      // The locks that people-tables.ts takes are enough. Those on gaps, which "repeatable read" adds, make first
      // logins of different people collide.
      await connection.executeQuery(
        CompiledQuery.raw('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'),
      );
      // Whatever the server's own mode is: nothing is cut off in silence, and "\" escapes, as the driver takes it to.
      await connection.executeQuery(CompiledQuery.raw("SET SESSION sql_mode = 'TRADITIONAL'"));
    },
  });
}

/** SQLite in this process, whose transactions exclude each other from their beginning. */
function sqlite(file: string): Dialect {
  return {
    createDriver: () => new ImmediateDriver(file),
    createAdapter: () => new TransactionalAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class ImmediateDriver extends SqliteDriver {
  private database: SqliteFile.Database | undefined;

  constructor(file: string) {
    super({ database: async () => (this.database = open(file)) });
  }

  /**
   * Two first logins of one person, in two processes, would otherwise both find nobody before one may write. Not as a
   * prepared statement, which libsql leaves unfinished when it finds the file locked.
   */
  override async beginTransaction(): Promise<void> {
    this.database?.exec('BEGIN IMMEDIATE');
  }
}

/**
 * Without a time to wait for the lock: libsql would stop the whole process for as long. patiently() waits instead, and
 * lets other visitors go on.
 */
function open(file: string): SqliteFile.Database {
  const database = new SqliteFile(file, { timeout: 0 });
  database.exec('PRAGMA foreign_keys = ON');
  // Readers go on while somebody writes, and a write need not wait for the disk: after a power cut the file is whole,
  // and lacks the last moments.
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  return database;
}

class TransactionalAdapter extends SqliteAdapter {
  /** Migrations of several processes that start at once wait for each other. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Does a piece of work, and does it again if another one was in the way or the connection is lost. */
async function patiently<T>(
  patience: number,
  work: () => Promise<T>,
  complain?: (error: unknown) => void,
): Promise<T> {
  const end = Date.now() + patience;
  for (let attempt = 0; ; attempt++) {
    try {
      return await inTime(work(), end);
    } catch (error) {
      if (!isPassing(error)) throw error;
      // Those who have collided must not meet again.
      const pause = Math.random() * Math.min(20 * 2 ** attempt, 500);
      if (Date.now() + pause > end)
        throw new NoDatabaseError(`The database: ${messageOf(error)}`, { cause: error });
      if (attempt === 0) complain?.(error);
      await sleep(pause);
    }
  }
}

async function inTime<T>(work: Promise<T>, end: number): Promise<T> {
  const controller = new AbortController();
  const tooLate = sleep(end - Date.now(), undefined, { signal: controller.signal }).then(() => {
    throw new NoDatabaseError('The database does not answer in time.');
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    controller.abort();
    tooLate.catch(() => {});
  }
}

/**
 * PostgreSQL's classes of SQLSTATE: 08 connection, 40 deadlock, 53 too many connections, 57P a server that stops or
 * starts; and of 23 those by which two transactions that write the same row find out that they have met.
 */
const PASSING = new RegExp(
  [
    '^(08|40|53)...$|^57P..$|^2350[35]$',
    '^SQLITE_(BUSY|LOCKED|CONSTRAINT_(UNIQUE|PRIMARYKEY|FOREIGNKEY))',
    '^ER_(LOCK_DEADLOCK|LOCK_WAIT_TIMEOUT|DUP_ENTRY|NO_REFERENCED_ROW_2|ROW_IS_REFERENCED_2|CHECKREAD)$',
    '^ER_(SERVER_SHUTDOWN|CON_COUNT_ERROR|TOO_MANY_USER_CONNECTIONS|CONNECTION_KILLED|NORMAL_SHUTDOWN)$',
    '^PROTOCOL_|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH)$|^ENOENT$',
  ].join('|'),
);

/** What pg and mysql2 say without a code when a connection is gone. */
const LOST =
  /^Connection terminated|^timeout exceeded when trying to connect|not queryable$|closed state$|^Connection lost/;

function isPassing(error: unknown): boolean {
  const { code, message } = fieldsOf(error);
  return PASSING.test(code) || LOST.test(message);
}

function messageOf(error: unknown): string {
  const { code, message } = fieldsOf(error);
  // Node gives a connection that has failed at each of several addresses an empty message.
  return message || code;
}

function fieldsOf(error: unknown): { code: string; message: string } {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}
