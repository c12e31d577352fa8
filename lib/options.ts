import type { Request } from 'express';
import type { AuthenticateOptions } from 'passport';
import type { AuthorizationPageOptions, WeChatLang } from './authorization-url.js';
import type { WeChatCallOptions } from './call-options.js';
import type { WeChatPlatform } from './platform.js';
import type { ProfileID } from './profile.js';
import type { StateStore } from './state/store.js';

/**
 * An official account that stands in for the website app when a person is inside WeChat.
 *
 * @see https://developers.weixin.qq.com/doc/service/guide/h5/auth.html
 */
export interface OfficialAccount {
  /** The AppID of the service account. */
  clientID: string;
  /** Its AppSecret. */
  clientSecret: string;
  /** `snsapi_userinfo` (default) asks for consent, `snsapi_base` is silent and gives the ids only. */
  scope?: string | readonly string[] | undefined;
}

/** The credentials of one tenant. */
export interface WeChatApp {
  /** Default `'website'`, or `'officialAccount'` when `scope` is one of its scopes. */
  platform?: WeChatPlatform | undefined;
  /** The AppID. */
  clientID: string;
  /** The AppSecret. */
  clientSecret: string;
  /** Default: `snsapi_login` on a website, otherwise `snsapi_userinfo`. A mini program has none. */
  scope?: string | readonly string[] | undefined;
  /** With `platform: 'website'`: what a request from WeChat's own browser logs in through. */
  officialAccount?: OfficialAccount | undefined;
}

/** @inline */
export type SkipUserProfile =
  boolean | ((accessToken: string, done: (error: unknown, skip?: boolean) => void) => void);

/** @inline */
interface CommonOptions extends WeChatCallOptions {
  /** Where WeChat sends people back to: absolute, or relative to the request. No fragment. */
  callbackURL?: string | undefined;
  /**
   * Verified state, which protects from login CSRF: nobody can finish a login of their own in a visitor's browser
   * (RFC 6749, section 10.12). Default true; `false` is unsafe.
   */
  state?: boolean | undefined;
  /** Where the state is kept. Default: a `SessionStateStore`. */
  store?: StateStore | undefined;
  /** Which id becomes `profile.id`. Default `'unionid-or-openid'`; `'unionid'` refuses a login that has none. */
  profileID?: ProfileID | undefined;
  /**
   * What to do with the virtual users of WeChat's snapshot page. Default `'reject'`. They are announced at
   * https://developers.weixin.qq.com/community/develop/doc/000c2c34068880629ced91a2f56001
   */
  snapshotUsers?: 'reject' | 'allow' | undefined;
  /** The language of the profile, and of the QR page where WeChat has it. Default `'zh_CN'`. */
  lang?: WeChatLang | undefined;
  /** Sends `connect_redirect=1` inside WeChat, which is said to prevent double callbacks. Default true. */
  connectRedirect?: boolean | undefined;
  /** Where people are sent. Default `https://open.weixin.qq.com`; the emulator's origin in development. */
  openOrigin?: string | undefined;
  /** The strategy's name. Default `'wechat'`. */
  name?: string | undefined;
  /** Do not read the profile: `profile` holds the ids only. As in passport-oauth2. */
  skipUserProfile?: SkipUserProfile | undefined;
  /** The key of the outstanding logins in the session. Default: made of the strategy's name and the AppID. */
  sessionKey?: string | undefined;
  /** Believe `X-Forwarded-Proto` and `X-Forwarded-Host` for a relative `callbackURL`. Default: the app's `trust proxy`. */
  proxy?: boolean | undefined;
}

/** @inline */
interface OneApp extends WeChatApp {
  /** Not beside the credentials of one app. */
  resolveApp?: never;
}

/** @inline */
interface ManyApps {
  /** The credentials for this request, where there are many tenants. */
  resolveApp: (req: Request) => WeChatApp | Promise<WeChatApp>;
  /** `resolveApp` gives it. */
  clientID?: never;
  /** `resolveApp` gives it. */
  clientSecret?: never;
  /** `resolveApp` gives it. */
  platform?: never;
  /** `resolveApp` gives it. */
  scope?: never;
  /** `resolveApp` gives it. */
  officialAccount?: never;
}

// Not `AllOptions & …`: the API reference would not show what is in it.
/**
 * The options of `new WeChatStrategy(options, verify)`: these, and either the credentials of one app, with the same meaning
 * as in `WeChatApp`, or `resolveApp`, which gives them for each request.
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
    /** Give verify the request as its first parameter. Default false. As in passport-oauth2. */
    passReqToCallback?: false | undefined;
  };

/** The options in `WeChatStrategyOptions`, where verify is given the request as its first parameter. */
export type WeChatStrategyOptionsWithRequest = AllOptions & {
  /** As in passport-oauth2. */
  passReqToCallback: true;
};

type AllOptions = CommonOptions & (OneApp | ManyApps);

/** Either of the two. */
export type AnyStrategyOptions = AllOptions & { passReqToCallback?: boolean | undefined };

/**
 * The options of `passport.authenticate('wechat', options)`. Nothing else of the object ever reaches WeChat.
 *
 * @example passport.authenticate('wechat', { state: { returnTo: '/cart' }, lang: 'en', failureRedirect: '/login' });
 */
export interface WeChatAuthenticateOptions
  extends Omit<AuthenticateOptions, 'state' | 'scope'>, AuthorizationPageOptions {
  /** The scope of this login, one that the platform has; replaces the strategy's. */
  scope?: string | readonly string[] | undefined;
  /** Where WeChat sends this person back to; replaces the strategy's. */
  callbackURL?: string | undefined;
  /** Replaces the strategy's: `'officialAccount'` or `'website'` chooses one of the two pairs. */
  platform?: WeChatPlatform | undefined;
  /** The language of this login; replaces the strategy's. */
  lang?: WeChatLang | undefined;
  /**
   * Data of the application, kept in the state store and handed back as `req.authInfo.state`. A text is only allowed
   * under `state: false`, and goes to WeChat as it is.
   */
  state?: object | string | undefined;
}
