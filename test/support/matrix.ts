/**
 * Some tests are one story told many times: on each database, on each screen, with each cookie. `npm test` tells it
 * once or a few times; `npm run test:all`, which `.ci/run` runs, tells it all. This is the only place that knows
 * which it is.
 */
export const isWholeMatrix = process.env['TEST_MATRIX'] === 'whole';

/** All rows of a matrix, or those that stand for it. */
export function rowsOf<T>(rows: readonly T[], standsForAll: (row: T, index: number) => boolean): T[] {
  return rows.filter((row, index) => isWholeMatrix || standsForAll(row, index));
}
