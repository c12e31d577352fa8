export const ENDPOINTS = [
  'qrconnect',
  'qrcode',
  'poll',
  'authorize',
  'access_token',
  'refresh_token',
  'userinfo',
  'auth',
  'jscode2session',
] as const;

/**
 * One of WeChat's calls: `'qrconnect'`, `'qrcode'`, `'poll'` and `'authorize'` of open.weixin.qq.com; `'access_token'`,
 * `'refresh_token'`, `'userinfo'`, `'auth'` and `'jscode2session'` of api.weixin.qq.com.
 */
export type Endpoint = (typeof ENDPOINTS)[number];
