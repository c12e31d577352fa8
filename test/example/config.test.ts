import { readConfig } from '../../examples/express-app/src/config.js';

const app = { WECHAT_APP_ID: 'wx1', WECHAT_APP_SECRET: 'secret' };
const site = { ...app, PUBLIC_URL: 'https://shop.example', TRUST_PROXY: 'loopback', SESSION_SECRET: 'long' };
const longSecret = '0123456789abcdef0123456789abcdef';

describe('the settings', () => {
  it('need nothing at all on a developer’s machine', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      emulatorPort: 4810,
      apps: undefined,
      trustProxy: false,
    });
  });

  it('take the WeChat apps that are given, one for each way to log in', () => {
    const { apps } = readConfig({ ...site, WECHAT_OA_APP_ID: 'wx2', WECHAT_OA_APP_SECRET: 'other' });
    expect(apps).toEqual({
      website: { clientID: 'wx1', clientSecret: 'secret' },
      officialAccount: { clientID: 'wx2', clientSecret: 'other' },
      mobileApp: undefined,
      miniProgram: undefined,
    });
  });

  it('let the system choose the emulator’s port together with the app’s', () => {
    expect(readConfig({ PORT: '0' })).toMatchObject({ port: 0, emulatorPort: 0 });
  });

  it.each([
    ['a number of proxies', '2', 2],
    ['addresses of proxies', 'loopback, 10.0.0.0/8', 'loopback, 10.0.0.0/8'],
  ])('trust %s', (_what, text, trustProxy) => {
    expect(readConfig({ TRUST_PROXY: text }).trustProxy).toBe(trustProxy);
  });

  it('take an address without a slash at its end', () => {
    const env = { ...site, PUBLIC_URL: 'https://shop.example/', EMULATOR_URL: 'http://127.0.0.1:4810/' };
    expect(readConfig(env)).toMatchObject({
      publicUrl: 'https://shop.example',
      emulatorUrl: 'http://127.0.0.1:4810',
    });
  });

  it.each([
    ['an AppID without its secret', { WECHAT_APP_ID: 'wx1' }, 'WECHAT_APP_SECRET'],
    ['a secret without its AppID', { WECHAT_MINI_APP_SECRET: 'secret' }, 'WECHAT_MINI_APP_ID'],
    [
      'a mini program without an app for browsers',
      { WECHAT_MINI_APP_ID: 'wx4', WECHAT_MINI_APP_SECRET: 'other' },
      'WECHAT_OA_APP_ID',
    ],
    ['an app without its public address', app, 'PUBLIC_URL'],
    [
      'credentials without a public address, which may be left from elsewhere',
      app,
      'Or unset WECHAT_APP_ID and WECHAT_APP_SECRET, to use the emulator.',
    ],
    ['an emulator’s address that is none', { EMULATOR_URL: '127.0.0.1:4810' }, 'EMULATOR_URL'],
    ['an emulator’s address with a path', { EMULATOR_URL: 'http://127.0.0.1:4810/x' }, 'EMULATOR_URL'],
    ['a public address that is none', { ...site, PUBLIC_URL: 'shop.example' }, 'PUBLIC_URL'],
    ['a public address with a path', { ...site, PUBLIC_URL: 'https://shop.example/app' }, 'PUBLIC_URL'],
    ['https without a proxy', { ...site, TRUST_PROXY: '' }, 'TRUST_PROXY'],
    ['Redis without a secret that processes share', { REDIS_URL: 'redis://localhost' }, 'SESSION_SECRET'],
    [
      'production without a session secret',
      { ...site, SESSION_SECRET: '', NODE_ENV: 'production' },
      'SESSION_SECRET',
    ],
    [
      'production with a short one',
      { ...site, SESSION_SECRET: longSecret.slice(1), NODE_ENV: 'production' },
      'SESSION_SECRET',
    ],
    ['a database’s URL that is none', { DATABASE_URL: 'people.sqlite' }, 'DATABASE_URL'],
    [
      'a database that it does not speak with',
      { DATABASE_URL: 'mongodb://localhost/people' },
      'DATABASE_URL',
    ],
    [
      'production with an emulator',
      { ...site, NODE_ENV: 'production', EMULATOR_URL: 'http://127.0.0.1:4810' },
      'no EMULATOR_URL',
    ],
    ['a port that is none', { PORT: '80a' }, 'PORT'],
    ['a port out of range', { EMULATOR_PORT: '65536' }, 'EMULATOR_PORT'],
  ])('refuse %s, and name what to set', (_what, env, variable) => {
    expect(() => readConfig(env)).toThrow(variable);
  });

  it.each(['production', 'Production', 'PRODUCTION ', ' prod'])(
    'never use an emulator when NODE_ENV is %j',
    (environment) => {
      const production = { NODE_ENV: environment, SESSION_SECRET: longSecret };
      expect(() => readConfig(production)).toThrow('anybody');
      expect(() => readConfig({ ...site, ...production, EMULATOR_URL: 'http://127.0.0.1:4810' })).toThrow(
        'no EMULATOR_URL',
      );
      expect(readConfig({ ...site, ...production })).toMatchObject({ isProduction: true });
      expect(() => readConfig({ ...site, ...production, SESSION_SECRET: 'x' })).toThrow('SESSION_SECRET');
    },
  );

  it('take a service account alone, or a test account', () => {
    const alone = {
      WECHAT_OA_APP_ID: 'wx2',
      WECHAT_OA_APP_SECRET: 'other',
      PUBLIC_URL: 'http://192.168.1.20',
    };
    expect(readConfig(alone).apps).toMatchObject({
      website: undefined,
      officialAccount: { clientID: 'wx2', clientSecret: 'other' },
    });
  });

  it.each([
    [{}, 'people.sqlite'],
    [{ DATABASE: '/srv/people.sqlite' }, '/srv/people.sqlite'],
    [{ DATABASE: 'old.sqlite', DATABASE_URL: 'postgres://db/people' }, 'postgres://db/people'],
    [{ DATABASE_URL: 'mariadb://me:hush@db:3306/people' }, 'mariadb://me:hush@db:3306/people'],
  ])('find the people of %j in %s', (env, database) => {
    expect(readConfig(env).database).toBe(database);
  });

  it('never repeat a secret in a complaint', () => {
    expect(() => readConfig({ DATABASE_URL: 'mssql://me:hush@db/people' })).toThrow(
      expect.not.stringContaining('hush') as string,
    );
    expect(() => readConfig({ WECHAT_APP_SECRET: 'hush' })).toThrow(
      expect.not.stringContaining('hush') as string,
    );
  });
});
