import type { Answer } from '../wechat/answer.js';
import type { Backend } from '../backend.js';
import { reader } from '../wechat/params.js';
import { POLL_CODES, type QrLogin } from '../wechat/open/qr-logins.js';
import type { EmulatorRequest } from './emulator-request.js';

/** `/connect/l/qrconnect`: held until something changes, then a script, or JSON with `f=json`. */
export async function poll(backend: Backend, { query, signal }: EmulatorRequest): Promise<Answer> {
  const read = reader(query);
  const { errcode, login } = await backend.qrLogins.poll(read('uuid'), read('last'), signal);
  return pollAnswer(errcode, query, login);
}

/** The response to a poll; a fault may choose the `wx_errcode`. */
export function pollAnswer(errcode: number, query: URLSearchParams, login?: QrLogin): Answer {
  const { code = '', destination } = login?.result ?? {};
  if (query.get('f') === 'json') {
    const body = JSON.stringify({ wx_errcode: errcode, wx_code: code });
    return { status: 200, contentType: 'application/json', body };
  }
  // Where the page is to go elsewhere than it would by itself: a refusal under `denial`, two callbacks.
  const elsewhere =
    destination?.again === undefined ? destination?.url : `/_emulator/double?uuid=${login?.uuid ?? ''}`;
  const detour = destination && (errcode === POLL_CODES.cancelled || destination.again !== undefined);
  const body =
    `window.wx_errcode=${errcode};window.wx_code='${code}';` +
    (detour ? `window.wx_redirecturl=${JSON.stringify(elsewhere)};` : '');
  return { status: 200, contentType: 'text/javascript', body };
}
