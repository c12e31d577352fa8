import type { Request } from 'express';
import type { AuthenticateOptions } from 'passport';
import { createApi, type Api, type WeChatCallOptions } from './api/request.js';
import { parseApps, type App, type Apps, type WeChatApp } from './login/apps.js';
import type { AuthorizationPageOptions } from './login/authorization-request.js';
import { assertCallbackURL, warnAboutCallbackURL } from './login/redirect-uri.js';
import { DEFAULT_OPEN_ORIGIN, LANGS, type WeChatLang, type WeChatPlatform } from './platform.js';
import type { ProfileID } from './profile.js';
import { assertStore, storesData } from './state/pending-login.js';
import { SessionStateStore } from './state/session-store.js';
import type { StateStore } from './state/store.js';
import { assertBoolean, assertOneOf } from './util/assert.js';
import { findMisnamed, nearestName } from './util/misnamed.js';
import { assertSecureOrigin } from './util/secure-origin.js';
import { warnAbout } from './util/warnings.js';

/** @inline */
export type SkipUserProfile =
  boolean | ((accessToken: string, done: (error: unknown, skip?: boolean) => void) => void);

/** @inline */
interface CommonOptions extends WeChatCallOptions {
  /** Where WeChat sends users back to: absolute, or relative to the request. No fragment. */
  callbackURL?: string | undefined;
  /**
   * Verified state, which protects from login CSRF: an attacker cannot finish a login of their own in another
   * user's browser (RFC 6749, section 10.12). Default true; `false` is unsafe.
   */
  state?: boolean | undefined;
  /** Where the state is stored. Default: a `SessionStateStore`. */
  store?: StateStore | undefined;
  /** Which id becomes `profile.id`. Default `'unionid-or-openid'`; `'unionid'` fails a login without one. */
  profileID?: ProfileID | undefined;
  /**
   * What to do with the virtual users of WeChat's snapshot page. Default `'reject'`. They are announced at
   * https://developers.weixin.qq.com/community/develop/doc/000c2c34068880629ced91a2f56001
   */
  snapshotUsers?: 'reject' | 'allow' | undefined;
  /** The language of the profile, and of the QR page if WeChat has it. Default `'zh_CN'`. */
  lang?: WeChatLang | undefined;
  /** Sends `connect_redirect=1` inside WeChat, which is said to prevent double callbacks. Default true. */
  connectRedirect?: boolean | undefined;
  /** Where users are sent. Default `https://open.weixin.qq.com`; the emulator's origin in development. */
  openOrigin?: string | undefined;
  /** The strategy's name. Default `'wechat'`. Two strategies of one name replace each other in Passport, in silence. */
  name?: string | undefined;
  /** Do not fetch the profile: `profile` holds the ids only. As in passport-oauth2. Default false. */
  skipUserProfile?: SkipUserProfile | undefined;
  /** The key of the pending logins in the session. Default: made of the strategy's name and the AppID. */
  sessionKey?: string | undefined;
  /**
   * Trust `X-Forwarded-Proto` and `X-Forwarded-Host` for a relative `callbackURL`. Default: the app's `trust proxy`.
   */
  proxy?: boolean | undefined;
}

/** @inline */
type OneApp = WeChatApp & {
  /** Not beside the credentials of one app. */
  resolveApp?: never;
};

/** @inline */
interface ManyApps {
  /** The credentials for this request, for many tenants. */
  resolveApp: (req: Request) => WeChatApp | Promise<WeChatApp>;
  /** `resolveApp` gives it. */
  clientID?: never;
  /** `resolveApp` gives it. */
  clientSecret?: never;
  /** `resolveApp` gives it. */
  component?: never;
  /** `resolveApp` gives it. */
  platform?: never;
  /** `resolveApp` gives it. */
  scope?: never;
  /** `resolveApp` gives it. */
  officialAccount?: never;
}

// Not `AllOptions & …`: the API reference would not show what is in it.
/**
 * The options of `new WeChatStrategy(options, verify)`: these, and either the credentials of one app, with the same
 * meaning as in `WeChatApp`, or `resolveApp`, which gives them for each request.
 *
 * @example
 * const options: WeChatStrategyOptions = {
 *   clientID: 'wx0123456789abcdef',
 *   clientSecret: process.env.WECHAT_APP_SECRET ?? '',
 *   callbackURL: 'https://www.example.com/auth/wechat/callback',
 * };
 */
