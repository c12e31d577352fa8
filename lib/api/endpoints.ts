import { WeChatAPIError, WeChatResponseError, type WeChatEndpoint } from '../errors.js';
import type { WeChatLang } from '../platform.js';
import { LONE_SURROGATE, nonEmptyString } from '../util/assert.js';
import type { CallParams, Endpoint, WeChatCall } from './request.js';
import type { WeChatResponse } from './response.js';

/**
 * WeChat's response to the exchange of a code, or to a refresh.
 *
 * @see https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken
 */
export interface WeChatTokenReply {
  /** For calls in the user's name. It is not the token of the account (cgi-bin). */
  access_token: string;
  /** Seconds that the access token lives, 7200 as a rule; `0` if WeChat did not say. */
  expires_in: number;
  /** Renews the access token: 30 days for a website or a service account, 180 for a mobile app, by WeChat's documents. */
  refresh_token?: string;
  /** The user's id within this app. */
  openid: string;
  /** The granted scopes exactly as WeChat sent them, at times with a comma at the end. */
  scope: string;
  /** The user's id in all apps of one open platform account; absent if there is none, and for `snsapi_base`. */
  unionid?: string;
  /** 1 for a virtual user of the snapshot page, absent otherwise. */
  is_snapshotuser?: 1;
}

/**
 * WeChat's response about a user. Sex and region are empty since October 2021, see
 * https://developers.weixin.qq.com/community/develop/doc/00028edbe3c58081e7cc834705b801
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
 */
export interface WeChatUserInfo {
  /** The user's id within this app. */
  openid: string;
  /** May be empty, and hold any character. */
  nickname?: string;
  /** 1 male, 2 female, 0 unknown; 0 for everybody since October 2021. */
  sex?: number;
  /** URL of the picture, http or https; `''` if there is none. */
  headimgurl?: string;
  /** The user's id in all apps of one open platform account. */
  unionid?: string;
  [field: string]: unknown;
}

/**
 * WeChat's response to the code of a mini program.
 *
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session
 */
export interface WeChatSession {
  /** The user's id within this mini program. */
  openid: string;
  /** Decrypts what the mini program gets from WeChat. It must never leave the server. */
  session_key: string;
  /** The user's id in all apps of one open platform account; absent if the mini program is not bound to one. */
  unionid?: string;
}

/** The credentials of one WeChat app. The secret is a function so that no inspection of an object that holds it shows it. */
export interface Credentials {
  readonly clientID: string;
  readonly clientSecret: () => string;
}

// A code is single-use: if its exchange may have reached WeChat, repeating it would spend it a second time and hide the reason
// of the failure. The other calls change nothing at WeChat. Only userinfo can be told from a response to another user's call.

const ACCESS_TOKEN: Endpoint<WeChatTokenReply> = {
  name: 'access_token',
  path: '/sns/oauth2/access_token',
  secrets: ['secret', 'code'],
  retries: 0,
  needsQuiet: true,
  parse: ({ json }) => parseTokens('access_token', json),
};

const REFRESH_TOKEN: Endpoint<WeChatTokenReply> = {
  name: 'refresh_token',
  path: '/sns/oauth2/refresh_token',
  secrets: ['refresh_token'],
  retries: 2,
  needsQuiet: true,
  parse: ({ json }) => parseTokens('refresh_token', json),
};

const USERINFO: Endpoint<{ user: WeChatUserInfo; raw: string }> = {
  name: 'userinfo',
  path: '/sns/userinfo',
  secrets: ['access_token'],
  retries: 2,
  // A token that was issued a moment ago is now and then unknown to the server that responds.
  repeatAfter: 40001,
  urgent: true,
  parse: parseUserInfo,
};

const AUTH: Endpoint<true> = {
  name: 'auth',
  path: '/sns/auth',
  secrets: ['access_token'],
  retries: 2,
  needsQuiet: true,
  parse: ({ errcode }) => {
    // The one call whose success has an errcode.
    if (errcode === 0) return true;
    throw new WeChatResponseError('auth', 'it has no errcode');
  },
};

const JSCODE2SESSION: Endpoint<WeChatSession> = {
  name: 'jscode2session',
  path: '/sns/jscode2session',
  secrets: ['secret', 'js_code'],
  retries: 0,
  needsQuiet: true,
  parse: ({ json }) => ({
    openid: requiredString('jscode2session', json, 'openid'),
    session_key: requiredString('jscode2session', json, 'session_key'),
    ...optionalString(json, 'unionid'),
  }),
};

