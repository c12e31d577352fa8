import { WeChatAPIError, WeChatError, WeChatResponseError } from '../errors.js';
import type { WeChatEndpoint, WeChatLang } from '../platform.js';
import { LONE_SURROGATE, nonEmptyString } from '../util/assert.js';
import { clearTimeout, now, setTimeout } from '../util/timers.js';
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
  /**
   * Renews the access token: 30 days for a website or a service account, 180 for a mobile app, by WeChat's documents.
   */
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

/**
 * A third-party platform (第三方平台) that the app has authorized to act for it. Fetching and renewing its token, out of
 * the ticket that WeChat pushes, is the platform's own business.
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Official_Accounts/official_account_website_authorization.html
 */
export interface WeChatComponent {
  /** The AppID of the platform: `component_appid`. */
  clientID: string;
  /** Gives its current `component_access_token`. What it throws is not passed on, since it may hold the token. */
  accessToken: () => string | Promise<string>;
}

/**
 * The credentials of one WeChat app. The secret is a function so that no inspection of an object that holds it shows
 * it.
 */
export interface Credentials {
  readonly clientID: string;
  /** The AppSecret, or the third-party platform that acts for the app. */
  readonly proof: (() => string) | WeChatComponent;
}

/** Whether a third-party platform acts for the app. */
export function usesComponent(app: Credentials): app is Credentials & { readonly proof: WeChatComponent } {
  return typeof app.proof === 'object';
}

const ACCESS_TOKEN: Endpoint<WeChatTokenReply> = {
  name: 'access_token',
  path: '/sns/oauth2/access_token',
  secrets: ['secret', 'code'],
  // A code is single-use: if its exchange may have reached WeChat, repeating it would spend it a second time and hide
  // the reason of the failure. The calls below that are repeated change nothing at WeChat.
  retries: 0,
  parse: ({ json }) => parseTokens('access_token', json),
};

const REFRESH_TOKEN: Endpoint<WeChatTokenReply> = {
  name: 'refresh_token',
  path: '/sns/oauth2/refresh_token',
  secrets: ['refresh_token'],
  retries: 2,
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
  namesUser: true,
  parse: parseUserInfo,
};

const AUTH: Endpoint<true> = {
  name: 'auth',
  path: '/sns/auth',
  secrets: ['access_token'],
  retries: 2,
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
  parse: ({ json }) => ({
    openid: requiredString('jscode2session', json, 'openid'),
    session_key: requiredString('jscode2session', json, 'session_key'),
    ...optionalString(json, 'unionid'),
  }),
};

/** @param followedBy how many more calls the login needs */
export function exchangeCode(
  call: WeChatCall,
  app: Credentials,
  code: string,
  followedBy = 0,
): Promise<WeChatTokenReply> {
  return callFor(app, call, ACCESS_TOKEN, { code, grant_type: 'authorization_code' }, followedBy);
}

/** https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsrefreshtoken */
export function refreshToken(
  call: WeChatCall,
  app: Credentials,
  refresh_token: string,
): Promise<WeChatTokenReply> {
  return callFor(app, call, REFRESH_TOKEN, { grant_type: 'refresh_token', refresh_token });
}

/**
 * Calls an endpoint for an app: with its secret, or at the endpoint for third-party platforms with the platform's
 * token.
 */
function callFor<T>(
  { clientID: appid, proof }: Credentials,
  call: WeChatCall,
  endpoint: Endpoint<T>,
  params: CallParams,
  followedBy = 0,
): Promise<T> {
  if (typeof proof !== 'function') {
    const path = endpoint.path.replace(/\w+$/, 'component/$&');
    const secrets = [...endpoint.secrets, 'component_access_token'];
    return readComponentToken(proof, call.deadline, endpoint.name).then((component_access_token) => {
      const component = { component_appid: proof.clientID, component_access_token };
      return call({ ...endpoint, path, secrets }, { appid, ...params, ...component }, followedBy);
    });
  }
  const secret = endpoint.secrets.includes('secret') ? { secret: proof() } : {};
  return call(endpoint, { appid, ...secret, ...params }, followedBy);
}

/** @throws WeChatError that says how the provider failed, and nothing of what it threw */
async function readComponentToken(
  { accessToken }: WeChatComponent,
  deadline: number,
  endpoint: WeChatEndpoint,
): Promise<string> {
  let problem = 'gave no string';
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      problem = 'took longer than the timeout';
      resolve(undefined);
    }, deadline - now());
  });
  try {
    const token: unknown = await Promise.race([accessToken(), tooLate]);
    if (typeof token === 'string' && token !== '' && !LONE_SURROGATE.test(token)) return token;
  } catch {
    problem = 'failed';
  } finally {
    clearTimeout(timer);
  }
  throw new WeChatError(
    `The call of ${endpoint} was not sent: component.accessToken() ${problem}. It has to give the component_access_token of the third-party platform.`,
  );
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

export function codeToSession(call: WeChatCall, app: Credentials, js_code: string): Promise<WeChatSession> {
  return callFor(app, call, JSCODE2SESSION, { js_code, grant_type: 'authorization_code' });
}

/**
 * Whether userinfo may be called: not if only the ids were requested, nor if nothing more was granted. WeChat lists
 * all that a user has ever granted, at times with a comma at the end, and not what was requested this time.
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

// WeChat sends the number; what else says so is believed too, since the virtual user of a snapshot page must not be
// logged in as a real one.
const TRUE: readonly unknown[] = [1, '1', true];

function parseUserInfo(
  { json, raw }: WeChatResponse,
  { openid }: CallParams,
): { user: WeChatUserInfo; raw: string } {
  if (openid === undefined || json['openid'] !== openid) {
    throw new WeChatResponseError('userinfo', 'its openid is not the one that was asked for');
  }
  if ('access_token' in json && !('nickname' in json)) {
    throw new WeChatResponseError('userinfo', 'it is that of the exchange before, which came twice');
  }
  const user: WeChatUserInfo = { ...json, openid };
  if (typeof user.nickname !== 'string') delete user.nickname;
  if (typeof user.sex !== 'number') delete user.sex;
  if (typeof user.headimgurl !== 'string') delete user.headimgurl;
  if (typeof user.unionid !== 'string') delete user.unionid;
  return { user, raw };
}

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
