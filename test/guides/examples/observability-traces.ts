import { subscribe } from 'node:diagnostics_channel';
import type { WeChatRequestMessage } from 'passport-wechat-oauth2';

/** The part of `Tracer` of `@opentelemetry/api` that is used. */
interface Tracer {
  startSpan(
    name: string,
    options: { kind: number; startTime: number; attributes: Record<string, string | number> },
  ): { setStatus(status: { code: number; message?: string }): unknown; end(endTime?: number): void };
}

const CLIENT = 2; // SpanKind.CLIENT
const ERROR = 2; // SpanStatusCode.ERROR

/**
 * Makes a span of each request to WeChat, inside the span of the login. Call it once, when the program starts:
 * `traceWeChat(trace.getTracer('wechat'))`.
 */
export function traceWeChat(tracer: Tracer): void {
  subscribe('passport-wechat-oauth2:request', (message) => {
    const { endpoint, host, attempt, status, errcode, ms } = message as WeChatRequestMessage;
    const endTime = Date.now();
    const span = tracer.startSpan(`WeChat ${endpoint}`, {
      kind: CLIENT,
      startTime: endTime - ms,
      attributes: {
        'http.request.method': 'GET',
        'server.address': host,
        'wechat.attempt': attempt,
        ...(status !== undefined && { 'http.response.status_code': status }),
        ...(errcode !== undefined && { 'wechat.errcode': errcode }),
      },
    });
    if (status !== 200 || errcode) {
      span.setStatus({ code: ERROR, message: errcode ? `errcode ${errcode}` : `status ${status ?? 'none'}` });
    }
    span.end(endTime);
  });
}
