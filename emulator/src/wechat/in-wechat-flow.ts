import { once, withQuery, type Destination } from './callback-address.js';
import { newCode } from './ids.js';
import { PAGE_ERRORS, type PageError } from './page-errors.js';
import { checkRedirect } from './callback-domain.js';
import type { Pending, Backend } from './backend.js';
import type { EmulatorApp, EmulatorUser } from '../options/apps-and-users.js';

/** What a request for `/connect/oauth2/authorize` comes to. */
export type Authorization =
  { error: PageError } | { consent: { ticket: string; pending: Pending } } | { destination: Destination };

/** The person's answer on the consent page. `full` leaves the snapshot page for the full service, and allows it. */
export type Decision = 'allow' | 'cancel' | 'full';

/** Bytes; see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html. */
const MAX_STATE = 128;

const DOCUMENTED_ORDER = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];

type Read = (name: string) => string;

/** The web authorization of an official account, asked for by this person's phone. */
export function authorize(
  backend: Backend,
  params: URLSearchParams,
  { user, inWeChat, sent }: { user: EmulatorUser; inWeChat: boolean; sent: string },
): Authorization {
  const read: Read = (name) => params.get(name) ?? '';
  const known = backend.app(read('appid'));
  const trace = backend.traces.start(read('appid'), known);
  const verdict = inWeChat ? checkRequest(backend, known, params, read) : PAGE_ERRORS.notInWeChat;
  const silent = read('scope') === 'snsapi_base';
  backend.traces.addPage(
    trace,
    { endpoint: 'authorize', sent, answered: silent ? 'no page' : 'consent page' },
    verdict,
  );
  if ('text' in verdict) return { error: verdict };
  const { app } = verdict;
  const snapshot = !silent && (backend.settings.snapshot === 'always' || isTrue(read('forceSnapShot')));
  const pending: Pending = {
    app,
    redirectUri: read('redirect_uri'),
    state: read('state'),
    scope: read('scope'),
    snapshot,
    trace,
  };
  const remembered = (backend.consents.get(consentKey(app, user)) ?? 0) > backend.clock.now();
  if (silent || (remembered && !snapshot && !isTrue(read('forcePopup')))) {
    return { destination: allow(backend, pending, user) };
  }
  const ticket = newCode();
  backend.pending.set(ticket, pending);
  return { consent: { ticket, pending } };
}

function isTrue(value: string): boolean {
  return value === 'true' || value === '1';
}

function checkRequest(
  backend: Backend,
  app: EmulatorApp | undefined,
  params: URLSearchParams,
  read: Read,
): { lax: boolean; app: EmulatorApp } | PageError {
  if (!app) return read('appid') === '' ? PAGE_ERRORS.noAppid : PAGE_ERRORS.unknownAppid;
  if (read('scope') === '') return PAGE_ERRORS.noScope;
  if (backend.settings.strictOrder && !inOrder(params)) return PAGE_ERRORS.order;
  if (read('response_type') !== 'code') return PAGE_ERRORS.responseType;
  if (app.platform !== 'officialAccount') return PAGE_ERRORS.accountOnly;
  if (!['snsapi_base', 'snsapi_userinfo'].includes(read('scope'))) return PAGE_ERRORS.accountScope;
  const redirect = checkRedirect(app, read('redirect_uri'));
  if ('text' in redirect) return redirect;
  if (Buffer.byteLength(read('state')) > MAX_STATE) return PAGE_ERRORS.longState;
  if (backend.settings.requireState && read('state') === '') return PAGE_ERRORS.noState;
  return { ...redirect, app };
}

/** The documented parameters in their order. Others may stand anywhere: WeChat's own browser adds some. */
function inOrder(params: URLSearchParams): boolean {
  const places = [...params.keys()]
    .map((name) => DOCUMENTED_ORDER.indexOf(name))
    .filter((place) => place >= 0);
  return places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
}

/** Where the browser goes after the person's answer; nowhere after a refusal, unless `denial` says otherwise. */
export function decide(
  backend: Backend,
  pending: Pending,
  user: EmulatorUser,
  decision: Decision,
): Destination | undefined {
  pending.trace.user = user.name;
  if (decision === 'cancel') return deny(backend, pending, user);
  const answered = decision === 'full' ? { ...pending, snapshot: false } : pending;
  if (!answered.snapshot) {
    backend.consents.set(consentKey(pending.app, user), backend.clock.now() + backend.settings.consentLife);
  }
  return allow(backend, answered, user);
}

function consentKey(app: EmulatorApp, user: EmulatorUser): string {
  return JSON.stringify([app.appid, user.name]);
}

function allow(backend: Backend, pending: Pending, user: EmulatorUser): Destination {
  const { app, scope, snapshot, trace } = pending;
  trace.user = user.name;
  backend.traces.add(trace, {
    endpoint: 'phone',
    sent: `${user.name} allows ${scope}${snapshot ? ' on the snapshot page' : ''}`,
    answered: 'callback with a code',
    ok: true,
  });
  return once(backend, () => {
    const code = backend.grants.issueCode({ app, user, scope, snapshot, trace });
    return withQuery(pending.redirectUri, { code, ...stateOf(pending) });
  });
}

function deny(backend: Backend, pending: Pending, user: EmulatorUser): Destination | undefined {
  const { trace, redirectUri } = pending;
  const { denial } = backend.settings;
  const answered = {
    stay: 'nothing: the browser stays at WeChat',
    'state-only': 'callback with state alone',
    authdeny: 'callback with code=authdeny',
  }[denial];
  trace.outcome = 'cancelled';
  backend.traces.add(trace, { endpoint: 'phone', sent: `${user.name} refuses`, answered, ok: true });
  if (denial === 'stay') return undefined;
  return {
    url: withQuery(redirectUri, { ...(denial === 'authdeny' && { code: 'authdeny' }), ...stateOf(pending) }),
  };
}

/** Whether WeChat sends `&state=` where it got none is unknown; the emulator leaves it out. */
function stateOf({ state }: Pending): { state?: string } & Record<string, string> {
  return state === '' ? {} : { state };
}
