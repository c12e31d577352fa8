import type { Hint } from '../shared/hint.js';

/** What one of WeChat's endpoints responds, before any fault. */
export interface Answer {
  status: number;
  contentType: string;
  body: string | Buffer;
  headers?: Record<string, string>;
  /** Set for the calls of api.weixin.qq.com: `body` is this object, serialized. */
  json?: Record<string, unknown>;
  errcode?: number;
  /** For the trace of the login: what to do about a refusal. */
  hint?: Hint;
  /** For the trace of the login: what WeChat may not have accepted. */
  note?: Hint;
}

/**
 * A response of api.weixin.qq.com: always HTTP 200, `text/plain` without a charset, UTF-8, slashes escaped.
 */
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