export type WeChatStrategyOptions = CommonOptions &
  (OneApp | ManyApps) & {
    /** Pass the request to verify as its first parameter. Default false. As in passport-oauth2. */
    passReqToCallback?: false | undefined;
  };

/** The options in `WeChatStrategyOptions`, if verify receives the request as its first parameter. */
export type WeChatStrategyOptionsWithRequest = AllOptions & {
  /** As in passport-oauth2. */
  passReqToCallback: true;
};

type AllOptions = CommonOptions & (OneApp | ManyApps);

/** Any of the forms. */
export type AnyStrategyOptions = AllOptions & { passReqToCallback?: boolean | undefined };

/** Behind a mini program, verify receives no tokens. @inline */
export interface MiniProgram {
  /** A mini program posts the code of `wx.login`. */
  platform: 'miniProgram';
}

/**
 * The options of `passport.authenticate('wechat', options)`. Nothing else of the object ever reaches WeChat.
 *
 * @example passport.authenticate('wechat', { state: { returnTo: '/cart' }, lang: 'en', failureRedirect: '/login' });
 */
export interface WeChatAuthenticateOptions
  extends Omit<AuthenticateOptions, 'state' | 'scope'>, AuthorizationPageOptions {
  /** The scope of this login, one that the platform has; replaces the strategy's. */
  scope?: string | readonly string[] | undefined;
  /** Where WeChat sends this user back to; replaces the strategy's. */
  callbackURL?: string | undefined;
  /** Chooses one of the strategy's two apps, whatever the browser: `'website'` or `'officialAccount'`. */
  platform?: WeChatPlatform | undefined;
  /** The language of this login; replaces the strategy's. */
  lang?: WeChatLang | undefined;
  /**
   * Your own data of this login, stored with its state and handed back as `req.authInfo.state`, or as `info.state` of a
   * failure. A string is only allowed under `state: false`, and goes to WeChat as it is.
   */
  state?: object | string | undefined;
}

/** The options, checked, with their defaults. */
export interface ResolvedOptions {
  readonly name: string;
  /** The app, unless each request has another. */
  readonly fixedApp: App | undefined;
  /** A function, so that no inspection finds the secrets. */
  readonly resolveApps: (req: Request) => Apps | Promise<Apps>;
  readonly store: StateStore | undefined;
  readonly api: Api;
  /** WeChat's URLs, which passport-oauth2 and its state stores know a provider by. */
  readonly endpoints: { readonly authorizationURL: string; readonly tokenURL: string };
  readonly callbackURL: string | undefined;
  readonly profileID: ProfileID;
  readonly snapshotUsers: 'reject' | 'allow';
  readonly lang: WeChatLang;
  readonly connectRedirect: boolean;
  readonly openOrigin: string;
  readonly passReqToCallback: boolean;
  readonly skipUserProfile: SkipUserProfile;
  readonly proxy: boolean;
}

/**
 * Checks every option of a strategy, and fills in the defaults. @throws TypeError that names the option and the cure
 */
export function resolveOptions(options: AnyStrategyOptions): ResolvedOptions {
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null) {
    throw new TypeError('options are missing: give at least { clientID, clientSecret, callbackURL }.');
  }
  const { name = 'wechat' } = options;
  const callbackURL = options.callbackURL === undefined ? undefined : assertCallbackURL(options.callbackURL);
  const { openOrigin: givenOrigin = DEFAULT_OPEN_ORIGIN, allowInsecureOrigins } = options;
  const openOrigin = assertSecureOrigin('openOrigin', givenOrigin, allowInsecureOrigins);
  const store = resolveStore(options, name);
  const api = createApi(options);
  const { fixedApp, resolveApps } = createAppResolver(options, store);
  // A mobile app or a mini program sends its users nowhere.
  const opensPage = fixedApp?.platform === 'website' || fixedApp?.platform === 'officialAccount';
  if (callbackURL !== undefined) {
    // Only the real WeChat is so strict; an emulator takes any URL.
    if (openOrigin === DEFAULT_OPEN_ORIGIN) warnAboutCallbackURL(callbackURL);
  } else if (opensPage) {
    const misnamed = findMisnamed('callbackURL', options);
    if (misnamed)
      throw new TypeError(`callbackURL is missing${misnamed}: it is where WeChat sends users back to.`);
    warnAbout('WECHAT_CALLBACK_MISSING');
  }
  warnAboutOptions(options, opensPage);
  return {
    name,
    fixedApp,
    resolveApps,
    store,
    api,
    endpoints: {
      authorizationURL: `${openOrigin}/connect/qrconnect`,
      tokenURL: `${api.origin}/sns/oauth2/access_token`,
    },
    callbackURL,
    profileID: assertOneOf('profileID', ['unionid-or-openid', 'unionid', 'openid'], options.profileID),
    snapshotUsers: assertOneOf('snapshotUsers', ['reject', 'allow'], options.snapshotUsers),
    lang: assertOneOf('lang', LANGS, options.lang),
    connectRedirect: assertBoolean('connectRedirect', options.connectRedirect, true),
    openOrigin,
    passReqToCallback: assertBoolean('passReqToCallback', options.passReqToCallback, false),
    skipUserProfile: assertSkipUserProfile(options.skipUserProfile),
    proxy: assertBoolean('proxy', options.proxy, false),
  };
}

