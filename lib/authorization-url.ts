import type { WeChatComponent } from './api/endpoints.js';
import { assertCredential, parseScope, platformForScope } from './login/apps.js';
import {
  assertPageOptions,
  createAuthorizationParams,
  createAuthorizationURL,
  type AuthorizationPageOptions,
} from './login/authorization-request.js';
import { assertCallbackURL } from './login/redirect-uri.js';
import { DEFAULT_OPEN_ORIGIN, LANGS, type WeChatLang, type WeChatPlatform } from './platform.js';
import { assertUnverifiedState } from './state/pending-login.js';
import { assertBoolean, assertOneOf, assertParameter } from './util/assert.js';
import { assertSecureOrigin } from './util/secure-origin.js';

/** The options of `authorizationURL(options)`, with the same meaning and defaults as the strategy's. */
export interface AuthorizationURLOptions extends AuthorizationPageOptions {
  /** The AppID. */
  clientID: string;
  /** Where WeChat sends the user back to: absolute, without a fragment. */
  callbackURL: string;
  /**
   * Random, and bound to this browser: compare it when the user comes back. 1 to 128 characters of `A-Z a-z 0-9 _ -`.
   */
  state: string;
  /** Default `'website'`, or `'officialAccount'` if `scope` is one of its scopes. */
  platform?: Extract<WeChatPlatform, 'website' | 'officialAccount'> | undefined;
  /** Default: the first that the platform has. */
  scope?: string | readonly string[] | undefined;
  /** The language of the QR page. Default `'zh_CN'`. */
  lang?: WeChatLang | undefined;
  /** Default `https://open.weixin.qq.com`. */
  openOrigin?: string | undefined;
  /**
   * Allows plain http to a public host, if its way is protected by other means. Default false: a warning in
   * development, an error under `NODE_ENV=production`.
   */
  allowInsecureOrigins?: boolean | undefined;
  /** Sends `connect_redirect=1` inside WeChat. Default true. */
  connectRedirect?: boolean | undefined;
  /** The third-party platform that acts for the app. */
  component?: Pick<WeChatComponent, 'clientID'> | undefined;
}

/**
 * The URL of WeChat's page, for a login without Passport: redirect the user there, check the state when they come
 * back, and exchange the code with a `WeChatClient`.
 *
 * @throws TypeError that names the wrong option and the cure
 * @example redirect(authorizationURL({ clientID, callbackURL: 'https://example.com/callback', state: crypto.randomUUID() }));
 */
export function authorizationURL(options: AuthorizationURLOptions): string {
  const { component } = options;
  const openOrigin = assertSecureOrigin(
    'openOrigin',
    options.openOrigin ?? DEFAULT_OPEN_ORIGIN,
    options.allowInsecureOrigins,
  );
  const platform = assertOneOf(
    'platform',
    ['website', 'officialAccount'],
    options.platform ?? (component ? 'officialAccount' : platformForScope(options.scope)),
  );
  const callbackURL = assertCallbackURL(options.callbackURL);
  if (!URL.canParse(callbackURL)) {
    throw new TypeError('callbackURL must be absolute here: there is no request to resolve it against.');
  }
  const params = createAuthorizationParams({
    ...assertPageOptions(options),
    platform,
    clientID: assertCredential('', 'clientID', options),
    componentID: component && assertCredential('component.', 'clientID', component),
    callbackURL,
    scope: parseScope(platform, options.scope),
    state: assertUnverifiedState(assertParameter('state', options.state)),
    lang: assertOneOf('lang', LANGS, options.lang),
    connectRedirect: assertBoolean('connectRedirect', options.connectRedirect, true),
  });
  return createAuthorizationURL(openOrigin, platform, params);
}