/**
 * @param followedBy how many more calls the login needs
 * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
 */
export function exchangeCode(
  call: WeChatCall,
  { clientID, clientSecret }: Credentials,
  code: string,
  followedBy = 0,
): Promise<WeChatTokenReply> {
  const params = { appid: clientID, secret: clientSecret(), code, grant_type: 'authorization_code' };
  return call(ACCESS_TOKEN, params, followedBy);
}

/** https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsrefreshtoken */
export function refreshToken(
  call: WeChatCall,
  clientID: string,
  refresh_token: string,
): Promise<WeChatTokenReply> {
  return call(REFRESH_TOKEN, { appid: clientID, grant_type: 'refresh_token', refresh_token });
}

/** The user, and the response as a string, for Passport's `_raw`. */
export function userInfo(
  call: WeChatCall,
  access_token: string,
  openid: string,
  lang: WeChatLang,
): Promise<{ user: WeChatUserInfo; raw: string }> {
  return call(USERINFO, { access_token, openid, lang });
}

/** Whether an access token is good for this user. */
export async function checkToken(call: WeChatCall, access_token: string, openid: string): Promise<boolean> {
  try {
    return await call(AUTH, { access_token, openid });
  } catch (error) {
    if (error instanceof WeChatAPIError && error.kind === 'token') return false;
    throw error;
  }
}

/** https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session */
export function codeToSession(
  call: WeChatCall,
  { clientID, clientSecret }: Credentials,
  js_code: string,
): Promise<WeChatSession> {
  return call(JSCODE2SESSION, {
    appid: clientID,
    secret: clientSecret(),
    js_code,
    grant_type: 'authorization_code',
  });
}

/**
 * Whether userinfo may be called: not if only the ids were requested, nor if nothing more was granted. WeChat lists all that
 * a user has ever granted, at times with a comma at the end, and not what was requested this time.
 */
export function allowsUserInfo(requested: string, granted: string): boolean {
  if (requested === 'snsapi_base') return false;
  const scopes = granted.split(',').filter((scope) => scope !== '');
  return (
    scopes.length === 0 || scopes.some((scope) => scope === 'snsapi_login' || scope === 'snsapi_userinfo')
  );
}

function parseTokens(endpoint: WeChatEndpoint, json: WeChatResponse['json']): WeChatTokenReply {
  return {
    access_token: requiredString(endpoint, json, 'access_token'),
    expires_in: readSeconds(json['expires_in']),
    ...optionalString(json, 'refresh_token'),
    openid: requiredString(endpoint, json, 'openid'),
    scope: typeof json['scope'] === 'string' ? json['scope'] : '',
    ...optionalString(json, 'unionid'),
    ...(TRUE.includes(json['is_snapshotuser']) ? { is_snapshotuser: 1 as const } : {}),
  };
}

// WeChat sends the number; what else says so is believed too, since the virtual user of a preview is no person.
const TRUE: readonly unknown[] = [1, '1', true];

function parseUserInfo(
  { json, raw }: WeChatResponse,
  { openid }: CallParams,
): { user: WeChatUserInfo; raw: string } {
  if (openid === undefined || json['openid'] !== openid) {
    throw new WeChatResponseError('userinfo', 'its openid is not the one that was asked for');
  }
  const fields = Object.entries(json).filter(
    ([name, value]) => typeof value === (USER_FIELDS[name] ?? typeof value),
  );
  return { user: { ...Object.fromEntries(fields), openid }, raw };
}

const USER_FIELDS: Readonly<Record<string, string>> = {
  nickname: 'string',
  sex: 'number',
  headimgurl: 'string',
  unionid: 'string',
};

function requiredString(endpoint: WeChatEndpoint, json: WeChatResponse['json'], field: string): string {
  const value = nonEmptyString(json[field]);
  if (value === undefined) throw new WeChatResponseError(endpoint, `it has no ${field}`);
  // Tokens and openids go back to WeChat in a URL.
  if (LONE_SURROGATE.test(value)) throw new WeChatResponseError(endpoint, `its ${field} is not well-formed`);
  return value;
}

function optionalString<Field extends string>(
  json: WeChatResponse['json'],
  field: Field,
): Partial<Record<Field, string>> {
  const value = nonEmptyString(json[field]);
  return (value === undefined ? {} : { [field]: value }) as Partial<Record<Field, string>>;
}

function readSeconds(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : 0;
}
