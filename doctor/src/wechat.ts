/** The two pages of WeChat's that begin a login in a browser. */
export type LoginPage = 'qrconnect' | 'authorize';

/** Which browser the doctor plays: one on a desktop, or WeChat's in-app browser. */
export type BrowserKind = 'desktop' | 'wechat';

export const OPEN_HOST = 'open.weixin.qq.com';

/** https://developers.weixin.qq.com/doc/service/Basic_Information/Interface_field_description.html */
export const API_HOSTS = [
  'api.weixin.qq.com',
  'api2.weixin.qq.com',
  'sh.api.weixin.qq.com',
  'sz.api.weixin.qq.com',
  'hk.api.weixin.qq.com',
] as const;

const PATHS: Record<string, LoginPage> = {
  '/connect/qrconnect': 'qrconnect',
  '/connect/oauth2/authorize': 'authorize',
};

/** The page of WeChat's that a URL leads to, at WeChat's host or at one that stands in for it. */
export function loginPageAt(url: URL): LoginPage | undefined {
  return PATHS[url.pathname];
}

export function isWeChatHost(url: URL): boolean {
  return /(^|\.)(weixin|wx)\.qq\.com$/.test(url.hostname);
}

export const USER_AGENTS: Record<BrowserKind, string> = {
  desktop:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 wechat-login-doctor',
  wechat:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003130) NetType/WIFI Language/zh_CN wechat-login-doctor',
};

/**
 * The callback as WeChat builds it. The QR page concatenates and does not encode `state` again; the page inside WeChat
 * puts the parameters before a fragment.
 */
export function callbackUrl(page: LoginPage, redirectUri: string, parameters: [string, string][]): string {
  if (page === 'qrconnect')
    return append(
      redirectUri,
      parameters.map(([name, value]) => `${name}=${value}`),
    );
  const [base = '', ...fragment] = redirectUri.split('#');
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return [append(base, query), ...fragment].join('#');
}

function append(url: string, parameters: string[]): string {
  return `${url}${url.includes('?') ? '&' : '?'}${parameters.join('&')}`;
}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A code of the shape that WeChat's have, which WeChat has never issued. */
export function madeUpCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(29));
  return `081${Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('')}`;
}
