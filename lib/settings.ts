import type { WeChatLang } from './authorization-url.js';
import { checkedCallbackURL, suspectCallbackURL } from './callback-url.js';
import { checkedBoolean, checkedOrigin, oneOf } from './checks.js';
import type { AnyStrategyOptions, SkipUserProfile } from './options.js';
import type { ProfileID } from './profile.js';

/** The page that people are sent to. */
const DEFAULT_OPEN_ORIGIN = 'https://open.weixin.qq.com';

/** The options that are fixed when the strategy is made, checked and with their defaults. */
export interface Settings {
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

/** @throws TypeError that names the option and the cure */
export function settingsOf(options: AnyStrategyOptions): Settings {
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null) {
    throw new TypeError('options are missing: give at least { clientID, clientSecret, callbackURL }.');
  }
  if (typeof (options.state ?? true) !== 'boolean') {
    throw new TypeError(
      'state must be true or false here; give application data as passport.authenticate(name, { state: { ... } }).',
    );
  }
  const callbackURL = options.callbackURL === undefined ? undefined : checkedCallbackURL(options.callbackURL);
  const openOrigin = checkedOrigin('openOrigin', options.openOrigin ?? DEFAULT_OPEN_ORIGIN);
  // Only the real WeChat is so strict; an emulator takes any address.
  if (callbackURL !== undefined && openOrigin === DEFAULT_OPEN_ORIGIN) suspectCallbackURL(callbackURL);
  return {
    callbackURL,
    profileID: oneOf('profileID', ['unionid-or-openid', 'unionid', 'openid'], options.profileID),
    snapshotUsers: oneOf('snapshotUsers', ['reject', 'allow'], options.snapshotUsers),
    lang: checkedLang(options.lang),
    connectRedirect: checkedBoolean('connectRedirect', options.connectRedirect, true),
    openOrigin,
    passReqToCallback: checkedBoolean('passReqToCallback', options.passReqToCallback, false),
    skipUserProfile:
      typeof options.skipUserProfile === 'function'
        ? options.skipUserProfile
        : checkedBoolean('skipUserProfile', options.skipUserProfile, false),
    proxy: checkedBoolean('proxy', options.proxy, false),
  };
}

/** The language, `zh_CN` when none is given. @throws TypeError */
export function checkedLang(lang: unknown): WeChatLang {
  return oneOf('lang', ['zh_CN', 'zh_TW', 'en'], lang);
}
