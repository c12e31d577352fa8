import { WeChatClient, WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { profileAsUser } from '../support/express-app.js';

const good = {
  clientID: 'wx9f4a7c2b6d8e1035',
  clientSecret: '0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e',
  callbackURL: 'https://example.com/auth/wechat/callback',
};

type Options = Record<string, unknown>;

const make = (options: Options, Strategy: unknown = WeChatStrategy): void => {
  void new (Strategy as new (options: unknown, verify: unknown) => WeChatStrategy)(options, profileAsUser);
};

/**
 * The warnings of a strategy with these options, as people see them. Each is emitted once in a process: take fresh
 * modules.
 */
async function warningsOf(options: Options): Promise<string[]> {
  const warnings: string[] = [];
  const emit = jest.spyOn(process, 'emitWarning').mockImplementation((text, { code } = {} as never) => {
    warnings.push(`${code as unknown as string}: ${String(text)}`);
  });
  await jest.isolateModulesAsync(async () => {
    const fresh = await import('../../lib/strategy.js');
    for (let i = 0; i < 2; i++) make(options, fresh.WeChatStrategy);
  });
  emit.mockRestore();
  return warnings;
}

describe('credentials that cannot be right', () => {
  const swapped = { clientID: good.clientSecret, clientSecret: good.clientID };
  const { clientID: appID, clientSecret: appSecret } = good;
  const { clientID: _id, clientSecret: _secret, ...without } = good;
  it.each<[string, Options, RegExp]>([
    ['AppID and AppSecret swapped', { ...good, ...swapped }, /^clientID looks like .* swapped\?$/],
    ['the AppID twice', { ...good, clientSecret: good.clientID }, /^clientSecret looks like .* swapped\?$/],
    ['the AppSecret twice', { ...good, clientID: good.clientSecret.toUpperCase() }, /^clientID looks like/],
    [
      'swapped in officialAccount',
      { ...good, officialAccount: swapped },
      /^officialAccount\.clientID looks like/,
    ],
    ['double quotes', { ...good, clientID: `"${good.clientID}"` }, /^clientID is in quotation marks/],
    [
      'single quotes',
      { ...good, clientSecret: `'${good.clientSecret}'` },
      /^clientSecret is in quotation marks/,
    ],
    [
      'appID and appSecret',
      { ...without, appID, appSecret },
      /^clientID is missing \(you gave appID\): it is the AppID/,
    ],
    [
      'WeChat’s spelling',
      { ...good, clientSecret: undefined, secret: appSecret },
      /^clientSecret is missing \(you gave secret\)/,
    ],
    ['another letter case', { ...without, clientId: appID }, /^clientID is missing \(you gave clientId\)/],
  ])('are refused by a TypeError that shows no value: %s', (_name, options, message) => {
    for (const use of [() => make(options), () => new WeChatClient(options as never)]) {
      if (use.toString().includes('Client') && 'officialAccount' in options) continue;
      let error: unknown;
      try {
        use();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toMatch(/9f4a7c2b|0b9c8d7e/i);
    }
  });

  it('never reach the address bar: what resolveApp gives is checked, too', async () => {
    const strategy = new WeChatStrategy(
      { callbackURL: good.callbackURL, resolveApp: () => swapped },
      profileAsUser,
    );
    await expect(strategy.embed({ headers: {}, session: {} } as never)).rejects.toThrow(/swapped\?/);
  });

  it.each([
    { clientID: 'wx0123456789abcdef' },
    { clientID: 'your-app-id' },
    { clientSecret: 'YOUR_APP_SECRET' },
    { clientSecret: '<AppSecret>' },
    { clientSecret: 'xxxxxxxx' },
  ])('are warned of if they are placeholders: %j', async (placeholder) => {
    const [option = ''] = Object.keys(placeholder);
    expect(await warningsOf({ ...good, ...placeholder })).toEqual([
      expect.stringMatching(new RegExp(`^WECHAT_PLACEHOLDER: .*\\(${option}\\)$`)),
    ]);
  });
});

describe('a name that is no option', () => {
  it.each<[string, unknown, RegExp]>([
    ['callbackUrl', '/cb', /\(callbackUrl: do you mean callbackURL\?\)$/],
    ['appID', 'x', /\(appID: do you mean clientID\?\)$/],
    ['client', 'wechat', /\(client: do you mean platform\?\)$/],
    ['profileId', 'openid', /do you mean profileID\?/],
    ['timeOut', 5000, /do you mean timeout\?/],
    ['passRequestToCallback', true, /do you mean passReqToCallback\?|\(passRequestToCallback\)$/],
    ['getToken', () => undefined, /\(getToken\)$/],
    ['pkce', true, /\(pkce\)$/],
    ['foo', 1, /\(foo\)$/],
  ])('is warned of once, with the nearest that is one: %s', async (name, value, message) => {
    const warnings = await warningsOf({ ...good, [name]: value });
    expect(warnings).toEqual([expect.stringMatching(/^WECHAT_UNKNOWN_OPTION: /)]);
    expect(warnings[0]).toMatch(message);
  });

  it('is none of the documented ones', async () => {
    const all: Record<keyof WeChatStrategyOptions, unknown> = {
      ...good,
      component: undefined,
      allowInsecureOrigins: undefined,
      platform: 'website',
      scope: undefined,
      officialAccount: undefined,
      resolveApp: undefined,
      state: true,
      store: undefined,
      profileID: undefined,
      snapshotUsers: undefined,
      lang: undefined,
      connectRedirect: undefined,
      openOrigin: undefined,
      apiOrigin: undefined,
      timeout: undefined,
      axios: undefined,
      name: 'wechat',
      skipUserProfile: undefined,
      sessionKey: undefined,
      proxy: undefined,
      passReqToCallback: undefined,
    };
    expect(await warningsOf(all)).toEqual([]);
  });
});

describe('callbackURL', () => {
  const { callbackURL: _none, ...without } = good;

  it.each([{ callbackUrl: '/cb' }, { callback: '/cb' }, { redirect_uri: 'https://example.com/cb' }])(
    'that is missing is told at construction with the name that was given: %j',
    (instead) => {
      const [name = ''] = Object.keys(instead);
      expect(() => make({ ...without, ...instead })).toThrow(`callbackURL is missing (you gave ${name})`);
    },
  );

  it('that is missing is warned of where users are sent to WeChat', async () => {
    expect(await warningsOf(without)).toEqual([expect.stringMatching(/^WECHAT_CALLBACK_MISSING: /)]);
    for (const platform of ['mobileApp', 'miniProgram'])
      expect(await warningsOf({ ...without, platform })).toEqual([]);
    expect(await warningsOf({ resolveApp: () => without })).toEqual([]);
  });

  it.each([
    'www.example.com/cb',
    'example.com/cb',
    'example.com:8080',
    'localhost:3000/cb',
    'shop.example.com.cn/auth/wechat/callback',
    'www.example.com',
  ])('that looks like a host without a scheme is refused: %s', (callbackURL) => {
    expect(() => make({ ...good, callbackURL })).toThrow(
      /is not an http\(s\) URL or a path: a URL begins with https:\/\//,
    );
  });

  it.each([
    'callback',
    'wechat/callback',
    'callback.php',
    './a.b/c',
    '../a.b/c',
    '/a.b/c',
    '?via=example.com/',
    'v1/callback.php',
    'v1.0/callback',
  ])('may be a relative path: %s', (callbackURL) => {
    expect(() => make({ ...good, callbackURL })).not.toThrow();
  });

  it.each(['https://example.com/cb?code=1', '/cb?state=', 'cb?a=b&code'])(
    'may not have a query of its own with code or state: %s',
    (callbackURL) => {
      expect(() => make({ ...good, callbackURL })).toThrow(/has a query parameter code or state/);
    },
  );
});

describe('one origin without the other', () => {
  const emulator = 'http://127.0.0.1:4810';
  it.each<[string, Options]>([
    ['openOrigin alone', { openOrigin: emulator }],
    ['apiOrigin alone', { apiOrigin: emulator }],
    ['a list of API hosts alone', { apiOrigin: [emulator] }],
  ])('is warned of: %s', async (_name, origins) => {
    expect(await warningsOf({ ...good, ...origins })).toEqual([expect.stringMatching(/^WECHAT_ORIGINS: /)]);
  });

  it.each<[string, Options]>([
    ['both', { openOrigin: emulator, apiOrigin: emulator }],
    ['neither', { openOrigin: undefined, apiOrigin: undefined }],
    [
      'a relay, and the real API by name',
      { openOrigin: 'https://login.example.com', apiOrigin: 'https://api.weixin.qq.com' },
    ],
    ['another host of WeChat', { apiOrigin: 'https://sh.api.weixin.qq.com' }],
    ['a native app, which opens no page', { platform: 'mobileApp', apiOrigin: emulator }],
  ])('is not warned of: %s', async (_name, origins) => {
    expect(await warningsOf({ ...good, ...origins })).toEqual([]);
  });
});

it('new CookieStateStore() says what is missing', async () => {
  const { CookieStateStore } = await import('passport-wechat-oauth2');
  for (const options of [[], [undefined], [null], [{}]]) {
    expect(
      () => new (CookieStateStore as unknown as new (...args: unknown[]) => unknown)(...options),
    ).toThrow(/^secret is missing: it is a string of 32 or more random characters/);
  }
});
