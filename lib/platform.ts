/**
 * Which kind of app, in WeChat's words, the credentials belong to: a website application (网站应用), a service account
 * (服务号), a mobile application (移动应用) or a mini program (小程序). Each is registered on its own, with its own AppID.
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/developers/troubleshooting/auth.html on which kind may ask for which scope
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
 * Whether a request comes from WeChat's own browser, on a phone or a computer, which is where an official account can
 * log people in. WeCom (企业微信) calls itself MicroMessenger too, but its people are not WeChat's, so it does not count.
 *
 * It is a hint for the choice of a door, and proves nothing: anybody can send any header.
 *
 * @param userAgent the `User-Agent` header
 * @returns true inside WeChat
 * @example isWeChatBrowser(req.headers['user-agent'])
 */
export function isWeChatBrowser(userAgent: string | undefined): boolean {
  return userAgent !== undefined && /micromessenger/i.test(userAgent) && !/wxwork/i.test(userAgent);
}
