import { WeChatClient, WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { approve, beginLogin, browser } from '../support/login.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

const good = {
  clientID: 'wx9f4a7c2b6d8e1035',
  clientSecret: 'f'.repeat(32),
  callbackURL: 'https://example.com/auth/wechat/callback',
};

/** As JavaScript would call it, with whatever options. */
function make(options: unknown, verify: unknown = profileAsUser): WeChatStrategy {
  const Untyped = WeChatStrategy as unknown as new (options: unknown, verify: unknown) => WeChatStrategy;
  return new Untyped(options, verify);
}

describe('the constructor', () => {
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
    ['a scope that is not a string', { scope: [1] }, /scope must be a string or a list of strings/],
    [
      'an unknown platform',
      { platform: 'web' },
      /platform "web" is unknown: use one of website, officialAccount/,
    ],
    [
      'a callbackURL with a fragment',
      { callbackURL: 'https://example.com/#/cb' },
      /has a fragment.*without "#"/,
    ],
    ['a callbackURL with an empty fragment', { callbackURL: '/cb#' }, /fragment/],
    [
      'a callbackURL of another scheme',
      { callbackURL: 'javascript:alert(1)' },
      /not an http\(s\) URL or a path/,
    ],
    ['a callbackURL that is not a string', { callbackURL: 5 }, /callbackURL must be a string/],
    ['a string as state', { state: 'secret' }, /state must be true or false here/],
    ['a timeout of 0', { timeout: 0 }, /timeout must be a positive number/],
    ['a timeout that no timer can hold', { timeout: Infinity }, /timeout/],
    ['an unknown language', { lang: 'de' }, /lang "de" is unknown: use one of zh_CN, zh_TW, en/],
    ['an unknown profileID', { profileID: 'union' }, /profileID "union" is unknown/],
    ['an unknown rule for snapshot users', { snapshotUsers: true }, /snapshotUsers boolean is unknown/],
    ['an origin with a path', { apiOrigin: 'https://api.weixin.qq.com/sns' }, /apiOrigin must be an origin/],
    ['an empty list of origins', { apiOrigin: [] }, /apiOrigin is an empty list/],
    [
      'an origin of another scheme',
      { openOrigin: 'ftp://open.weixin.qq.com' },
      /openOrigin must be an origin/,
    ],
    ['an axios that is not one', { axios: {} }, /axios must be an axios/],
    ['null as axios', { axios: null }, /axios must be an axios/],
    ['connectRedirect as a string', { connectRedirect: 'false' }, /connectRedirect must be true or false/],
    ['skipUserProfile as a string', { skipUserProfile: 'no' }, /skipUserProfile must be true or false/],
    ['passReqToCallback as a number', { passReqToCallback: 0 }, /passReqToCallback must be true or false/],
    ['proxy as a string', { proxy: 'loopback' }, /proxy must be true or false/],
    [
      'an officialAccount with the AppID of the website',
      { officialAccount: good },
      /officialAccount\.clientID is the AppID of the website/,
    ],
    ['a store without verify()', { store: { store() {} } }, /store must be a state store/],
    [
      'a store under state: false',
      { state: false, store: { store() {}, verify() {} } },
      /of no use under state: false/,
    ],
    [
      'an officialAccount with a store that stores no data',
      {
        officialAccount: { ...good, clientID: 'wx2' },
        store: { store(_req: unknown, _cb: unknown) {}, verify(_r: unknown, _s: unknown, _c: unknown) {} },
      },
      /officialAccount needs a store that stores data/,
    ],
    [
      'an officialAccount beside a native app',
      { platform: 'mobileApp', officialAccount: good },
      /one pair only/,
    ],
    [
      'an officialAccount without its secret',
      { officialAccount: { clientID: 'wx1' } },
      /officialAccount\.clientSecret is missing: it is the AppSecret/,
    ],
    [
      'a resolveApp that is not a function',
      { clientID: undefined, clientSecret: undefined, resolveApp: {} },
      /resolveApp must be a function/,
    ],
  ])('throws a TypeError that names the fix for %s', (_, wrong, message) => {
    expect(() => make({ ...good, ...wrong })).toThrow(TypeError);
    expect(() => make({ ...good, ...wrong })).toThrow(message);
  });

  it('throws without options or without a verify function', () => {
    expect(() => make(undefined)).toThrow(TypeError);
    expect(() => make(good, null)).toThrow(/verify/);
    expect(() => make(good, 'verify')).toThrow(/verify/);
  });

  it('throws for an empty clientSecret of WeChatClient, too', () => {
    expect(() => new WeChatClient({ clientID: 'wx1', clientSecret: '' })).toThrow(/clientSecret is missing/);
  });

  it('accepts frozen options', () => {
    const options = Object.freeze({
      ...good,
      scope: Object.freeze(['snsapi_login']),
    }) as WeChatStrategyOptions;
    expect(make(options).name).toBe('wechat');
    expect(make({ ...good, name: 'wechat-shop' }).name).toBe('wechat-shop');
  });
});

describe('the options of a request', () => {
  it.each<[string, object, RegExp]>([
    ['an unknown platform', { platform: 'web' }, /platform "web" is unknown/],
    [
      'a scope that the platform does not have',
      { scope: 'snsapi_base' },
      /does not exist on platform 'website'/,
    ],
    ['an unknown language', { lang: 'de' }, /lang "de" is unknown/],
    ['a callbackURL with a fragment', { callbackURL: '/cb#x' }, /fragment/],
  ])('are refused with a TypeError for %s', async (_, authenticate, message) => {
    const { app, errors } = appWith(make(good), { authenticate });
    await browser(app).get('/auth/wechat').expect(500);
    expect(errors).toEqual([expect.any(TypeError)]);
    expect((errors[0] as Error).message).toMatch(message);
  });

  it('are refused if no callbackURL is set anywhere', async () => {
    const { app, errors } = appWith(make({ ...good, callbackURL: undefined }));
    await browser(app).get('/auth/wechat').expect(500);
    expect((errors[0] as Error).message).toMatch(/callbackURL is missing/);
  });
});

describe('options objects', () => {
  it('may be frozen, are reused, and are never changed', async () => {
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
