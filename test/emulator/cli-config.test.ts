import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError, readConfig } from '../../emulator/src/options/config-file';
import { DEFAULT_APPS, DEFAULT_USERS } from '../../emulator/src/options/defaults';

const folder = mkdtempSync(path.join(tmpdir(), 'wechat-login-emulator-'));
const file = path.join(folder, 'wechat.json');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(text: string): unknown {
  writeFileSync(file, text);
  return readConfig(file);
}

const app = {
  appid: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  platform: 'website',
  name: 'Shop',
  domains: ['login.example.com', 'localhost:3000', 'localhost:*', '[::1]:*'],
};

test('the built-in apps and users could stand in a file', () => {
  const config = { apps: DEFAULT_APPS, users: DEFAULT_USERS };
  expect(read(JSON.stringify(config))).toEqual(config);
});

test('takes every switch', () => {
  const config = {
    apps: [app],
    users: [{ name: 'mei', nickname: '', headimgurl: '', unionKey: 'mei' }],
    publicOrigin: 'http://192.168.1.20:4810',
    pollHold: 100,
    qrLife: 1000,
    codeLife: 1000,
    refreshLife: 1000,
    denial: 'authdeny',
    doubleCallback: 'two-codes',
    strictOrder: false,
    requireUserAgent: false,
    requireState: true,
    scopeTrailingComma: true,
    unionidOnBase: true,
    ridStyle: 'hints',
    expiredCodeErrcode: 42003,
    expiredTokenErrcode: 40001,
    expiredRefreshErrcode: 40030,
    wrongSecretBurnsCode: true,
    consentLife: 1000,
    snapshot: 'always',
    snapshotUserinfo: 48001,
  };
  expect(read(JSON.stringify(config))).toEqual(config);
});

test('an editor’s byte order mark does no harm', () => {
  expect(read('\uFEFF{}')).toEqual({});
});

test.each<[string, unknown, string]>([
  ['no object', [], 'expected object, received array'],
  ['an unknown key', { port: 4810 }, '  unknown key port'],
  [
    'a key that belongs elsewhere',
    { users: [{ ...app }] },
    '  users[0]: unknown key appid, secret, platform, domains',
  ],
  [
    'an appid that is none',
    { apps: [{ ...app, appid: 'wx12' }] },
    '  apps[0].appid: must be wx and 16 hex digits',
  ],
  [
    'a secret that is none',
    { apps: [app, { ...app, secret: 'hush' }] },
    '  apps[1].secret: must be 32 hex digits',
  ],
  [
    'an unknown platform',
    { apps: [{ ...app, platform: 'web' }] },
    '  apps[0].platform: Invalid option: expected one of "website"|',
  ],
  [
    'a domain with a scheme',
    { apps: [{ ...app, domains: ['https://x.com'] }] },
    '  apps[0].domains[0]: must be a host alone',
  ],
  [
    'a domain with a path',
    { apps: [{ ...app, domains: ['x.com', 'x.com/cb'] }] },
    '  apps[0].domains[1]: must be a host alone',
  ],
  ['a number as text', { pollHold: '100' }, '  pollHold: Invalid input: expected number, received string'],
  ['a negative time', { qrLife: -1 }, '  qrLife: must not be negative'],
  ['an unknown denial', { denial: 'deny' }, '  denial: Invalid option: expected one of "stay"|'],
  ['an origin that is none', { publicOrigin: '192.168.1.20' }, '  publicOrigin: must be an origin'],
  ['an origin with a path', { publicOrigin: 'http://x.com/y' }, '  publicOrigin: must be an origin'],
])('explains %s', (_what, config, message) => {
  expect(() => read(JSON.stringify(config))).toThrow(ConfigError);
  expect(() => read(JSON.stringify(config))).toThrow(message);
});

test('says where JSON goes wrong, without quoting the file', () => {
  const text = `{\n  "apps": [{ "secret": "${app.secret}", }]\n}`;
  const error = caught(() => read(text));
  expect(error.message).toBe(`${file} is not valid JSON (line 2, column 60).`);
});

test('names a value that is wrong by its place alone', () => {
  const error = caught(() => read(JSON.stringify({ apps: [{ ...app, secret: 'TheRealSecret' }] })));
  expect(error.message).not.toContain('TheRealSecret');
});

test('says which file cannot be read', () => {
  expect(() => readConfig(path.join(folder, 'nowhere.json'))).toThrow(/nowhere\.json cannot be read: ENOENT/);
});

function caught(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('no ConfigError was thrown');
}
