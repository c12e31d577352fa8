import type { EmulatorApp, EmulatorComponent, EmulatorUser } from '../../options/apps-and-users.js';
import type { Hint } from '../../shared/hint.js';
import { isScopeOf, notInWeChat, unknownApp, wrongPlatform, wrongScope } from './app-mismatch.js';
import type { Backend } from '../../backend.js';
import { resolveDestination, withQuery, type Destination } from './callback-address.js';
import { checkRedirect } from './callback-domain.js';
import type { ConsentRequest } from './consents.js';
import { PAGE_ERRORS, type PageError } from './page-errors.js';
import { findOrderMistake, refuseOrder } from './parameter-order.js';
import { reader, type Read } from '../params.js';

/** What a request for `/connect/oauth2/authorize` comes to. */
type Authorization =
  { error: PageError } | { ticket: string; consent: ConsentRequest } | { destination: Destination };

/**
 * The user's answer on the consent page. `full` leaves the snapshot page for the full service, and allows it.
 */
export type Decision = 'allow' | 'cancel' | 'full';

/**
 * Bytes; see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html.
 */
const MAX_STATE = 128;

/** The web authorization of an official account, requested by this user's phone. */
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
  const { app, component } = verdict;
  const snapshot = !silent && (backend.options.snapshot === 'always' || isTrue(read('forceSnapShot')));
  const request: ConsentRequest = {
    app,
    redirectUri: read('redirect_uri'),
    state: read('state'),
    scope: read('scope'),
    snapshot,
    ...(component && { component: component.appid }),
    trace,
  };
  const isRemembered = backend.consents.isRemembered(app, user);
  if (silent || (isRemembered && !snapshot && !isTrue(read('forcePopup')))) {
    return { destination: allow(backend, request, user) };
  }
  return { ticket: backend.consents.ask(request), consent: request };
}

function isTrue(value: string): boolean {
  return value === 'true' || value === '1';
}

/** A request that WeChat lets through, with notes on what it may not. */
interface Accepted {
  app: EmulatorApp;
  component: EmulatorComponent | undefined;
  notes: Hint[];
}

function checkRequest(
  backend: Backend,
  app: EmulatorApp | undefined,
  params: URLSearchParams,
  read: Read,
): Accepted | PageError {
  if (!app) return unknownApp(backend, read('appid'));
  if (read('scope') === '') return PAGE_ERRORS.noScope;
  const orderMistake = findOrderMistake(params);
  if (orderMistake && backend.options.strictOrder) return refuseOrder(orderMistake);
  if (read('response_type') !== 'code') return PAGE_ERRORS.responseType;
  if (app.platform !== 'officialAccount') return wrongPlatform(app, 'oauth2/authorize');
  if (!isScopeOf('oauth2/authorize', read('scope'))) {
    return wrongScope(app, 'oauth2/authorize', read('scope'));
  }
  const component = checkComponent(backend, app, read('component_appid'));
  if (component && 'text' in component) return component;
  // A platform logs in under the domains that it has registered itself; some reports name those of the
  // account.
  const domains = [...(component?.domains ?? []), ...(app.domains ?? [])];
  const redirect = checkRedirect({ ...app, domains }, read('redirect_uri'));
  if ('text' in redirect) return redirect;
  if (Buffer.byteLength(read('state')) > MAX_STATE) return PAGE_ERRORS.longState;
  if (backend.options.requireState && read('state') === '') return PAGE_ERRORS.noState;
  return { app, component, notes: [...redirect.notes, ...(orderMistake ? [orderMistake] : [])] };
}

/** The third-party platform that asks on behalf of the app; undefined if the app asks for itself. */
function checkComponent(
  { components }: Backend,
  app: EmulatorApp,
  appid: string,
): EmulatorComponent | PageError | undefined {
  if (appid === '') return undefined;
  const component = components.component(appid);
  if (!component) return PAGE_ERRORS.unknownComponent;
  return components.isAuthorized(app, component) ? component : PAGE_ERRORS.unauthorizedComponent;
}

/**
 * Where the browser goes after the user's answer; nowhere after a refusal, unless `denial` says otherwise.
 */
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
  const { app, component, scope, snapshot, trace } = request;
  trace.user = user.name;
  backend.traces.add(trace, {
    endpoint: 'phone',
    sent: `${user.name} allows ${scope}${snapshot ? ' on the snapshot page' : ''}`,
    answered: 'callback with a code',
    ok: true,
  });
  const newCallback = (): string => {
    const grant = { app, user, scope, snapshot, ...(component !== undefined && { component }), trace };
    const code = backend.grants.issueCode(grant);
    // The documented order: code, state, and the appid for a platform that many accounts have authorized.
    const appid = component === undefined ? {} : { appid: app.appid };
    return withQuery(request.redirectUri, { code, ...stateParam(request), ...appid });
  };
  return resolveDestination(backend.options, newCallback(), newCallback);
}

function deny(backend: Backend, request: ConsentRequest, user: EmulatorUser): Destination | undefined {
  const { trace, redirectUri } = request;
  const { denial } = backend.options;
  const answered = {
    stay: 'nothing: the browser stays at WeChat',
    'state-only': 'callback with state alone',
    authdeny: 'callback with code=authdeny',
  }[denial];
  trace.outcome = 'cancelled';
  backend.traces.add(trace, { endpoint: 'phone', sent: `${user.name} refuses`, answered, ok: true });
  if (denial === 'stay') return undefined;
  return {
    url: withQuery(redirectUri, {
      ...(denial === 'authdeny' && { code: 'authdeny' }),
      ...stateParam(request),
    }),
  };
}

/** Whether WeChat sends `&state=` if it got none is unknown; the emulator leaves it out. */
function stateParam({ state }: ConsentRequest): { state?: string } & Record<string, string> {
  return state === '' ? {} : { state };
}
