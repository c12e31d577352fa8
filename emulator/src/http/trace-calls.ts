import type { Answer } from '../wechat/answer.js';
import type { ApiEndpoint } from '../wechat/api/api-calls.js';
import type { Backend } from '../backend.js';
import { reader } from '../wechat/params.js';
import type { LoginTrace } from '../records/login-traces.js';

interface TracedCall {
  endpoint: ApiEndpoint;
  params: URLSearchParams;
  /** The request in one line, secrets masked. */
  sent: string;
  answer: Answer | undefined;
  /** Whether a fault had a hand in the answer. */
  faulty: boolean;
}

/**
 * Writes a call of api.weixin.qq.com into the trace of its login; one that belongs to no login starts its
 * own.
 */
export function traceCall(backend: Backend, { endpoint, params, sent, answer, faulty }: TracedCall): void {
  // A platform's token belongs to no login.
  if (endpoint === 'component_access_token') return;
  const appid = params.get('appid') ?? '';
  const trace = findLogin(backend, params) ?? backend.traces.start(appid, backend.app(appid));
  const { errcode = 0, hint, note } = answer ?? {};
  backend.traces.add(trace, {
    endpoint,
    sent,
    answered: describe(answer) + (faulty ? ' (fault)' : ''),
    ok: errcode === 0 && answer?.status === 200,
    ...(hint && { hint }),
    ...(note && { note }),
  });
}

function describe(answer: Answer | undefined): string {
  if (!answer) return 'no response';
  if (!answer.json) return `HTTP ${answer.status}`;
  const { errcode, errmsg } = answer.json;
  if (typeof errcode === 'number') return `errcode ${errcode}: ${String(errmsg)}`;
  return `fields ${Object.keys(answer.json).join(', ')}`;
}

function findLogin({ grants }: Backend, params: URLSearchParams): LoginTrace | undefined {
  const read = reader(params);
  const code = grants.code(read('code')) ?? grants.code(read('js_code'));
  const token = grants.accessToken(read('access_token')) ?? grants.refreshToken(read('refresh_token'));
  return (code ?? token)?.grant.trace;
}
