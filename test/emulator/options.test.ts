import { createEmulator, DEFAULT_USERS, type EmulatorOptions } from 'wechat-login-emulator';
import { Client, website } from '../support/emulator-client.js';

/** What createEmulator says of options that it refuses. */
function refusal(options: unknown): string {
  try {
    createEmulator(options as EmulatorOptions);
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  throw new Error('the options were accepted');
}

const app = {
  appid: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  platform: 'website',
  name: 'Shop',
  domains: ['login.example.com', 'localhost:3000', 'localhost:*', '[::1]:*', '127.0.0.1'],
} as const;
const [user] = DEFAULT_USERS;

test('takes every option', () => {
  const options = {
    apps: [{ ...app, domains: [...app.domains], openPlatform: 'us', components: ['wxc'] }],
    components: [{ appid: 'wxc', secret: 'c', name: 'Platform', domains: ['platform.example.com'] }],
    users: [{ name: 'mei', nickname: '', headimgurl: '', unionKey: 'mei' }],
    publicOrigin: 'http://192.168.1.20:4810',
    pollHold: 100,
    qrLife: 1000,
    codeLife: 1000,
    refreshLife: 1000,
    denial: 'authdeny',
    doubleCallback: 'two-codes',
    strictOrder: true,
    checkOpenid: true,
    requireUserAgent: false,
    requireState: true,
    scopeTrailingComma: true,
    unionidOnBase: true,
    ridStyle: 'hints',
    expiredCodeErrcode: 42003,
    expiredTokenErrcode: 40001,
    expiredRefreshErrcode: 40030,
    wrongSecretErrcode: 40001,
    wrongSecretBurnsCode: true,
    consentLife: 1000,
    snapshot: 'always',
    snapshotUserinfo: 48001,
  } satisfies Required<EmulatorOptions>;
  expect(() => createEmulator(options)).not.toThrow();
});

test('what is undefined counts as left out', async () => {
  const apps = [{ ...app, openPlatform: undefined }];
  const users = [{ name: 'mei', nickname: '', unionKey: 'mei', headimgurl: undefined }];
  const client = new Client({ apps, users, qrLife: undefined, publicOrigin: undefined } as never);
  await client.listen();
  expect(await client.uuid({ appid: app.appid })).not.toBe('');
  await client.wechat.close();
});

test.each<[string, unknown, string]>([
  ['no object', null, 'must be an object'],
  ['a list', [], 'must be an object'],
  [
    'an unknown option',
    { port: 4810 },
    'unknown option port; those that exist are apps, users, components, publicOrigin, ',
  ],
  [
    'an option that belongs elsewhere',
    { users: [{ ...user, appid: 'x' }] },
    'users[0]: unknown option appid; those that exist are name, nickname, headimgurl, unionKey',
  ],
  ['no list', { apps: {} }, 'apps: must be a list'],
  ['a member that is missing', { apps: [{ ...app, name: undefined }] }, 'apps[0].name: is missing'],
  [
    'an appid that is none',
    { apps: [{ ...app, appid: '' }] },
    'apps[0].appid: must be a string without spaces',
  ],
  [
    'a stray space',
    { apps: [app, { ...app, secret: 'hush ' }] },
    'apps[1].secret: must be a string without spaces',
  ],
  [
    'an unknown platform',
    { apps: [{ ...app, platform: 'web' }] },
    'apps[0].platform: must be "website", "officialAccount", "mobileApp" or "miniProgram"',
  ],
  [
    'a domain with a scheme',
    { apps: [{ ...app, domains: ['https://x.com'] }] },
    'apps[0].domains[0]: must be a host alone, without scheme and path, such as login.example.com or localhost:*',
  ],
  [
    'a domain with a path',
    { apps: [{ ...app, domains: ['x.com', 'x.com/cb'] }] },
    'apps[0].domains[1]: must be a host alone',
  ],
  ['two apps of one appid', { apps: [app, app] }, `apps[1].appid: ${app.appid} is that of apps[0] too`],
  [
    'a third-party platform that does not exist',
    { apps: [{ ...app, components: ['wx0'] }] },
    'apps[0].components[0]: wx0 is not the appid of one of components',
  ],
  ['two users of one name', { users: [user, user] }, 'users[1].name: amei is that of users[0] too'],
  ['no user', { users: [] }, 'users: must name at least one person, or be left out'],
  ['a number as text', { pollHold: '100' }, 'pollHold: must be a number'],
  ['no number', { qrLife: NaN }, 'qrLife: must be a number'],
  ['a negative time', { qrLife: -1 }, 'qrLife: must be 0 or more'],
  ['text as a switch', { strictOrder: 'no' }, 'strictOrder: must be true or false'],
  ['an unknown denial', { denial: 'deny' }, 'denial: must be "stay", "state-only" or "authdeny"'],
  ['a mixture', { doubleCallback: true }, 'doubleCallback: must be false, "two-codes" or "same-code"'],
  ['an errcode that is none', { expiredCodeErrcode: 1 }, 'expiredCodeErrcode: must be 40029 or 42003'],
  [
    'an origin without scheme',
    { publicOrigin: 'localhost:4810' },
    'publicOrigin: must be an origin without a path, such as http://192.168.1.20:4810',
  ],
  ['an origin with a path', { publicOrigin: 'http://x.com/y' }, 'publicOrigin: must be an origin'],
])('refuses %s', (_what, options, mistake) => {
  expect(refusal(options)).toContain(`createEmulator(): these options are not valid:\n  ${mistake}`);
});

test('names every mistake, a line for each', () => {
  expect(refusal({ qrLife: '1', pollHold: -1 }).split('\n').slice(1)).toEqual([
    '  pollHold: must be 0 or more',
    '  qrLife: must be a number',
  ]);
});

test('names a value that is wrong by its place alone: it may be a secret', () => {
  expect(refusal({ apps: [{ ...website, secret: 'The Real Secret' }] })).not.toContain('Real');
});
