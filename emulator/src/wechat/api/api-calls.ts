import type { Backend } from '../../backend.js';
import type { EmulatorComponent } from '../../options/apps-and-users.js';
import type { Endpoint } from '../../shared/endpoints.js';
import type { Hint } from '../../shared/hint.js';
import { json, type Answer } from '../answer.js';
import { avatarUrl } from '../avatar.js';
import { TOKEN_LIFE, type Code, type Grant, type Token } from '../grants.js';
import { identity } from '../ids.js';
import { reader, type Read } from '../params.js';
import { ERRCODE } from './api-errors.js';
import { checkComponent, componentToken } from './component-calls.js';
import { explainRefusal, type ApiRequest } from './explain-refusal.js';
import { refuse, type Refusal } from './refusal.js';

export type ApiEndpoint = Exclude<Endpoint, 'qrconnect' | 'qrcode' | 'poll' | 'authorize'>;

/**
 * The fields of a response, with a note for the trace of the login; or a refusal, an errcode if there is no
 * more to say.
 */
type Outcome = { reply: Record<string, unknown>; note?: Hint } | Refusal | number;

/** What a call is made with. */
interface Context {
  backend: Backend;
  read: Read;
  request: ApiRequest;
}

const METHODS = ['GET', 'HEAD', 'POST'];

/**
 * A call of api.weixin.qq.com. WeChat documents GET; clients that post a form are answered as well, so
 * `params` are those of the query and of a form body.
 */
export function callApi(backend: Backend, endpoint: ApiEndpoint, request: ApiRequest): Answer {
  const call = CALLS[endpoint];
  const known = METHODS.includes(request.method);
  const outcome = known ? call({ backend, read: reader(request.params), request }) : ERRCODE.requiresGet;
  if (typeof outcome === 'object' && 'reply' in outcome) {
    const { reply, note } = outcome;
    return { ...json(reply), ...(note && { note }) };
  }
  const refusal = typeof outcome === 'number' ? { errcode: outcome } : outcome;
  return refuse(backend, { because: explainRefusal(backend, refusal.errcode, request), ...refusal });
}

export function isApi(endpoint: string): endpoint is ApiEndpoint {
  return Object.hasOwn(CALLS, endpoint);
}

const CALLS: Record<ApiEndpoint, (context: Context) => Outcome> = {
  access_token: (context) => exchange(context, 'code', tokenReply),
  jscode2session: (context) => exchange(context, 'js_code', sessionReply),
  refresh_token: refresh,
  userinfo,
  auth: ({ backend, read }) => {
    const token = findToken(backend, read);
    if (typeof token === 'number') return token;
    return hasOpenid(token, read('openid')) ? { reply: { errcode: 0, errmsg: 'ok' } } : ERRCODE.invalidOpenid;
  },
  component_access_token: ({ backend, request }) => componentToken(backend, request),
};

/**
 * Missing parameters come first, then the appid, the code, and the secret last (published captures agree).
 * That grant_type stands between appid and code is assumed.
 */
function exchange(
  { backend, read, request }: Context,
  codeName: 'code' | 'js_code',
  reply: (backend: Backend, grant: Grant) => Record<string, unknown>,
): Outcome {
  if (read('appid') === '') return ERRCODE.missingAppid;
  if (!request.byComponent && read('secret') === '') return ERRCODE.missingSecret;
  if (read(codeName) === '') return ERRCODE.missingCode;
  const app = backend.app(read('appid'));
  if (!app) return ERRCODE.invalidAppid;
  const component = request.byComponent ? checkComponent(backend, app, read) : undefined;
  if (component !== undefined && 'errcode' in component) return component;
  if (read('grant_type') !== 'authorization_code') return ERRCODE.invalidGrantType;
  const code = backend.grants.code(read(codeName));
  const isSession = codeName === 'js_code';
  if (code && !isSession && code.grant.app.platform === 'miniProgram') return ERRCODE.miniProgramCode;
  if (code?.grant.app !== app || isSession !== (app.platform === 'miniProgram')) return ERRCODE.invalidCode;
  if (!isSession && code.grant.component !== component?.appid) return otherWay(code, component);
  if (code.used) return ERRCODE.codeUsed;
  if (code.expiresAt <= backend.clock.now()) return backend.options.expiredCodeErrcode;
  const isAllowed = component !== undefined || read('secret') === app.secret;
  code.used = isAllowed || backend.options.wrongSecretBurnsCode;
  return isAllowed ? { reply: reply(backend, code.grant) } : wrongSecret(backend);
}

/**
 * A code is exchanged the way it was requested: by the app itself, or by the platform that acts for it. What
 * WeChat answers otherwise is not known.
 */
function otherWay({ grant }: Code, component: EmulatorComponent | undefined): Refusal {
  const asked = grant.component ?? 'none';
  const sent = component?.appid ?? 'none';
  return {
    errcode: ERRCODE.invalidCode,
    because: {
      en: `The code was asked for with component_appid ${asked}, and is exchanged with ${sent}: use the same, at /sns/oauth2/component/access_token, in both or in neither.`,
      zh: `申请该 code 时的 component_appid 为 ${asked}，换取时为 ${sent}：两处须一致，第三方平台用 /sns/oauth2/component/access_token。`,
    },
  };
}

