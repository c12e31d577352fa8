import { html, type Answer } from '../wechat/answer.js';
import { PAGE_ERRORS } from '../wechat/page-errors.js';
import { renderConfirmPage, renderQrPage, type ConfirmView } from '../pages/render.js';
import { approveQr, cancelQr, scanQr, startQrLogin } from '../wechat/qr-flow.js';
import type { QrLogin } from '../wechat/qr-logins.js';
import type { Backend } from '../wechat/backend.js';
import { ownerCookie, type Call } from './call.js';
import { doublePage, errorPage, pageUsers, unframed } from './page-answers.js';
import { qrPicture } from './qr-picture.js';

/** `/connect/qrconnect`: the QR page; with `f=xml`, which the page uses to refresh itself, only a fresh uuid. */
export function qrconnect(backend: Backend, call: Call): Answer {
  const { query, lang, origin, sent } = call;
  const login = startQrLogin(backend, query, sent);
  if ('text' in login) return errorPage(call, login);
  if (query.get('f') === 'xml') return freshUuid(login);
  const asked = query.get('self_redirect');
  const selfRedirect = asked === 'true' || asked === 'false' ? asked : 'default';
  const href = query.get('href');
  return html(
    renderQrPage({
      lang,
      appName: login.app.name,
      uuid: login.uuid,
      redirectUri: login.redirectUri,
      state: login.state,
      selfRedirect,
      style: query.get('style') === 'white' ? 'white' : 'black',
      stylelite: query.get('stylelite') === '1',
      ...(href !== null && href !== '' && { href }),
      embedded: ['self_redirect', 'style', 'href', 'oldstyle'].some((name) => query.has(name)),
      confirmUrl: confirmUrl(origin, login.uuid),
    }),
  );
}

/** Of WeChat's XML only the uuid element is known. */
function freshUuid({ uuid }: QrLogin): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<qrconnect><uuid><![CDATA[${uuid}]]></uuid></qrconnect>\n`;
  return { status: 200, contentType: 'text/xml; charset=utf-8', body };
}

function confirmUrl(origin: string, uuid: string): string {
  return `${origin}/connect/confirm?uuid=${uuid}`;
}

/** `/connect/qrcode/UUID`. */
export function qrcode(backend: Backend, call: Call): Answer {
  const uuid = call.segment('uuid');
  const login = backend.qrLogins.get(uuid);
  if (!login) return errorPage(call, PAGE_ERRORS.unknownUuid);
  return { status: 200, contentType: 'image/jpeg', body: qrPicture(confirmUrl(call.origin, uuid)) };
}

/** `/connect/l/qrconnect`: held until something changes, then a script, or JSON with `f=json`. */
export async function poll(backend: Backend, { query, signal }: Call): Promise<Answer> {
  const { errcode, login } = await backend.qrLogins.poll(
    query.get('uuid') ?? '',
    query.get('last') ?? '',
    signal,
  );
  return pollAnswer(errcode, query, login);
}

export function pollAnswer(errcode: number, query: URLSearchParams, login?: QrLogin): Answer {
  const { code = '', destination } = login?.result ?? {};
  if (query.get('f') === 'json') {
    const body = JSON.stringify({ wx_errcode: errcode, wx_code: code });
    return { status: 200, contentType: 'application/json', body };
  }
  // Where the page is to go elsewhere than it would by itself: a refusal under `denial`, two callbacks.
  const elsewhere =
    destination?.again === undefined ? destination?.url : `/_emulator/double?uuid=${login?.uuid ?? ''}`;
  const detour = destination && (errcode === 403 || destination.again !== undefined);
  const body =
    `window.wx_errcode=${errcode};window.wx_code='${code}';` +
    (detour ? `window.wx_redirecturl=${JSON.stringify(elsewhere)};` : '');
  return { status: 200, contentType: 'text/javascript', body };
}

/** The page that calls back twice, under `doubleCallback`. */
export function double(backend: Backend, call: Call): Answer {
  const destination = backend.qrLogins.get(call.query.get('uuid') ?? '')?.result.destination;
  return destination ? doublePage(destination) : errorPage(call, PAGE_ERRORS.unknownUuid);
}

/** `GET /connect/confirm`: what the QR code leads the phone to. Opening it is scanning. */
export function confirmPage(backend: Backend, call: Call): Answer {
  const login = backend.qrLogins.get(call.query.get('uuid') ?? '');
  if (!login) return confirmView(backend, call, undefined, 'expired');
  scanQr(backend, login);
  return confirmView(backend, call, login, login.status === 'confirmed' ? 'approved' : 'choose');
}

/** `POST /connect/confirm`: the tap. */
export function confirm(backend: Backend, call: Call): Answer {
  const login = backend.qrLogins.get(call.form.get('uuid') ?? '');
  if (!login) return confirmView(backend, call, undefined, 'expired');
  if (login.status === 'confirmed') return confirmView(backend, call, login, 'approved');
  const user = backend.user(call.form.get('user') ?? '') ?? call.user;
  const decision = call.form.get('decision');
  scanQr(backend, login);
  if (decision === 'allow') approveQr(backend, login, user);
  else if (decision === 'cancel') cancelQr(backend, login);
  else return confirmView(backend, call, login, 'choose');
  const answer = confirmView(backend, call, login, decision === 'allow' ? 'approved' : 'cancelled');
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': ownerCookie(user) } };
}

function confirmView(
  backend: Backend,
  call: Call,
  login: QrLogin | undefined,
  step: ConfirmView['step'],
): Answer {
  return unframed(
    renderConfirmPage({
      lang: call.lang,
      uuid: login?.uuid ?? '',
      appName: login?.app.name ?? '',
      users: pageUsers(backend, call),
      step,
    }),
  );
}
