import type { WeChatLang, WeChatPlatform } from '../platform.js';
import { assertParameter, inspectValue } from '../util/assert.js';

/**
 * What one login can ask of WeChat's page, in WeChat's own spelling. Absent means WeChat's own default.
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html for the QR page,
 * https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html for inside WeChat
 */
export interface AuthorizationPageOptions {
  /** Inside WeChat: ask for consent even if it was given before. */
  forcePopup?: boolean | undefined;
  /** Inside WeChat: show the snapshot page, to test how an app treats its virtual users. */
  forceSnapShot?: boolean | undefined;
  /** QR page: colour of the text, `black` or `white`. */
  style?: 'black' | 'white' | undefined;
  /** QR page: URL of a style sheet (https, or `data:text/css;base64,...`). */
  href?: string | undefined;
  /** QR page in a frame: `true` ends the login inside the frame, `false` in the window around it. */
  self_redirect?: boolean | undefined;
  /** QR page: `1` is the newer, smaller look, which ignores `href`. */
  stylelite?: 0 | 1 | undefined;
  /** QR page: `0` turns off the login through WeChat for desktop. */
  fast_login?: 0 | 1 | undefined;
}

/** What is asked of WeChat for one login. */
export interface AuthorizationRequest extends AuthorizationPageOptions {
  /** Which kind of app: it decides on the page. */
  platform: WeChatPlatform;
  /** The AppID. */
  clientID: string;
  /** The AppID of the third-party platform that acts for the app. */
  componentID?: string | undefined;
  /** Where WeChat sends the user back to, absolute. */
  callbackURL: string;
  /** Joined with commas. */
  scope: string;
  /** What comes back with the code. */
  state: string | undefined;
  /** The language of the QR page. */
  lang: WeChatLang;
  /** Sends `connect_redirect=1` inside WeChat. */
  connectRedirect: boolean;
}

/** The query of WeChat's page, in order. */
export type AuthorizationParams = Record<string, string | number | boolean>;

/**
 * WeChat's parameters in WeChat's order.
 *
 * WeChat checks the link inside WeChat against a pattern, so the parameters stand in the documented order, the
 * optional ones after them. `AuthorizationPageOptions` names the documents.
 */
export function createAuthorizationParams(request: AuthorizationRequest): AuthorizationParams {
  const all = {
    appid: request.clientID,
    redirect_uri: request.callbackURL,
    response_type: 'code',
    scope: request.scope,
    state: request.state,
    component_appid: request.componentID,
    ...(request.platform === 'officialAccount'
      ? {
          forcePopup: request.forcePopup,
          forceSnapShot: request.forceSnapShot,
          // Undocumented, but sent by the widely used SDKs: it is said to keep WeChat from calling the callback twice.
          connect_redirect: request.connectRedirect ? 1 : undefined,
        }
      : {
          // The QR page is Chinese unless told `en`.
          lang: request.lang === 'en' ? 'en' : undefined,
          style: request.style,
          href: request.href,
          self_redirect: request.self_redirect,
          stylelite: request.stylelite,
          fast_login: request.fast_login,
        }),
  };
  const params: AuthorizationParams = {};
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined) params[name] = value;
  }
  return params;
}

/** The URL of WeChat's page. Its fragment never reaches a server; it is part of the link that WeChat knows. */
export function createAuthorizationURL(
  openOrigin: string,
  platform: WeChatPlatform,
  params: AuthorizationParams,
): string {
  const query = Object.entries(params).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  const page = platform === 'officialAccount' ? 'oauth2/authorize' : 'qrconnect';
  return `${openOrigin}/connect/${page}?${query.join('&')}#wechat_redirect`;
}

/**
 * What `new WxLogin({ id, ...options })` of WeChat's wxLogin.js takes; the page adds the `id` of its container.
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html
 */
export interface WxLoginOptions extends Pick<
  AuthorizationPageOptions,
  'self_redirect' | 'style' | 'href' | 'stylelite' | 'fast_login'
> {
  /** The AppID of the website application. */
  appid: string;
  /** `snsapi_login`. */
  scope: string;
  /** Encoded already: the script puts it into the URL as it is. */
  redirect_uri: string;
  /** Bound to this browser; absent under `state: false`. */
  state?: string;
  /** English; absent for Chinese. */
  lang?: 'en';
}

/**
 * The page options in an object that has more. wxLogin.js puts the values into the URL as they are: an app that hands
 * on what a request says would let its sender add to it.
 *
 * @throws TypeError if one is none of WeChat's values
 */
export function assertPageOptions(options: AuthorizationPageOptions): AuthorizationPageOptions {
  const page: Partial<Record<keyof AuthorizationPageOptions, unknown>> = {};
  for (const option of PAGE_OPTIONS) {
    const value = options[option];
    if (value === undefined) continue;
    if (option === 'href') assertParameter(option, value);
    else if (!/^\w*$/.test(String(value)))
      throw new TypeError(`${option} ${inspectValue(value)} is none of WeChat's values.`);
    page[option] = value;
  }
  return page as AuthorizationPageOptions;
}

const PAGE_OPTIONS = [
  'forcePopup',
  'forceSnapShot',
  'style',
  'href',
  'self_redirect',
  'stylelite',
  'fast_login',
] as const;

/** The same parameters for wxLogin.js, which encodes nothing, and adds `response_type` by itself. */
export function createWxLoginOptions(params: AuthorizationParams): WxLoginOptions {
  const encoded = Object.entries(params)
    .filter(([name]) => name !== 'response_type')
    .map(([name, value]) => [name, ENCODED.includes(name) ? encodeURIComponent(value) : value]);
  return Object.fromEntries(encoded) as WxLoginOptions;
}

const ENCODED = ['redirect_uri', 'href'];
