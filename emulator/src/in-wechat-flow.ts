import { once, withQuery, type Destination } from './callback.js';
import { newCode } from './ids.js';
import { PAGE_ERRORS, type PageError } from './page-errors.js';
import { checkRedirect } from './redirect.js';
import type { Pending, State } from './state.js';
import type { EmulatorApp, EmulatorUser } from './types.js';

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
  state: State,
  params: URLSearchParams,
  { user, inWeChat, sent }: { user: EmulatorUser; inWeChat: boolean; sent: string },
): Authorization {
  const read: Read = (name) => params.get(name) ?? '';
  const known = state.app(read('appid'));
  const trace = state.traces.start(read('appid'), known);
  const verdict = inWeChat ? checkRequest(state, known, params, read) : PAGE_ERRORS.notInWeChat;
  const silent = read('scope') === 'snsapi_base';
  state.traces.addPage(
    trace,
    { endpoint: 'authorize', sent, answered: silent ? 'no page' : 'consent page' },
    verdict,
  );
  if ('text' in verdict) return { error: verdict };
  const { app } = verdict;
  const snapshot = !silent && (state.settings.snapshot === 'always' || isTrue(read('forceSnapShot')));
  const pending: Pending = {
    app,
    redirectUri: read('redirect_uri'),
    state: read('state'),
    scope: read('scope'),
    snapshot,
    trace,
  };
  const remembered = (state.consents.get(consentKey(app, user)) ?? 0) > state.clock.now();
  if (silent || (remembered && !snapshot && !isTrue(read('forcePopup')))) {
    return { destination: allow(state, pending, user) };
  }
  const ticket = newCode();
  state.pending.set(ticket, pending);
  return { consent: { ticket, pending } };
}

function isTrue(value: string): boolean {
  return value === 'true' || value === '1';
}

function checkRequest(
  state: State,
  app: EmulatorApp | undefined,
  params: URLSearchParams,
  read: Read,
): { lax: boolean; app: EmulatorApp } | PageError {
  if (!app) return read('appid') === '' ? PAGE_ERRORS.noAppid : PAGE_ERRORS.unknownAppid;
  if (read('scope') === '') return PAGE_ERRORS.noScope;
  if (state.settings.strictOrder && !inOrder(params)) return PAGE_ERRORS.order;
  if (read('response_type') !== 'code') return PAGE_ERRORS.responseType;
  if (app.platform !== 'officialAccount') return PAGE_ERRORS.accountOnly;
  if (!['snsapi_base', 'snsapi_userinfo'].includes(read('scope'))) return PAGE_ERRORS.accountScope;
  const redirect = checkRedirect(app, read('redirect_uri'));
  if ('text' in redirect) return redirect;
  if (Buffer.byteLength(read('state')) > MAX_STATE) return PAGE_ERRORS.longState;
  if (state.settings.requireState && read('state') === '') return PAGE_ERRORS.noState;
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
  state: State,
  pending: Pending,
  user: EmulatorUser,
  decision: Decision,
): Destination | undefined {
  pending.trace.user = user.name;
  if (decision === 'cancel') return deny(state, pending, user);
  const answered = decision === 'full' ? { ...pending, snapshot: false } : pending;
  if (!answered.snapshot) {
    state.consents.set(consentKey(pending.app, user), state.clock.now() + state.settings.consentLife);
  }
  return allow(state, answered, user);
}

function consentKey(app: EmulatorApp, user: EmulatorUser): string {
  return JSON.stringify([app.appid, user.name]);
}

function allow(state: State, pending: Pending, user: EmulatorUser): Destination {
  const { app, scope, snapshot, trace } = pending;
  trace.user = user.name;
  state.traces.add(trace, {
    endpoint: 'phone',
    sent: `${user.name} allows ${scope}${snapshot ? ' on the snapshot page' : ''}`,
    answered: 'callback with a code',
    ok: true,
  });
  return once(state, () => {
    const code = state.grants.issueCode({ app, user, scope, snapshot, trace });
    return withQuery(pending.redirectUri, { code, ...stateOf(pending) });
  });
}

function deny(state: State, pending: Pending, user: EmulatorUser): Destination | undefined {
  const { trace, redirectUri } = pending;
  const { denial } = state.settings;
  const answered = {
    stay: 'nothing: the browser stays at WeChat',
    'state-only': 'callback with state alone',
    authdeny: 'callback with code=authdeny',
  }[denial];
  trace.outcome = 'cancelled';
  state.traces.add(trace, { endpoint: 'phone', sent: `${user.name} refuses`, answered, ok: true });
  if (denial === 'stay') return undefined;
  return {
    url: withQuery(redirectUri, { ...(denial === 'authdeny' && { code: 'authdeny' }), ...stateOf(pending) }),
  };
}

/** Whether WeChat sends `&state=` where it got none is unknown; the emulator leaves it out. */
function stateOf({ state }: Pending): { state?: string } & Record<string, string> {
  return state === '' ? {} : { state };
}
