import type { Answer } from '../wechat/answer.js';
import type { ApiEndpoint } from '../wechat/api-calls.js';
import { apiError } from '../wechat/api-errors.js';
import type { Backend } from '../wechat/backend.js';
import { reader } from '../wechat/params.js';
import type { LoginTrace } from './login-traces.js';

interface TracedCall {
  endpoint: ApiEndpoint;
  params: URLSearchParams;
  /** The request in one line, secrets masked. */
  sent: string;
  answer: Answer | undefined;
  /** Whether a fault had a hand in the answer. */
  faulty: boolean;
}

/** Writes a call of api.weixin.qq.com into the trace of its login; one that belongs to no login starts its own. */
export function traceCall(backend: Backend, { endpoint, params, sent, answer, faulty }: TracedCall): void {
  const appid = params.get('appid') ?? '';
  const trace = loginOf(backend, params) ?? backend.traces.start(appid, backend.app(appid));
  const { errcode = 0 } = answer ?? {};
  backend.traces.add(trace, {
    endpoint,
    sent,
    answered: describe(answer) + (faulty ? ' (fault)' : ''),
    ok: errcode === 0 && answer?.status === 200,
    ...(errcode !== 0 && { fix: apiError(errcode).fix }),
  });
}

function describe(answer: Answer | undefined): string {
  if (!answer) return 'no answer';
  if (!answer.json) return `HTTP ${answer.status}`;
  const { errcode, errmsg } = answer.json;
  if (typeof errcode === 'number') return `errcode ${errcode}: ${String(errmsg)}`;
  return `fields ${Object.keys(answer.json).join(', ')}`;
}

function loginOf({ grants }: Backend, params: URLSearchParams): LoginTrace | undefined {
  const read = reader(params);
  const code = grants.code(read('code')) ?? grants.code(read('js_code'));
  const token = grants.accessToken(read('access_token')) ?? grants.refreshToken(read('refresh_token'));
  return (code ?? token)?.grant.trace;
}
