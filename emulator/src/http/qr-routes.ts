import { renderQrPage } from '../pages/render.js';
import { html, type Answer } from '../wechat/answer.js';
import type { Backend } from '../backend.js';
import { PAGE_ERRORS } from '../wechat/open/page-errors.js';
import { startQrLogin } from '../wechat/open/qr-flow.js';
import type { QrLogin } from '../wechat/open/qr-logins.js';
import type { EmulatorRequest } from './emulator-request.js';
import { appName, doublePage, errorPage, isEmbedded, textColour } from './page-answers.js';
import { qrPicture } from './qr-picture.js';

/**
 * `/connect/qrconnect`: the QR page; with `f=xml`, which the page uses to refresh itself, only a fresh uuid.
 */
export function qrconnect(backend: Backend, request: EmulatorRequest): Answer {
  const { query, lang, origin, sent } = request;
  const login = startQrLogin(backend, query, sent);
  if ('text' in login) return errorPage(backend, request, login);
  if (query.get('f') === 'xml') return freshUuid(login);
  const asked = query.get('self_redirect');
  const selfRedirect = asked === 'true' || asked === 'false' ? asked : 'default';
  const href = query.get('href');
  return html(
    renderQrPage({
      lang,
      appName: appName(request, login.app),
      uuid: login.uuid,
      redirectUri: login.redirectUri,
      state: login.state,
      selfRedirect,
      style: textColour(query),
      stylelite: query.get('stylelite') === '1',
      ...(href !== null && href !== '' && { href }),
      embedded: isEmbedded(query),
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
export function qrcode(backend: Backend, request: EmulatorRequest): Answer {
  const uuid = request.segment('uuid');
  const login = backend.qrLogins.get(uuid);
  if (!login) return errorPage(backend, request, PAGE_ERRORS.unknownUuid);
  return { status: 200, contentType: 'image/jpeg', body: qrPicture(confirmUrl(request.origin, uuid)) };
}

/** The page that calls back twice, under `doubleCallback`. */
export function double(backend: Backend, request: EmulatorRequest): Answer {
  const destination = backend.qrLogins.get(request.query.get('uuid') ?? '')?.result.destination;
  return destination
    ? doublePage(request, destination)
    : errorPage(backend, request, PAGE_ERRORS.unknownUuid);
}
