import type { Request } from 'express';
import { usesComponent } from '../api/endpoints.js';
import type { ResolvedOptions, WeChatAuthenticateOptions } from '../options.js';
import { LANGS } from '../platform.js';
import { assertApplicationData, assertUnverifiedState, savePendingLogin } from '../state/pending-login.js';
import { assertOneOf } from '../util/assert.js';
import { warnAbout } from '../util/warnings.js';
import { withScope, type App } from './apps.js';
import { assertPageOptions, type AuthorizationRequest } from './authorization-request.js';
import { assertCallbackURL, resolveCallbackURL } from './redirect-uri.js';

/** Begins a login: stores its state for this browser, and returns what to ask of WeChat. */
export async function beginLogin(
  options: ResolvedOptions,
  req: Request,
  perLogin: WeChatAuthenticateOptions,
  selected: App,
): Promise<AuthorizationRequest> {
  const { name, store, api, endpoints, connectRedirect } = options;
  // Only browsers send it, and of a page's own requests only.
  if (req.headers['sec-fetch-dest'] === 'empty') warnAbout('WECHAT_FETCH');
  const { platform, clientID, scope } = withScope(selected, perLogin.scope);
  const configured =
    perLogin.callbackURL === undefined ? options.callbackURL : assertCallbackURL(perLogin.callbackURL);
  if (configured === undefined)
    throw new TypeError('callbackURL is missing: it is where WeChat sends users back to.');
  const callbackURL = resolveCallbackURL(configured, req, options.proxy);
  const lang = perLogin.lang === undefined ? options.lang : assertOneOf('lang', LANGS, perLogin.lang);
  const data = store && assertApplicationData(perLogin.state, store);
  const unverified = store ? undefined : assertUnverifiedState(perLogin.state);
  const page = assertPageOptions(perLogin);
  // All that can be wrong has been found: a rejected call must not evict a pending login.
  api.preconnect();
  const login = { strategy: name, clientID, platform, scope, began: Date.now(), data };
  const state = store
    ? await savePendingLogin(store, req, login, { ...endpoints, clientID, callbackURL })
    : unverified;
  const componentID = usesComponent(selected) ? selected.proof.clientID : undefined;
  return { ...page, platform, clientID, componentID, callbackURL, scope, state, lang, connectRedirect };
}
