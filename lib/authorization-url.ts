import type { WeChatPlatform } from './platform.js';

/**
 * The language of the profile, and of the QR page, which only has Chinese and English.
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
 */
export type WeChatLang = 'zh_CN' | 'zh_TW' | 'en';

/**
 * What one login can ask of WeChat's page. Absent means WeChat's own default.
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
  /** QR page: address of a style sheet (https, or `data:text/css;base64,...`). */
  href?: string | undefined;
  /** QR page in a frame: `true` ends the login inside the frame, `false` in the window around it. */
  self_redirect?: boolean | undefined;
  /** QR page: `1` is the newer, smaller look, which ignores `href`. */
  stylelite?: 0 | 1 | undefined;
  /** QR page: `0` turns off the login through WeChat for desktop. */
  fast_login?: 0 | 1 | undefined;
}

export interface AuthorizationRequest {
  platform: WeChatPlatform;
  clientID: string;
  callbackURL: string;
  scope: string;
  state: string | undefined;
  lang: WeChatLang;
  connectRedirect: boolean;
  page: AuthorizationPageOptions;
}

/**
 * The address that sends a person to WeChat.
 *
 * WeChat checks the in-WeChat link against a pattern, so the parameters stand in the documented order, the optional
 * ones after them, and the fragment `#wechat_redirect`, which never reaches a server, is part of the link.
 * Sources: https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html (website) and
 * https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html (inside WeChat).
 */
export function authorizationURL(openOrigin: string, request: AuthorizationRequest): string {
  const { page } = request;
  const inWeChat = request.platform === 'officialAccount';
  const query = encodeQuery([
    ['appid', request.clientID],
    ['redirect_uri', request.callbackURL],
    ['response_type', 'code'],
    ['scope', request.scope],
    ['state', request.state],
    ...(inWeChat
      ? ([
          ['forcePopup', page.forcePopup],
          ['forceSnapShot', page.forceSnapShot],
          // Undocumented, but sent by the widely used SDKs: it keeps WeChat from calling the callback twice.
          ['connect_redirect', request.connectRedirect ? 1 : undefined],
        ] as const)
      : ([
          ['lang', qrPageLang(request.lang)],
          ['style', page.style],
          ['href', page.href],
          ['self_redirect', page.self_redirect],
          ['stylelite', page.stylelite],
          ['fast_login', page.fast_login],
        ] as const)),
  ]);
  return `${openOrigin}/connect/${inWeChat ? 'oauth2/authorize' : 'qrconnect'}?${query}#wechat_redirect`;
}

/** The QR page speaks Chinese unless told `en`. */
export function qrPageLang(lang: WeChatLang): 'en' | undefined {
  return lang === 'en' ? 'en' : undefined;
}

function encodeQuery(
  parameters: readonly (readonly [string, string | number | boolean | undefined])[],
): string {
  let query = '';
  for (const [name, value] of parameters) {
    if (value !== undefined) query += `${query === '' ? '' : '&'}${name}=${encodeURIComponent(value)}`;
  }
  return query;
}
