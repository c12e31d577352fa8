// Changes lib/ in thousands of small ways and counts the changes that no test notices, which are listed in
// reports/mutation/<group>.html. It fails below the floors.
//
//   npm run mutation [-- profile state ...]
//
// Each group of files is tested by the tests that are about it: those of everything would notice a few changes more,
// and take most of a day, since each change needs a start of jest for every test file that comes across it.
import { Stryker } from '@stryker-mutator/core';
import { GROUPS, mistakes } from './mutation-groups.mjs';

/** Percent of the changes that must be detected, in all and in each file. */
const FLOORS = { all: 85, file: 70 };

const DETECTED = ['Killed', 'Timeout'];
const COUNTED = [...DETECTED, 'Survived', 'NoCoverage'];

function optionsOf(group) {
  const { files, tests } = GROUPS[group];
  return {
    mutate: files.map((name) => `lib/${name}.ts`),
    testRunner: 'jest',
    jest: {
      configFile: 'jest.config.cjs',
      config: {
        roots: ['<rootDir>/test'],
        testMatch: tests.map((name) => `<rootDir>/test/${name}.test.ts`),
        testTimeout: 15_000,
      },
      enableFindRelatedTests: false,
    },
    coverageAnalysis: 'perTest',
    // Tables and messages that are made when a module is loaded: each of these changes would need all of the tests.
    ignoreStatic: true,
    ignorePatterns: ['/docs/images', '/bench', '/examples', '/reports', '/coverage', '/dist'],
    // Ample, since a time-out counts as detected, and a busy machine must not look like a good test.
    timeoutMS: 30_000,
    reporters: ['progress', 'html'],
    htmlReporter: { fileName: `reports/mutation/${group}.html` },
    thresholds: { high: 90, low: FLOORS.all, break: null },
  };
}

function scoreOf(results) {
  const counted = results.filter(({ status }) => COUNTED.includes(status));
  const detected = counted.filter(({ status }) => DETECTED.includes(status));
  return {
    changes: counted.length,
    detected: detected.length,
    'by time-out': detected.filter(({ status }) => status === 'Timeout').length,
    score: `${((100 * detected.length) / counted.length).toFixed(1)} %`,
  };
}

const asked = process.argv.slice(2);
const wrong = mistakes(asked);
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
const results = [];
for (const group of asked.length > 0 ? asked : Object.keys(GROUPS)) {
  results.push(...(await new Stryker(optionsOf(group)).runMutationTest()));
}
const fileOf = ({ fileName }) => fileName.replace(/^.*\blib\//, '');
const table = {};
for (const file of [...new Set(results.map(fileOf))].sort()) {
  table[file] = scoreOf(results.filter((result) => fileOf(result) === file));
}
table['all of it'] = scoreOf(results);
console.table(table);
// Where nothing was changed, the score is no number.
const below = (name, floor) => !(parseFloat(table[name].score) >= floor);
const weak = Object.keys(table).filter((file) => file !== 'all of it' && below(file, FLOORS.file));
if (weak.length > 0) console.error(`Below ${FLOORS.file} %: ${weak.join(', ')}.`);
const isWeak = below('all of it', FLOORS.all);
if (isWeak) console.error(`Below ${FLOORS.all} % in all.`);
if (weak.length > 0 || isWeak) process.exitCode = 1;
