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
  'component_access_token',
] as const;

/**
 * One of WeChat's calls: `'qrconnect'`, `'qrcode'`, `'poll'` and `'authorize'` of open.weixin.qq.com;
 * `'access_token'`, `'refresh_token'`, `'userinfo'`, `'auth'` and `'jscode2session'` of api.weixin.qq.com,
 * each also at its URL for third-party platforms; `'component_access_token'` is the token of such a platform
 * itself.
 */
export type Endpoint = (typeof ENDPOINTS)[number];
