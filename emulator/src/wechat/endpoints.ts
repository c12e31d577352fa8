/** The WeChat calls that the emulator knows, as the journal and the faults name them. */
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

/** One of WeChat's calls: of open.weixin.qq.com the first four, of api.weixin.qq.com the others. */
export type Endpoint = (typeof ENDPOINTS)[number];
