import type { EmulatorApp, EmulatorUser } from '../options/apps-and-users.js';
import { notInWeChat, wrongPlatform, wrongScope } from './app-mismatch.js';
import type { Backend } from './backend.js';
import { destinationOf, withQuery, type Destination } from './callback-address.js';
import { checkRedirect } from './callback-domain.js';
import type { ConsentRequest } from './consents.js';
import { PAGE_ERRORS, type PageError } from './page-errors.js';
import { reader, type Read } from './params.js';

/** What a request for `/connect/oauth2/authorize` comes to. */
type Authorization =
  { error: PageError } | { ticket: string; request: ConsentRequest } | { destination: Destination };

/** The person's answer on the consent page. `full` leaves the snapshot page for the full service, and allows it. */
export type Decision = 'allow' | 'cancel' | 'full';

/** Bytes; see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html. */
const MAX_STATE = 128;

const DOCUMENTED_ORDER = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];

/** The web authorization of an official account, asked for by this person's phone. */
export function authorize(
  backend: Backend,
  params: URLSearchParams,
  { user, inWeChat, sent }: { user: EmulatorUser; inWeChat: boolean; sent: string },
): Authorization {
  const read = reader(params);
  const known = backend.app(read('appid'));
  const trace = backend.traces.start(read('appid'), known);
  const verdict = inWeChat ? checkRequest(backend, known, params, read) : notInWeChat(known);
  const silent = read('scope') === 'snsapi_base';
  backend.traces.addPage(
    trace,
    { endpoint: 'authorize', sent, answered: silent ? 'no page' : 'consent page' },
    verdict,
  );
  if ('text' in verdict) return { error: verdict };
  const { app } = verdict;
  const snapshot = !silent && (backend.settings.snapshot === 'always' || isTrue(read('forceSnapShot')));
  const request: ConsentRequest = {
    app,
    redirectUri: read('redirect_uri'),
    state: read('state'),
    scope: read('scope'),
    snapshot,
    trace,
  };
  const isRemembered = backend.consents.isRemembered(app, user);
  if (silent || (isRemembered && !snapshot && !isTrue(read('forcePopup')))) {
    return { destination: allow(backend, request, user) };
  }
  return { ticket: backend.consents.ask(request), request };
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
  if (app.platform !== 'officialAccount') return wrongPlatform(app, 'oauth2/authorize');
  if (!['snsapi_base', 'snsapi_userinfo'].includes(read('scope'))) {
    return wrongScope(app, 'oauth2/authorize', read('scope'));
  }
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
  request: ConsentRequest,
  user: EmulatorUser,
  decision: Decision,
): Destination | undefined {
  request.trace.user = user.name;
  if (decision === 'cancel') return deny(backend, request, user);
  const answered = decision === 'full' ? { ...request, snapshot: false } : request;
  if (!answered.snapshot) {
    backend.consents.remember(request.app, user);
  }
  return allow(backend, answered, user);
}

function allow(backend: Backend, request: ConsentRequest, user: EmulatorUser): Destination {
  const { app, scope, snapshot, trace } = request;
  trace.user = user.name;
  backend.traces.add(trace, {
    endpoint: 'phone',
    sent: `${user.name} allows ${scope}${snapshot ? ' on the snapshot page' : ''}`,
    answered: 'callback with a code',
    ok: true,
  });
  return destinationOf(backend.settings, () => {
    const code = backend.grants.issueCode({ app, user, scope, snapshot, trace });
    return withQuery(request.redirectUri, { code, ...stateOf(request) });
  });
}

function deny(backend: Backend, request: ConsentRequest, user: EmulatorUser): Destination | undefined {
  const { trace, redirectUri } = request;
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
    url: withQuery(redirectUri, { ...(denial === 'authdeny' && { code: 'authdeny' }), ...stateOf(request) }),
  };
}

/** Whether WeChat sends `&state=` where it got none is unknown; the emulator leaves it out. */
function stateOf({ state }: ConsentRequest): { state?: string } & Record<string, string> {
  return state === '' ? {} : { state };
}
