// The groups of files that scripts/mutation.mjs changes, each with the tests that are about it.
import { existsSync, readdirSync } from 'node:fs';

export const GROUPS = {
  profile: {
    files: ['profile', 'login/finish-login'],
    tests: ['unit/profile', 'strategy/{outcomes,user-profile,website-login,native-app-and-mini-program}'],
  },
  verify: {
    files: ['login/verify', 'login/outcome', 'util/from-callback'],
    tests: ['unit/{verify,outcome}', 'strategy/{exactly-once,failing-callbacks,verify,verify-traps}'],
  },
  options: {
    files: [
      'options',
      'platform',
      'login/apps',
      'util/assert',
      'util/misnamed',
      'util/secure-origin',
      'util/warnings',
      'state/pending-login',
      'state/limits',
    ],
    tests: [
      'unit/{apps,assert,options,pending-login,platform}',
      'strategy/{options,state-custom,insecure-origins,configuration}',
    ],
  },
  response: {
    files: ['api/response', 'api/endpoints', 'api/error-codes', 'errors'],
    tests: ['unit/{response,endpoints,errors,error-codes}'],
  },
  request: {
    files: ['api/request', 'api/diagnostics', 'api/host'],
    tests: ['unit/{request,host,assert}', 'strategy/{retries,faults-network,connections,diagnostics}'],
  },
  http: {
    files: ['api/http', 'api/watched-request', 'api/connection', 'api/pool', 'api/preconnect', 'util/timers'],
    tests: [
      'unit/{pool,preconnect,http,http-axios}',
      'strategy/{connections,faults-network,overload,proxy,retries,unexpected-responses}',
    ],
  },
  browser: {
    files: [
      ...['authorization-request', 'authorization-response', 'redirect-uri', 'begin-login'].map(
        (name) => `login/${name}`,
      ),
      ...['login/oauth2', 'login/repeated-callback', 'util/request-origin'],
      ...['leave-frame', 'client', 'authorization-url'],
    ],
    tests: [
      'unit/{authorization-response,authorization-url,redirect-uri,client,leave-frame,repeated-callback}',
      'strategy/{website-login,embed,user-profile,inside-wechat,double-callback,oauth2-refresh,component}',
    ],
  },
  state: {
    files: ['state/session-store', 'state/cookie-store', 'state/handle'],
    tests: ['unit/{session-store,cookie-store}', 'strategy/{state-session,state-cookie,state-cookie-forged}'],
  },
  strategy: {
    files: ['strategy', 'login/diagnostics'],
    tests: [
      'strategy/{outcomes,exactly-once,failing-callbacks,oauth2-refresh,state-custom,user-profile}',
      'strategy/{website-login,embed,inside-wechat,double-callback,login-channel}',
    ],
  },
};

/** Types, and names that others have: there is nothing to change. */
const WITHOUT_CODE = ['index', 'passport-types', 'state/store'];

/** The test files of a pattern such as `unit/{a,b}`. */
function expand(pattern) {
  const [, before, names] = /^(.*?)(?:\{(.*)\})?$/.exec(pattern);
  return (names ?? '').split(',').map((name) => `test/${before}${name}.test.ts`);
}

/** What is wrong with the groups, or with those that were asked for. */
export function mistakes(asked) {
  const files = readdirSync('lib', { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length));
  const named = [...WITHOUT_CODE, ...Object.values(GROUPS).flatMap((group) => group.files)];
  const tests = Object.values(GROUPS).flatMap((group) => group.tests.flatMap(expand));
  return [
    ...files.filter((file) => !named.includes(file)).map((file) => `lib/${file}.ts is in no group.`),
    ...named.filter((file) => !files.includes(file)).map((file) => `There is no lib/${file}.ts.`),
    ...tests.filter((test) => !existsSync(test)).map((test) => `There is no ${test}.`),
    ...asked
      .filter((group) => !Object.hasOwn(GROUPS, group))
      .map((group) => `There is no group ${group}, but ${Object.keys(GROUPS).join(', ')}.`),
  ];
}
