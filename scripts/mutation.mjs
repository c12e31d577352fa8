// Changes lib/ in thousands of small ways and counts the changes that no test notices, which are listed in
// reports/mutation/<group>.html. It fails below 85 % in all, or below 70 % in one file.
//
//   npm run mutation [-- profile state ...]
//
// Each group of files is tested by the tests that are about it: those of everything would notice a few changes more, and
// take most of a day, since each change needs a start of jest for every test file that comes across it.
import { readdirSync } from 'node:fs';
import { Stryker } from '@stryker-mutator/core';

const GROUPS = {
  profile: {
    files: ['profile', 'login/finish-login'],
    tests: ['unit/profile', 'strategy/{outcomes,user-profile,website-login,native-app-and-mini-program}'],
  },
  verify: {
    files: ['login/verify', 'login/outcome', 'util/from-callback'],
    tests: ['unit/{verify,outcome}', 'strategy/{exactly-once,failing-callbacks,verify}'],
  },
  options: {
    files: [
      'options',
      'platform',
      'login/apps',
      'util/assert',
      'util/warnings',
      'state/pending-login',
      'state/limits',
    ],
    tests: ['unit/{apps,assert,options,pending-login,platform}', 'strategy/{options,state-custom}'],
  },
  response: {
    files: ['api/response', 'api/endpoints', 'api/error-codes', 'errors'],
    tests: ['unit/{response,endpoints,errors,error-codes}'],
  },
  request: {
    files: ['api/request', 'api/diagnostics', 'api/host'],
    tests: ['unit/{request,host}', 'strategy/{retries,faults-network,connections,diagnostics}'],
  },
  http: {
    files: ['api/http', 'api/watched-request', 'api/connection', 'api/pool', 'api/preconnect', 'util/timers'],
    tests: ['unit/{preconnect,http,http-axios}', 'strategy/{connections,faults-network,proxy,retries}'],
  },
  browser: {
    files: [
      ...['authorization-request', 'authorization-response', 'redirect-uri', 'begin-login'].map(
        (name) => `login/${name}`,
      ),
      ...['login/oauth2', 'login/repeated-callback', 'util/request-origin', 'leave-frame', 'client'],
    ],
    tests: [
      'unit/{authorization-response,redirect-uri,client,leave-frame,repeated-callback}',
      'strategy/{website-login,embed,user-profile,inside-wechat,double-callback,oauth2-refresh}',
    ],
  },
  state: {
    files: ['state/session-store', 'state/cookie-store', 'state/handle'],
    tests: ['unit/{session-store,cookie-store}', 'strategy/{state-session,state-cookie,state-cookie-forged}'],
  },
  strategy: {
    files: ['strategy'],
    tests: [
      'strategy/{outcomes,exactly-once,failing-callbacks,oauth2-refresh,state-custom,user-profile}',
      'strategy/{website-login,embed,inside-wechat,double-callback}',
    ],
  },
};

/** Types, and names that others have: there is nothing to change. */
const WITHOUT_CODE = ['index', 'passport-types', 'state/store'];

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
    timeoutMS: 10_000,
    reporters: ['progress', 'html'],
    htmlReporter: { fileName: `reports/mutation/${group}.html` },
    thresholds: { high: 90, low: 85, break: null },
  };
}

/** What is wrong with the groups, or with those that were asked for. */
function mistakes(asked) {
  const files = readdirSync('lib', { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length));
  const named = [...WITHOUT_CODE, ...Object.values(GROUPS).flatMap((group) => group.files)];
  return [
    ...files.filter((file) => !named.includes(file)).map((file) => `lib/${file}.ts is in no group.`),
    ...named.filter((file) => !files.includes(file)).map((file) => `There is no lib/${file}.ts.`),
    ...asked
      .filter((group) => !Object.hasOwn(GROUPS, group))
      .map((group) => `There is no group ${group}, but ${Object.keys(GROUPS).join(', ')}.`),
  ];
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
const weak = Object.keys(table).filter((file) => file !== 'all of it' && below(file, 70));
if (weak.length > 0) console.error(`Below 70 %: ${weak.join(', ')}.`);
if (below('all of it', 85)) console.error('Below 85 % in all.');
if (weak.length > 0 || below('all of it', 85)) process.exitCode = 1;
