import type { EmulatorApp, EmulatorComponent, EmulatorUser } from './apps-and-users.js';

/**
 * What `createEmulator` takes. If sources disagree about WeChat, the documented behaviour is the default (but
 * not if it would refuse clients that work) and an option switches to the other one; each option names its
 * evidence.
 */
export interface EmulatorOptions {
  /** In place of all built-in ones. Default: one app per platform, see `DEFAULT_APPS`. */
  apps?: readonly EmulatorApp[];
  /** In place of all built-in ones; at least one. Default: see `DEFAULT_USERS`. */
  users?: readonly EmulatorUser[];
  /** Third-party platforms (第三方平台), in place of the built-in one. Default: see `DEFAULT_COMPONENTS`. */
  components?: readonly EmulatorComponent[];
  /**
   * The origin that a phone reaches the emulator by, for the QR code and for pictures. Default: the one that
   * each request was sent to.
   *
   * @example 'http://192.168.1.20:4810'
   */
  publicOrigin?: string;
  /**
   * Milliseconds for which a poll of the QR page is held. Default 25000 (several clients agree;
   * undocumented).
   */
  pollHold?: number;
  /** Milliseconds that a QR code lives. Default 300000 (reported by users; undocumented). */
  qrLife?: number;
  /**
   * Milliseconds that a code lives. Default: 600000 for websites and mobile apps, 300000 for official
   * accounts and mini programs, as WeChat documents.
   */
  codeLife?: number;
  /**
   * Milliseconds that a refresh token lives. Default 30 days, the shorter of the two figures that WeChat
   * documents (30 and 180).
   */
  refreshLife?: number;
  /**
   * What happens when the user refuses. `'stay'` (default): nothing, the browser stays at WeChat, as the
   * current document and WeChat's staff say. `'state-only'`: back to the app with `state` alone, as the older
   * documents say. `'authdeny'`: back with `code=authdeny`, as old clients did (seen in public code).
   */
  denial?: 'stay' | 'state-only' | 'authdeny';
  /**
   * WeChat's browsers have been reported to call the callback twice: with two codes and one state, or with
   * the same code. Default `false`. The first call is a background request of the page, so the app's cookies
   * go with it only if app and emulator are one site to the browser (both on `localhost`, for example).
   */
  doubleCallback?: false | 'two-codes' | 'same-code';
  /**
   * Whether `/connect/oauth2/authorize` refuses parameters that are not in the documented order. Default
   * `false`: another order gets a note in the trace of the login. WeChat documents the order and names it as
   * a cause of its Scope error, but several published clients send another one, and no recent report says
   * that it mattered.
   */
  strictOrder?: boolean;
  /**
   * Whether `/connect/oauth2/authorize` opens only with `MicroMessenger` in the User-Agent. Default `true`,
   * as at WeChat.
   */
  requireUserAgent?: boolean;
  /**
   * Whether `/connect/oauth2/authorize` refuses an empty `state` (page code 10013). Default `false`: it is
   * documented as optional.
   */
  requireState?: boolean;
  /**
   * Whether the exchange, too, ends `scope` with a comma, as refreshing does. Default `false` (both were
   * captured).
   */
  scopeTrailingComma?: boolean;
  /**
   * Whether `/sns/userinfo` compares `openid` with the token's. Default `false`: another one gets a note in
   * the trace, and the user of the token is returned. A published client has sent a wrong one for years, and
   * its users get profiles.
   */
  checkOpenid?: boolean;
  /** Whether a `snsapi_base` login carries a unionid. Default `false`: WeChat dropped it in December 2017. */
  unionidOnBase?: boolean;
  /** How an errmsg ends. `'rid'` (default) is today's form, `'hints'` the one until about 2020. */
  ridStyle?: 'rid' | 'hints';
  /** The errcode of an expired code. Default 40029, which is what is seen; WeChat's table also has 42003. */
  expiredCodeErrcode?: 40029 | 42003;
  /**
   * The errcode of an expired access token. Default 42001, as in WeChat's table; 40001 may be seen instead.
   */
  expiredTokenErrcode?: 42001 | 40001;
  /**
   * The errcode of an expired refresh token. Default 42002, as in WeChat's table; older documents show 40030.
   */
  expiredRefreshErrcode?: 42002 | 40030;
  /** The errcode of a wrong secret. Default 40125, which is what is seen; WeChat's table also has 40001. */
  wrongSecretErrcode?: 40125 | 40001;
  /** Whether a wrong secret uses the code up. Default `false`; what WeChat does is unknown. */
  wrongSecretBurnsCode?: boolean;
  /**
   * Milliseconds for which a consent inside WeChat is remembered; until then `snsapi_userinfo` shows no page,
   * unless `forcePopup=true`. Default 0, always ask. WeChat's staff once named 30 days.
   */
  consentLife?: number;
  /**
   * When the snapshot page is shown. `'on-request'` (default): with `forceSnapShot=true`. `'always'`:
   * whenever an account asks for `snsapi_userinfo`, as WeChat does if it considers the request irregular.
   */
  snapshot?: 'on-request' | 'always';
  /**
   * What `/sns/userinfo` answers for a snapshot user: `'virtual'` (default, announced by WeChat) or errcode
   * 48001 (reported by users).
   */
  snapshotUserinfo?: 'virtual' | 48001;
}
