import { WeChatClient, WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { approve, beginLogin, browser } from '../support/login.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

const good = {
  clientID: 'wx0123456789abcdef',
  clientSecret: 'f'.repeat(32),
  callbackURL: 'https://example.com/auth/wechat/callback',
};

/** As JavaScript would call it, with whatever options. */
function make(options: unknown, verify: unknown = profileAsUser): WeChatStrategy {
  const Untyped = WeChatStrategy as unknown as new (options: unknown, verify: unknown) => WeChatStrategy;
  return new Untyped(options, verify);
}

describe('mistakes in the options are found when the strategy is made, with the cure', () => {
  it.each<[string, object, RegExp]>([
    ['no AppID', { clientID: undefined }, /clientID is missing: it is the AppID/],
    [
      'an empty AppID',
      { clientID: '' },
      /clientID is missing: it is the AppID .* \(is the environment set\?\)/,
    ],
    ['a blank AppID', { clientID: ' ' }, /clientID is missing/],
    ['no AppSecret', { clientSecret: undefined }, /clientSecret is missing: it is the AppSecret/],
    [
      'a scope of the other platform',
      { platform: 'website', scope: 'snsapi_userinfo' },
      /'website': use snsapi_login/,
    ],
    [
      'scopes of two platforms',
      { scope: ['snsapi_login', 'snsapi_base'] },
      /"snsapi_base" does not exist on platform 'website'/,
    ],
    ['a scope for a mini program', { platform: 'miniProgram', scope: 'snsapi_base' }, /leave scope out/],
    ['a scope that is no text', { scope: [1] }, /scope must be a text or a list of texts/],
    [
      'an unknown platform',
      { platform: 'web' },
      /platform "web" is unknown: use one of website, officialAccount/,
    ],
    ['a fragment', { callbackURL: 'https://example.com/#/cb' }, /has a fragment.*without "#"/],
    ['an empty fragment', { callbackURL: '/cb#' }, /fragment/],
    ['another scheme', { callbackURL: 'javascript:alert(1)' }, /not an http\(s\) address/],
    ['a callbackURL that is no text', { callbackURL: 5 }, /callbackURL must be a text/],
    ['a text as state', { state: 'secret' }, /state must be true or false here/],
    ['a timeout of nothing', { timeout: 0 }, /timeout must be a positive number/],
    ['a timeout that no timer can hold', { timeout: Infinity }, /timeout/],
    ['an unknown language', { lang: 'de' }, /lang "de" is unknown: use one of zh_CN, zh_TW, en/],
    ['an unknown id', { profileID: 'union' }, /profileID "union" is unknown/],
    ['an unknown rule for snapshot users', { snapshotUsers: true }, /snapshotUsers boolean is unknown/],
    ['an origin with a path', { apiOrigin: 'https://api.weixin.qq.com/sns' }, /apiOrigin must be an origin/],
    ['no origin at all', { apiOrigin: [] }, /apiOrigin is an empty list/],
    [
      'an origin of another scheme',
      { openOrigin: 'ftp://open.weixin.qq.com' },
      /openOrigin must be an origin/,
    ],
    ['an axios that is none', { axios: {} }, /axios must be an axios/],
    ['no axios at all', { axios: null }, /axios must be an axios/],
    ['connectRedirect as a text', { connectRedirect: 'false' }, /connectRedirect must be true or false/],
    ['skipUserProfile as a text', { skipUserProfile: 'no' }, /skipUserProfile must be true or false/],
    ['passReqToCallback as a number', { passReqToCallback: 0 }, /passReqToCallback must be true or false/],
    ['proxy as a text', { proxy: 'loopback' }, /proxy must be true or false/],
    [
      'a second pair that is the first one again',
      { officialAccount: good },
      /officialAccount\.clientID is the AppID of the website/,
    ],
    ['a store that is none', { store: { store() {} } }, /store must be a state store/],
    [
      'a store that is of no use',
      { state: false, store: { store() {}, verify() {} } },
      /of no use under state: false/,
    ],
    [
      'a second pair whose store cannot tell the pairs apart',
      {
        officialAccount: good,
        store: { store(_req: unknown, _cb: unknown) {}, verify(_r: unknown, _s: unknown, _c: unknown) {} },
      },
      /officialAccount needs a store that keeps data/,
    ],
    ['a second pair beside no website', { platform: 'mobileApp', officialAccount: good }, /one pair only/],
    [
      'a second pair without its secret',
      { officialAccount: { clientID: 'wx1' } },
      /officialAccount\.clientSecret is missing: it is the AppSecret/,
    ],
    [
      'a resolveApp that is no function',
      { clientID: undefined, clientSecret: undefined, resolveApp: {} },
      /resolveApp must be a function/,
    ],
  ])('%s', (_, wrong, message) => {
    expect(() => make({ ...good, ...wrong })).toThrow(TypeError);
    expect(() => make({ ...good, ...wrong })).toThrow(message);
  });

  it('no options, or no verify function', () => {
    expect(() => make(undefined)).toThrow(TypeError);
    expect(() => make(good, null)).toThrow(/verify/);
    expect(() => make(good, 'verify')).toThrow(/verify/);
  });

  it('the client, too', () => {
    expect(() => new WeChatClient({ clientID: 'wx1', clientSecret: '' })).toThrow(/clientSecret is missing/);
  });

  it('the caller’s options may be frozen, and stay as they are', () => {
    const options = Object.freeze({
      ...good,
      scope: Object.freeze(['snsapi_login']),
    }) as WeChatStrategyOptions;
    expect(make(options).name).toBe('wechat');
    expect(make({ ...good, name: 'wechat-shop' }).name).toBe('wechat-shop');
  });
});

describe('mistakes in the options of one request are errors', () => {
  it.each<[string, object, RegExp]>([
    ['an unknown platform', { platform: 'web' }, /platform "web" is unknown/],
    [
      'a scope that the platform does not have',
      { scope: 'snsapi_base' },
      /does not exist on platform 'website'/,
    ],
    ['an unknown language', { lang: 'de' }, /lang "de" is unknown/],
    ['a fragment', { callbackURL: '/cb#x' }, /fragment/],
  ])('%s', async (_, authenticate, message) => {
    const { app, errors } = appWith(make(good), { authenticate });
    await browser(app).get('/auth/wechat').expect(500);
    expect(errors).toEqual([expect.any(TypeError)]);
    expect((errors[0] as Error).message).toMatch(message);
  });

  it('no callbackURL anywhere', async () => {
    const { app, errors } = appWith(make({ ...good, callbackURL: undefined }));
    await browser(app).get('/auth/wechat').expect(500);
    expect((errors[0] as Error).message).toMatch(/callbackURL is missing/);
  });
});

describe('what looks wrong is warned of, once', () => {
  let warnings: jest.SpiedFunction<typeof process.emitWarning>;
  beforeAll(() => {
    warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterAll(() => {
    warnings.mockRestore();
  });

  it('a blank in the AppID or the AppSecret; http, a port or localhost in the callback', () => {
    make({ ...good, clientID: 'wx0123456789abcdef\n', clientSecret: ' x' });
    make({ ...good, callbackURL: 'http://localhost:3000/cb' });
    make({ ...good, callbackURL: 'http://localhost:3000/cb' });
    expect(warnings.mock.calls.map(([, options]) => options)).toEqual(
      ['WECHAT_APPID_BLANK', 'WECHAT_SECRET_BLANK', 'WECHAT_CALLBACK_HTTP', 'WECHAT_CALLBACK_HOST'].map(
        (code) => ({
          type: 'WeChatWarning',
          code,
        }),
      ),
    );
  });

  it('nothing where an emulator is used, or everything is right', () => {
    warnings.mockClear();
    make(good);
    make({ ...good, callbackURL: '/relative' });
    make({ ...good, callbackURL: 'http://localhost:3000/cb', openOrigin: 'http://127.0.0.1:4810' });
    expect(warnings).not.toHaveBeenCalled();
  });
});

describe('options objects', () => {
  it('may be frozen, are used again, and are never changed', async () => {
    const options = Object.freeze({ ...websiteOptions(origin()), scope: Object.freeze(['snsapi_login']) });
    const authenticate = Object.freeze({
      session: false,
      failureRedirect: '/failed',
      state: Object.freeze({ returnTo: '/' }),
      scope: Object.freeze(['snsapi_login']) as string[],
    });
    const before = JSON.stringify([options, authenticate]);
    const strategy = new WeChatStrategy(options, profileAsUser);
    const { app, errors } = appWith(strategy, { authenticate });
    for (let i = 0; i < 3; i++) {
      const visitor = browser(app);
      const start = await beginLogin(visitor);
      expect(start.search).not.toMatch(/failed|returnTo|session/);
      expect((await visitor.get(await approve(wechat, start))).status).toBe(200);
    }
    expect(errors).toEqual([]);
    expect(JSON.stringify([options, authenticate])).toBe(before);
    expect(Object.keys(strategy).some((key) => ['success', 'fail', 'error', 'redirect'].includes(key))).toBe(
      false,
    );
  });
});
