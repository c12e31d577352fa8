import { json, refusal, type Answer } from './answer.js';
import { avatarUrl } from './avatar.js';
import type { Backend } from './backend.js';
import type { Endpoint } from './endpoints.js';
import { TOKEN_LIFE, type Grant, type Token } from './grants.js';
import { identity, newSessionKey } from './ids.js';
import { reader, type Read } from './params.js';

export type ApiEndpoint = Extract<
  Endpoint,
  'access_token' | 'refresh_token' | 'userinfo' | 'auth' | 'jscode2session'
>;

/** The reply, or the errcode of a refusal. */
type Outcome = Record<string, unknown> | number;

const METHODS = ['GET', 'HEAD', 'POST'];

/**
 * A call of api.weixin.qq.com. WeChat documents GET; clients that post a form are answered as well, so `params` are
 * those of the query and of a form body.
 */
export function callApi(
  backend: Backend,
  endpoint: ApiEndpoint,
  { method, params, origin }: { method: string; params: URLSearchParams; origin: string },
): Answer {
  const known = METHODS.includes(method);
  const outcome = known ? CALLS[endpoint](backend, reader(params), origin) : 43001;
  return typeof outcome === 'number' ? refusal(backend, outcome) : json(outcome);
}

export function isApi(endpoint: string): endpoint is ApiEndpoint {
  return Object.hasOwn(CALLS, endpoint);
}

const CALLS: Record<ApiEndpoint, (backend: Backend, read: Read, origin: string) => Outcome> = {
  access_token: (backend, read) => exchange(backend, read, 'code', tokenReply),
  jscode2session: (backend, read) => exchange(backend, read, 'js_code', sessionReply),
  refresh_token: refresh,
  userinfo,
  auth: (backend, read) => {
    const token = validToken(backend, read);
    return typeof token === 'number' ? token : { errcode: 0, errmsg: 'ok' };
  },
};

/**
 * Missing parameters come first, then the appid, the code, and the secret last (published captures agree). That
 * grant_type stands between appid and code is assumed.
 */
function exchange(
  backend: Backend,
  read: Read,
  codeName: 'code' | 'js_code',
  reply: (backend: Backend, grant: Grant) => Record<string, unknown>,
): Outcome {
  if (read('appid') === '') return 41002;
  if (read('secret') === '') return 41004;
  if (read(codeName) === '') return 41008;
  const app = backend.app(read('appid'));
  if (!app) return 40013;
  if (read('grant_type') !== 'authorization_code') return 40002;
  const code = backend.grants.code(read(codeName));
  if (code?.grant.app !== app || (app.platform === 'miniProgram') !== (codeName === 'js_code')) return 40029;
  if (code.used) return 40163;
  if (code.expiresAt <= backend.clock.now()) return backend.settings.expiredCodeErrcode;
  const secretIsRight = read('secret') === app.secret;
  code.used = secretIsRight || backend.settings.wrongSecretBurnsCode;
  return secretIsRight ? reply(backend, code.grant) : 40125;
}

function tokenReply(backend: Backend, grant: Grant): Record<string, unknown> {
  const token = backend.grants.issueToken(grant);
  const { openid, unionid } = identity(grant.app, grant.user, grant.snapshot);
  const showUnionid = grant.scope !== 'snsapi_base' || backend.settings.unionidOnBase;
  grant.trace.outcome = 'done';
  return {
    access_token: token.accessToken,
    expires_in: TOKEN_LIFE,
    refresh_token: token.refreshToken,
    openid,
    scope: grant.scope + (backend.settings.scopeTrailingComma ? ',' : ''),
    ...(showUnionid && unionid !== undefined && { unionid }),
    ...(grant.snapshot && { is_snapshotuser: 1 }),
  };
}

/** No errcode on success, unlike WeChat's documented example: that is what is seen. */
function sessionReply(_backend: Backend, grant: Grant): Record<string, unknown> {
  const { openid, unionid } = identity(grant.app, grant.user, false);
  grant.trace.outcome = 'done';
  return { openid, session_key: newSessionKey(), ...(unionid !== undefined && { unionid }) };
}

function refresh(backend: Backend, read: Read): Outcome {
  if (read('appid') === '') return 41002;
  if (read('refresh_token') === '') return 41003;
  const app = backend.app(read('appid'));
  if (!app) return 40013;
  if (read('grant_type') !== 'refresh_token') return 40002;
  const token = backend.grants.refreshToken(read('refresh_token'));
  if (token?.grant.app !== app) return 40030;
  if (token.refreshExpiresAt <= backend.clock.now()) return backend.settings.expiredRefreshErrcode;
  backend.grants.refresh(token);
  return {
    openid: identity(app, token.grant.user, token.grant.snapshot).openid,
    access_token: token.accessToken,
    expires_in: TOKEN_LIFE,
    refresh_token: token.refreshToken,
    scope: `${token.grant.scope},`,
  };
}

function validToken(backend: Backend, read: Read): Token | number {
  if (read('access_token') === '') return 41001;
  if (read('openid') === '') return 41009;
  const token = backend.grants.accessToken(read('access_token'));
  if (!token) return 40001;
  if (token.expiresAt <= backend.clock.now()) return backend.settings.expiredTokenErrcode;
  const { app, user, snapshot } = token.grant;
  return identity(app, user, snapshot).openid === read('openid') ? token : 40003;
}

/** `lang` is accepted and changes nothing: region and gender have come empty since October 2021. */
function userinfo(backend: Backend, read: Read, origin: string): Outcome {
  const token = validToken(backend, read);
  if (typeof token === 'number') return token;
  const { app, user, scope, snapshot } = token.grant;
  if (scope === 'snsapi_base') return 48001;
  if (snapshot && backend.settings.snapshotUserinfo === 48001) return 48001;
  const { openid, unionid } = identity(app, user, snapshot);
  return {
    openid,
    // How WeChat names the virtual person is not known; this is what it calls people who show nothing of themselves.
    nickname: snapshot ? '微信用户' : user.nickname,
    sex: 0,
    language: '',
    city: '',
    province: '',
    country: '',
    headimgurl: avatarUrl(origin, user, snapshot),
    privilege: [],
    ...(unionid !== undefined && { unionid }),
  };
}
