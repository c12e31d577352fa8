import { apiError } from './api-errors.js';
import type { Backend } from './backend.js';
import { newRequestId, newRid } from './ids.js';

/** What a WeChat endpoint answers, before any fault. */
export interface Answer {
  status: number;
  contentType: string;
  body: string | Buffer;
  headers?: Record<string, string>;
  /** Set for the calls of api.weixin.qq.com: `body` is this object, serialized. */
  json?: Record<string, unknown>;
  errcode?: number;
}

/** A reply of api.weixin.qq.com: always HTTP 200, `text/plain` without a charset, UTF-8, slashes escaped. */
export function json(object: Record<string, unknown>): Answer {
  const errcode = object['errcode'];
  return {
    status: 200,
    contentType: 'text/plain',
    body: serialize(object),
    json: object,
    ...(typeof errcode === 'number' && { errcode }),
  };
}

/** JSON as WeChat writes it. */
export function serialize(object: Record<string, unknown>): string {
  return JSON.stringify(object).replaceAll('/', '\\/');
}

/** WeChat's refusal: the errmsg ends in the id that its support asks for. */
export function refusal(
  { clock, settings }: Backend,
  errcode: number,
  errmsg = apiError(errcode).errmsg,
): Answer {
  const id =
    settings.ridStyle === 'rid' ? `, rid: ${newRid(clock.now())}` : `, hints: [ req_id: ${newRequestId()} ]`;
  return json({ errcode, errmsg: errmsg + id });
}

export function html(body: string, status = 200): Answer {
  const headers = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  return { status, contentType: 'text/html; charset=utf-8', body, headers };
}

export function redirect(location: string): Answer {
  return { status: 302, contentType: 'text/plain; charset=utf-8', body: '', headers: { Location: location } };
}

export function withHeader(answer: Answer, name: string, value: string): Answer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}
