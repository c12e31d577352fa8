// npm run test:all: what `npm test` leaves out of a matrix, too. test/support/matrix.ts reads this.
process.env.TEST_MATRIX = 'whole';

/** @type {import('jest').Config} */
module.exports = { ...require('../jest.config.cjs'), rootDir: '..' };
