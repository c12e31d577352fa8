import type { WeChatLang } from './authorization-url.js';
import type { WeChatCall } from './call.js';
import { WeChatAPIError, WeChatResponseError, type WeChatEndpoint } from './errors.js';
import { textOrNothing, type Reply } from './reply.js';

/**
 * WeChat's reply to the exchange of a code, or to a refresh.
 *
 * @see https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken
 */
export interface WeChatTokenReply {
  /** For calls in the person's name. It is not the token of the account (cgi-bin). */
  access_token: string;
  /** Seconds that the access token lives, 7200 as a rule; `0` when WeChat did not say. */
  expires_in: number;
  /** Renews the access token; 30 days, as most of WeChat's documents say. */
  refresh_token?: string;
  /** The person's id within this app. */
  openid: string;
  /** The granted scopes exactly as WeChat sent them, at times with a comma at the end. */
  scope: string;
  /** The person's id in all apps of one open platform account; absent when there is none, and for `snsapi_base`. */
  unionid?: string;
  /** 1 for a virtual user of the snapshot page, absent otherwise. */
  is_snapshotuser?: 1;
}

/**
 * WeChat's reply about a person. Sex and region are empty since October 2021, see
 * https://developers.weixin.qq.com/community/develop/doc/00028edbe3c58081e7cc834705b801
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
 */
export interface WeChatUserInfo {
  /** The person's id within this app. */
  openid: string;
  /** May be empty, and hold any character. */
  nickname?: string;
  /** 1 male, 2 female, 0 unknown; 0 for everybody since October 2021. */
  sex?: number;
  /** Address of the picture, http or https; `''` when there is none. */
  headimgurl?: string;
  /** The person's id in all apps of one open platform account. */
  unionid?: string;
  [field: string]: unknown;
}

/**
 * WeChat's reply to the code of a mini program.
 *
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session
 */
export interface WeChatSession {
  /** The person's id within this mini program. */
  openid: string;
  /** Decrypts what the mini program gets from WeChat. It must never leave the server. */
  session_key: string;
  /** The person's id in all apps of one open platform account; absent when the mini program is not bound to one. */
  unionid?: string;
}

/** The credentials of one WeChat app. The secret is a function so that no inspection of an object that holds it shows it. */
export interface Credentials {
  readonly clientID: string;
  readonly clientSecret: () => string;
}

/** https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html */
export async function exchangeCode(
  call: WeChatCall,
  app: Credentials,
  code: string,
): Promise<WeChatTokenReply> {
  const reply = await call('access_token', {
    appid: app.clientID,
    secret: app.clientSecret(),
    code,
    grant_type: 'authorization_code',
  });
  return tokenReply('access_token', reply);
}

/** https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsrefreshtoken */
export async function refreshToken(
  call: WeChatCall,
  clientID: string,
  refresh_token: string,
): Promise<WeChatTokenReply> {
  const params = { appid: clientID, grant_type: 'refresh_token', refresh_token };
  return tokenReply('refresh_token', await call('refresh_token', params));
}

/**
 * Whether the profile may be read: not where only the ids were asked for, nor where nothing more was granted. WeChat lists
 * all that a person has ever granted, at times with a comma at the end, and not what was asked this time.
 */
export function allowsUserInfo(asked: string, granted: string): boolean {
  if (asked === 'snsapi_base') return false;
  const scopes = granted.split(',').filter((scope) => scope !== '');
  return (
    scopes.length === 0 || scopes.some((scope) => scope === 'snsapi_login' || scope === 'snsapi_userinfo')
  );
}

/** The person and the reply's text, for Passport's `_raw`. */
export async function userInfo(
  call: WeChatCall,
  access_token: string,
  openid: string,
  lang: WeChatLang,
): Promise<{ user: WeChatUserInfo; raw: string }> {
  const { json, raw } = await call('userinfo', { access_token, openid, lang });
  if (json['openid'] !== openid) {
    throw new WeChatResponseError('userinfo', 'its openid is not the one that was asked for');
  }
  return { user: json as WeChatUserInfo, raw };
}

export async function checkToken(call: WeChatCall, access_token: string, openid: string): Promise<boolean> {
  try {
    const { errcode } = await call('auth', { access_token, openid });
    // The one call whose success has an errcode.
    if (errcode !== 0) throw new WeChatResponseError('auth', 'it has no errcode');
    return true;
  } catch (error) {
    if (error instanceof WeChatAPIError && error.kind === 'token') return false;
    throw error;
  }
}

/** https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session */
export async function codeToSession(
  call: WeChatCall,
  app: Credentials,
  js_code: string,
): Promise<WeChatSession> {
  const { json } = await call('jscode2session', {
    appid: app.clientID,
    secret: app.clientSecret(),
    js_code,
    grant_type: 'authorization_code',
  });
  return {
    openid: requiredText('jscode2session', json, 'openid'),
    session_key: requiredText('jscode2session', json, 'session_key'),
    ...optionalText(json, 'unionid'),
  };
}

function tokenReply(endpoint: WeChatEndpoint, { json }: Reply): WeChatTokenReply {
  return {
    access_token: requiredText(endpoint, json, 'access_token'),
    expires_in: seconds(json['expires_in']),
    ...optionalText(json, 'refresh_token'),
    openid: requiredText(endpoint, json, 'openid'),
    scope: typeof json['scope'] === 'string' ? json['scope'] : '',
    ...optionalText(json, 'unionid'),
    ...(ONE.includes(json['is_snapshotuser']) ? { is_snapshotuser: 1 as const } : {}),
  };
}

// WeChat sends the number; whatever else says so is believed too, since the virtual user of a preview is nobody.
const ONE: readonly unknown[] = [1, '1', true];

function requiredText(endpoint: WeChatEndpoint, json: Reply['json'], field: string): string {
  const text = textOrNothing(json[field]);
  if (text !== undefined) return text;
  throw new WeChatResponseError(endpoint, `it has no ${field}`);
}

function optionalText<Field extends string>(
  json: Reply['json'],
  field: Field,
): Partial<Record<Field, string>> {
  const text = textOrNothing(json[field]);
  return (text === undefined ? {} : { [field]: text }) as Partial<Record<Field, string>>;
}

function seconds(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : 0;
}
