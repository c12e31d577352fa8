import type { Backend } from '../../backend.js';
import { joinHints, type Hint } from '../../shared/hint.js';
import { explainAppid, explainSecret } from '../mix-ups.js';
import { ERRCODE } from './api-errors.js';

/** A request to api.weixin.qq.com. */
export interface ApiRequest {
  method: string;
  /** Those of the query and of a form body, which are what WeChat reads. */
  params: URLSearchParams;
  /** The members of a JSON body; empty if there is none. */
  json: URLSearchParams;
  /** Without its parameters, such as `application/json`; empty if there is no body. */
  bodyType: string;
  /** The scheme of the Authorization header in lower case, such as `basic`; empty if there is none. */
  authorization: string;
  /** The emulator's origin as the client reaches it. */
  origin: string;
  /** Whether it came to one of the URLs for third-party platforms, `…/component/…`. */
  byComponent: boolean;
}

const FORM = 'application/x-www-form-urlencoded';

/** Errcodes of parameters that are missing; they may have come in a place that WeChat does not read. */
const MISSING: readonly number[] = [
  ERRCODE.missingAccessToken,
  ERRCODE.missingAppid,
  ERRCODE.missingRefreshToken,
  ERRCODE.missingSecret,
  ERRCODE.missingCode,
  ERRCODE.missingOpenid,
];

/** What in the request may have led to the refusal, if that can be seen in it. */
export function explainRefusal(backend: Backend, errcode: number, request: ApiRequest): Hint | undefined {
  const { params } = request;
  if (errcode === ERRCODE.invalidAppid) return explainAppid(backend, params.get('appid') ?? '');
  if (errcode === ERRCODE.invalidSecret) return explainSecret(backend, params.get('secret') ?? '');
  if (!MISSING.includes(errcode)) return undefined;
  const places = [explainBody(request), explainAuthorization(request)].filter((hint) => hint !== undefined);
  return places.length > 0 ? joinHints(...places) : undefined;
}

function explainBody({ bodyType }: ApiRequest): Hint | undefined {
  if (bodyType === '' || bodyType === FORM) return undefined;
  return {
    en: `The request has a body of type ${bodyType}, which WeChat does not read here: send the parameters in the query, or as a form (${FORM}).`,
    zh: `请求体的类型是 ${bodyType}，微信不会读取：请把参数放在 query 中，或以表单（${FORM}）提交。`,
  };
}

function explainAuthorization({ authorization }: ApiRequest): Hint | undefined {
  if (authorization === 'basic') {
    return {
      en: 'The credentials came as HTTP Basic (Authorization header), which WeChat does not read: send appid and secret as parameters.',
      zh: '凭据是以 HTTP Basic（Authorization 请求头）发送的，微信不会读取：请以参数 appid 和 secret 发送。',
    };
  }
  if (authorization === 'bearer') {
    return {
      en: 'The token came as a Bearer token (Authorization header), which WeChat does not read: send access_token as a parameter.',
      zh: 'token 是以 Bearer（Authorization 请求头）发送的，微信不会读取：请以参数 access_token 发送。',
    };
  }
  return undefined;
}
