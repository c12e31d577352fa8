/**
 * Which kind of app, in WeChat's words, the credentials belong to: a website application (网站应用), a service account
 * (服务号), a mobile application (移动应用) or a mini program (小程序). Each is registered on its own, with its own AppID.
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/developers/troubleshooting/auth.html on which kind may ask for
 *   which scope
 */
export type WeChatPlatform = 'website' | 'officialAccount' | 'mobileApp' | 'miniProgram';

/** The scopes that WeChat grants to each kind of app; the first is the default. A mini program asks for none. */
export const SCOPES: Readonly<Record<WeChatPlatform, readonly string[]>> = {
  website: ['snsapi_login'],
  officialAccount: ['snsapi_userinfo', 'snsapi_base'],
  mobileApp: ['snsapi_userinfo'],
  miniProgram: [],
};

export const PLATFORMS = Object.keys(SCOPES) as [WeChatPlatform, ...WeChatPlatform[]];

/**
 * The five calls of a login, by WeChat's names for them: `access_token` exchanges a code, `refresh_token` renews a
 * token, `userinfo` reads a profile, `auth` checks a token, `jscode2session` exchanges the code of a mini program.
 */
export type WeChatEndpoint = 'access_token' | 'refresh_token' | 'userinfo' | 'auth' | 'jscode2session';

/**
 * The language of the profile, and of the QR page, which only has Chinese and English.
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
 */
export type WeChatLang = 'zh_CN' | 'zh_TW' | 'en';

/** The first is the default. */
export const LANGS = ['zh_CN', 'zh_TW', 'en'] as const satisfies readonly WeChatLang[];

/** The page that users are sent to. */
export const DEFAULT_OPEN_ORIGIN = 'https://open.weixin.qq.com';

/**
 * Whether a request comes from WeChat's in-app browser, on a phone or a computer, in which a service account can log
 * users in. WeCom (企业微信) calls itself MicroMessenger, too, but its users are not WeChat's, so it does not count.
 *
 * It is a hint for the choice of an app, and proves nothing: any client can send any header.
 *
 * @param userAgent the `User-Agent` header
 * @returns true inside WeChat
 * @example isWeChatBrowser(req.headers['user-agent'])
 */
export function isWeChatBrowser(userAgent: string | undefined): boolean {
  return userAgent !== undefined && /micromessenger/i.test(userAgent) && !/wxwork/i.test(userAgent);
}