/** The names of all options: TypeScript refuses one that is missing here, and one that is none. */
const OPTIONS = Object.keys({
  clientID: true,
  clientSecret: true,
  component: true,
  platform: true,
  scope: true,
  officialAccount: true,
  resolveApp: true,
  callbackURL: true,
  state: true,
  store: true,
  profileID: true,
  snapshotUsers: true,
  lang: true,
  connectRedirect: true,
  openOrigin: true,
  apiOrigin: true,
  allowInsecureOrigins: true,
  timeout: true,
  axios: true,
  name: true,
  skipUserProfile: true,
  sessionKey: true,
  proxy: true,
  passReqToCallback: true,
} satisfies Record<keyof AnyStrategyOptions, true>);

/** Warns of names that are no option, and of one origin set without the other. */
function warnAboutOptions(options: AnyStrategyOptions, opensPage: boolean): void {
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue;
    const nearest = nearestName(name, OPTIONS);
    warnAbout('WECHAT_UNKNOWN_OPTION', name + (nearest ? `: do you mean ${nearest}?` : ''));
  }
  const { openOrigin, apiOrigin } = options;
  const alone =
    openOrigin === undefined ? opensPage && [apiOrigin].flat()[0] : apiOrigin === undefined && openOrigin;
  if (alone && !alone.endsWith('.weixin.qq.com')) warnAbout('WECHAT_ORIGINS');
}

function assertSkipUserProfile(skip: unknown): SkipUserProfile {
  if (typeof skip !== 'function') return assertBoolean('skipUserProfile', skip, false);
  if (skip.length === 2) return skip as SkipUserProfile;
  throw new TypeError(
    'skipUserProfile must be true, false or a function of two parameters: (accessToken, done).',
  );
}

/** The store of the pending logins; none under `state: false`. */
function resolveStore(options: AnyStrategyOptions, name: string): StateStore | undefined {
  const { state = true, store, sessionKey, clientID } = options;
  if (typeof state !== 'boolean') {
    throw new TypeError(
      'state must be true or false here; give application data as passport.authenticate(name, { state: { ... } }).',
    );
  }
  if (!state) {
    if (store === undefined) return undefined;
    throw new TypeError('store is of no use under state: false: leave one of them out.');
  }
  if (store !== undefined) return assertStore(store);
  // Two strategies of an app do not share a key in the session, so that neither crowds the other out.
  return new SessionStateStore({ key: sessionKey ?? ['wechat', name, clientID ?? []].flat().join(':') });
}

/** Where the apps of a request come from: the strategy's own credentials, or the tenant's. */
function createAppResolver(
  options: AnyStrategyOptions,
  store: StateStore | undefined,
): Pick<ResolvedOptions, 'fixedApp' | 'resolveApps'> {
  const { resolveApp } = options;
  const parse = (app: WeChatApp): Apps => {
    const apps = parseApps(app);
    if (!apps.officialAccount || !store || storesData(store)) return apps;
    throw new TypeError(
      'officialAccount needs a store that stores data, with store(req, state, meta, callback): the response of WeChat does ' +
        'not say which of the two pairs it is for.',
    );
  };
  if (resolveApp === undefined) {
    const apps = parse(options);
    return { fixedApp: apps.main, resolveApps: () => apps };
  }
  if (typeof resolveApp !== 'function') throw new TypeError('resolveApp must be a function of the request.');
  const resolveApps = async (req: Request): Promise<Apps> => {
    const app: unknown = await resolveApp(req);
    if (typeof app === 'object' && app !== null) return parse(app as WeChatApp);
    throw new TypeError('resolveApp must return the credentials: { clientID, clientSecret }.');
  };
  return { fixedApp: undefined, resolveApps };
}
