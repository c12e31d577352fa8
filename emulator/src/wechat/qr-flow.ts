import type { EmulatorApp, EmulatorUser } from '../options/apps-and-users.js';
import { wrongPlatform, wrongScope } from './app-mismatch.js';
import type { Backend } from './backend.js';
import { concatenated, destinationOf, type Destination } from './callback-address.js';
import { checkRedirect } from './callback-domain.js';
import { PAGE_ERRORS, type PageError } from './page-errors.js';
import { reader, type Read } from './params.js';
import type { QrLogin } from './qr-logins.js';

/** Checks a request for the QR page and, where WeChat would let it through, makes a QR code. */
export function startQrLogin(backend: Backend, params: URLSearchParams, sent: string): QrLogin | PageError {
  const read = reader(params);
  const app = backend.app(read('appid'));
  const trace = backend.traces.start(read('appid'), app);
  const verdict = checkRequest(app, read);
  backend.traces.addPage(trace, { endpoint: 'qrconnect', sent, answered: 'QR page' }, verdict);
  if ('text' in verdict) return verdict;
  return backend.qrLogins.create({
    app: verdict.app,
    redirectUri: read('redirect_uri'),
    state: read('state'),
    trace,
  });
}

function checkRequest(
  app: EmulatorApp | undefined,
  read: Read,
): { lax: boolean; app: EmulatorApp } | PageError {
  if (!app) return read('appid') === '' ? PAGE_ERRORS.noAppid : PAGE_ERRORS.unknownAppid;
  // Clients leave response_type out, wxLogin.js among them, and send the parameters in any order.
  if (!['', 'code'].includes(read('response_type'))) return PAGE_ERRORS.responseType;
  if (read('scope') === '') return PAGE_ERRORS.noScope;
  if (app.platform !== 'website') return wrongPlatform(app, 'qrconnect');
  if (read('scope') !== 'snsapi_login') return wrongScope(app, 'qrconnect', read('scope'));
  const redirect = checkRedirect(app, read('redirect_uri'));
  return 'text' in redirect ? redirect : { ...redirect, app };
}

/** The phone's camera sees the code. */
export function scanQr(backend: Backend, login: QrLogin): void {
  if (login.status !== 'waiting' && login.status !== 'cancelled') return;
  backend.traces.add(login.trace, { endpoint: 'phone', sent: 'scan', answered: 'poll: 404', ok: true });
  backend.qrLogins.change(login, 'scanned');
}

/** The tap on "allow": the page on the screen is told, and goes to this address. */
export function approveQr(
  backend: Backend,
  login: QrLogin,
  user: EmulatorUser,
): Destination & { code: string } {
  const { app, trace } = login;
  const target = pageTarget(login);
  const grant = { app, user, scope: 'snsapi_login', snapshot: false, trace };
  const codes: string[] = [];
  const destination = destinationOf(backend.settings, () => {
    const code = backend.grants.issueCode(grant);
    codes.push(code);
    return concatenated(target, `code=${code}&state=${login.state}`);
  });
  const [code = ''] = codes;
  trace.user = user.name;
  trace.outcome = 'open';
  backend.traces.add(trace, {
    endpoint: 'phone',
    sent: `${user.name} allows`,
    answered: 'poll: 405 and a code',
    ok: true,
  });
  backend.qrLogins.change(login, 'confirmed', { code, destination });
  return { ...destination, code };
}

/** The tap on "cancel". The browser stays at WeChat unless `denial` says otherwise; the code can be scanned again. */
export function cancelQr(backend: Backend, login: QrLogin): void {
  const { trace } = login;
  trace.outcome = 'cancelled';
  backend.traces.add(trace, { endpoint: 'phone', sent: 'cancel', answered: 'poll: 403', ok: true });
  const { denial } = backend.settings;
  const params = `${denial === 'authdeny' ? 'code=authdeny&' : ''}state=${login.state}`;
  const destination = denial === 'stay' ? undefined : { url: concatenated(pageTarget(login), params) };
  backend.qrLogins.change(login, 'cancelled', { code: '', ...(destination && { destination }) });
}

/** WeChat's page holds redirect_uri HTML-escaped and undoes that for `&` alone, whether or not it was there before. */
function pageTarget({ redirectUri }: QrLogin): string {
  return redirectUri.replaceAll('&amp;', '&');
}
