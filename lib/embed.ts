import { checkedParameter, quoted } from './checks.js';
import { qrPageLang, type AuthorizationPageOptions, type AuthorizationRequest } from './authorization-url.js';

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
  /** Encoded already: the script puts it into the address as it is. */
  redirect_uri: string;
  /** Bound to this browser; absent under `state: false`. */
  state?: string;
  /** English; absent for Chinese. */
  lang?: 'en';
}

/**
 * The script puts them into the address as they are: an app that hands on what a visitor says would let them add to it.
 *
 * @throws TypeError for what is none of WeChat's values
 */
export function checkPageOptions(page: AuthorizationPageOptions): void {
  const { self_redirect, style, href, stylelite, fast_login } = page;
  for (const [option, value] of Object.entries({ self_redirect, style, stylelite, fast_login })) {
    if (!/^\w*$/.test(String(value)))
      throw new TypeError(`${option} ${quoted(value)} is none of WeChat's values.`);
  }
  if (href !== undefined) checkedParameter('href', href);
}

/** https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html */
export function wxLoginOptions({
  clientID,
  scope,
  callbackURL,
  state,
  lang,
  page,
}: AuthorizationRequest): WxLoginOptions {
  const { self_redirect, style, href, stylelite, fast_login } = page;
  const pageLang = qrPageLang(lang);
  return {
    appid: clientID,
    scope,
    redirect_uri: encodeURIComponent(callbackURL),
    ...(state === undefined ? {} : { state }),
    ...(self_redirect === undefined ? {} : { self_redirect }),
    ...(style === undefined ? {} : { style }),
    ...(href === undefined ? {} : { href: encodeURIComponent(href) }),
    ...(pageLang === undefined ? {} : { lang: pageLang }),
    ...(stylelite === undefined ? {} : { stylelite }),
    ...(fast_login === undefined ? {} : { fast_login }),
  };
}