function wrongSecret({ options }: Backend): Refusal {
  if (options.wrongSecretErrcode === ERRCODE.invalidSecret) return { errcode: ERRCODE.invalidSecret };
  return {
    errcode: ERRCODE.invalidCredential,
    because: { en: 'The secret is not the one of this appid.', zh: 'AppSecret 与 appid 不匹配。' },
  };
}

function tokenReply(backend: Backend, grant: Grant): Record<string, unknown> {
  const token = backend.grants.issueToken(grant);
  const { openid, unionid } = identity(grant.app, grant.user, grant.snapshot);
  const showUnionid = grant.scope !== 'snsapi_base' || backend.options.unionidOnBase;
  grant.trace.outcome = 'done';
  return {
    access_token: token.accessToken,
    expires_in: TOKEN_LIFE,
    refresh_token: token.refreshToken,
    openid,
    scope: grant.scope + (backend.options.scopeTrailingComma ? ',' : ''),
    ...(showUnionid && unionid !== undefined && { unionid }),
    ...(grant.snapshot && { is_snapshotuser: 1 }),
  };
}

/** No errcode on success, unlike WeChat's documented example: that is what is seen. */
function sessionReply(backend: Backend, grant: Grant): Record<string, unknown> {
  const { openid, unionid } = identity(grant.app, grant.user, false);
  grant.trace.outcome = 'done';
  const session_key = backend.grants.issueSessionKey();
  return { openid, session_key, ...(unionid !== undefined && { unionid }) };
}

function refresh({ backend, read, request }: Context): Outcome {
  if (read('appid') === '') return ERRCODE.missingAppid;
  if (read('refresh_token') === '') return ERRCODE.missingRefreshToken;
  const app = backend.app(read('appid'));
  if (!app) return ERRCODE.invalidAppid;
  const component = request.byComponent ? checkComponent(backend, app, read) : undefined;
  if (component !== undefined && 'errcode' in component) return component;
  if (read('grant_type') !== 'refresh_token') return ERRCODE.invalidGrantType;
  const token = backend.grants.refreshToken(read('refresh_token'));
  if (token?.grant.app !== app || token.grant.component !== component?.appid)
    return ERRCODE.invalidRefreshToken;
  if (token.refreshExpiresAt <= backend.clock.now()) return backend.options.expiredRefreshErrcode;
  backend.grants.refresh(token);
  return {
    reply: {
      openid: identity(app, token.grant.user, token.grant.snapshot).openid,
      access_token: token.accessToken,
      expires_in: TOKEN_LIFE,
      refresh_token: token.refreshToken,
      scope: `${token.grant.scope},`,
    },
  };
}

function findToken(backend: Backend, read: Read): Token | number {
  if (read('access_token') === '') return ERRCODE.missingAccessToken;
  if (read('openid') === '') return ERRCODE.missingOpenid;
  const token = backend.grants.accessToken(read('access_token'));
  if (!token) return ERRCODE.invalidCredential;
  return token.expiresAt <= backend.clock.now() ? backend.options.expiredTokenErrcode : token;
}

function hasOpenid({ grant }: Token, openid: string): boolean {
  return identity(grant.app, grant.user, grant.snapshot).openid === openid;
}

/** WeChat documents errcode 40003, and seems not to check. */
const OTHER_OPENID: Hint = {
  en: 'openid is not the one that came with this access_token. WeChat seems to ignore that and to return the user of the token; the option checkOpenid refuses it.',
  zh: 'openid 与该 access_token 不对应。微信似乎不校验，仍返回 token 所属的用户；设 checkOpenid 即会拒绝。',
};

/** `lang` is accepted and changes nothing: region and gender have come empty since October 2021. */
function userinfo({ backend, read, request }: Context): Outcome {
  const token = findToken(backend, read);
  if (typeof token === 'number') return token;
  const isOther = !hasOpenid(token, read('openid'));
  if (isOther && backend.options.checkOpenid) return ERRCODE.invalidOpenid;
  const { app, user, scope, snapshot } = token.grant;
  if (scope === 'snsapi_base') return ERRCODE.unauthorizedApi;
  if (snapshot && backend.options.snapshotUserinfo === ERRCODE.unauthorizedApi)
    return ERRCODE.unauthorizedApi;
  const { openid, unionid } = identity(app, user, snapshot);
  const reply = {
    openid,
    // How WeChat names the virtual user is not known; this is what it calls users who show nothing of
    // themselves.
    nickname: snapshot ? '微信用户' : user.nickname,
    sex: 0,
    language: '',
    city: '',
    province: '',
    country: '',
    headimgurl: avatarUrl(request.origin, user, snapshot),
    privilege: [],
    ...(unionid !== undefined && { unionid }),
  };
  return { reply, ...(isOther && { note: OTHER_OPENID }) };
}
