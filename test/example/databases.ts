/* eslint jest/no-export: off, jest/expect-expect: off, jest/valid-title: off, jest/valid-describe-callback: off, jest/no-disabled-tests: off, jest/require-top-level-describe: off -- makes describe blocks, and holds no tests itself */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWholeMatrix } from '../support/matrix.js';
import { servers, type DatabaseServer } from './database-servers.cjs';

/** Makes a new, empty database for each test, and says where it is, as `DATABASE` or `DATABASE_URL` have it. */
export type NewDatabase = () => Promise<string>;

/**
 * Describes something with SQLite, PostgreSQL and MariaDB, each in turn.
 *
 * @param always whether with the servers in `npm test`, too, not only where the whole matrix runs
 */
export function describeEachDatabase(
  name: string,
  tests: (database: NewDatabase) => void,
  always = false,
): void {
  describe(`${name}: SQLite`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'people-'));
    let count = 0;
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });
    tests(async () => join(folder, `people${++count}.sqlite`));
  });
  const withServer = (server: () => DatabaseServer): void => {
    let count = 0;
    tests(async () => server().createDatabase(`people${++count}`));
  };
  describeEachServer(name, withServer, always);
}

/**
 * Describes something with each server, where the whole matrix runs, or `always`. Skipped, with a reason, where a
 * server is not installed; a failure under `CI=true`.
 */
export function describeEachServer(
  name: string,
  tests: (server: () => DatabaseServer) => void,
  always = false,
): void {
  if (!isWholeMatrix && !always) return;
  for (const [product, { isInstalled, howTo, start }] of Object.entries(servers)) {
    const title = `${name}: ${product}`;
    if (isInstalled) {
      describe(title, () => {
        let server: DatabaseServer;
        beforeAll(async () => {
          server = await start();
        });
        afterAll(async () => {
          await server.stop();
        });
        tests(() => server);
      });
    } else if (process.env['CI'] === 'true') {
      test(title, () => {
        throw new Error(howTo);
      });
    } else {
      console.warn(`Skipped "${title}": ${howTo}.`);
      describe.skip(title, () => {
        tests(() => {
          throw new Error(howTo);
        });
      });
    }
  }
}
