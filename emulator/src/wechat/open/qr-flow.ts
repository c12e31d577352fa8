import type { EmulatorApp, EmulatorUser } from '../../options/apps-and-users.js';
import type { Hint } from '../../shared/hint.js';
import { isScopeOf, unknownApp, wrongPlatform, wrongScope } from './app-mismatch.js';
import type { Backend } from '../../backend.js';
import { concatenated, resolveDestination, type Destination } from './callback-address.js';
import { checkRedirect } from './callback-domain.js';
import { PAGE_ERRORS, type PageError } from './page-errors.js';
import { reader, type Read } from '../params.js';
import type { QrLogin } from './qr-logins.js';

/** Checks a request for the QR page and, if WeChat would accept it, makes a QR code. */
export function startQrLogin(backend: Backend, params: URLSearchParams, sent: string): QrLogin | PageError {
  const read = reader(params);
  const app = backend.app(read('appid'));
  const trace = backend.traces.start(read('appid'), app);
  const verdict = checkRequest(backend, app, read);
  backend.traces.addPage(trace, { endpoint: 'qrconnect', sent, answered: 'QR page' }, verdict);
  if ('text' in verdict) return verdict;
  return backend.qrLogins.create({
    app: verdict.app,
    scope: read('scope'),
    redirectUri: read('redirect_uri'),
    state: read('state'),
    trace,
  });
}

function checkRequest(
  backend: Backend,
  app: EmulatorApp | undefined,
  read: Read,
): { notes: Hint[]; app: EmulatorApp } | PageError {
  if (!app) return unknownApp(backend, read('appid'));
  // Clients leave response_type out, wxLogin.js among them, and send the parameters in any order.
  if (!['', 'code'].includes(read('response_type'))) return PAGE_ERRORS.responseType;
  if (read('scope') === '') return PAGE_ERRORS.noScope;
  if (app.platform !== 'website') return wrongPlatform(app, 'qrconnect');
  if (!isScopeOf('qrconnect', read('scope'))) return wrongScope(app, 'qrconnect', read('scope'));
  const redirect = checkRedirect(app, read('redirect_uri'));
  return 'text' in redirect ? redirect : { ...redirect, app };
}

/** The phone's camera sees the code. */
export function scanQr(backend: Backend, login: QrLogin): void {
  if (login.status !== 'waiting' && login.status !== 'cancelled') return;
  backend.traces.add(login.trace, { endpoint: 'phone', sent: 'scan', answered: 'poll: 404', ok: true });
  backend.qrLogins.change(login, 'scanned');
}

/** The tap on "allow": the page on the screen learns of it, and goes to this URL. */
export function approveQr(
  backend: Backend,
  login: QrLogin,
  user: EmulatorUser,
): Destination & { code: string } {
  const { app, scope, trace } = login;
  const target = pageTarget(login);
  const grant = { app, user, scope, snapshot: false, trace };
  const code = backend.grants.issueCode(grant);
  const callback = (each: string): string => concatenated(target, `code=${each}&state=${login.state}`);
  const destination = resolveDestination(backend.options, callback(code), () =>
    callback(backend.grants.issueCode(grant)),
  );
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

/**
 * The tap on "cancel". The browser stays at WeChat unless `denial` says otherwise; the code can be scanned
 * again.
 */
export function cancelQr(backend: Backend, login: QrLogin): void {
  const { trace } = login;
  trace.outcome = 'cancelled';
  backend.traces.add(trace, { endpoint: 'phone', sent: 'cancel', answered: 'poll: 403', ok: true });
  const { denial } = backend.options;
  const params = `${denial === 'authdeny' ? 'code=authdeny&' : ''}state=${login.state}`;
  const destination = denial === 'stay' ? undefined : { url: concatenated(pageTarget(login), params) };
  backend.qrLogins.change(login, 'cancelled', { code: '', ...(destination && { destination }) });
}

/**
 * WeChat's page holds redirect_uri HTML-escaped and undoes that for `&` alone, whether or not it was there
 * before.
 */
function pageTarget({ redirectUri }: QrLogin): string {
  return redirectUri.replaceAll('&amp;', '&');
}
