import type { Request } from 'express';
import {
  allowsUserInfo,
  codeToSession,
  exchangeCode,
  userInfo,
  usesComponent,
  type WeChatSession,
  type WeChatTokenReply,
} from '../api/endpoints.js';
import type { WeChatCall } from '../api/request.js';
import type { ResolvedOptions, SkipUserProfile, WeChatAuthenticateOptions } from '../options.js';
import { LANGS, type WeChatLang } from '../platform.js';
import { parseProfile, profileFromIDs, type ProfileOrigin, type WeChatProfile } from '../profile.js';
import { verifyState } from '../state/pending-login.js';
import type { StateMeta, StateStore } from '../state/store.js';
import { assertOneOf } from '../util/assert.js';
import { fromCallback } from '../util/from-callback.js';
import { appForLogin, postsCode, withScope, type App, type Apps } from './apps.js';
import type { AuthorizationResponse } from './authorization-response.js';
import { failure, outcomeOfError, outcomeOfVerify, type Outcome } from './outcome.js';
import type { RepeatedCallbacks, ShareExchange, VerifiedLogin } from './repeated-callback.js';
import { callVerify, type AnyVerify, type VerifyInput } from './verify.js';

/**
 * What `userProfile` receives about the login whose profile it fetches; an override hands it on to
 * `super.userProfile`.
 */
export interface ProfileRequest {
  /** @internal Calls WeChat within the time that the login has left. */
  readonly call: WeChatCall;
  /** @internal The app that the login came through, and the ids that it brought. No tokens. */
  readonly origin: ProfileOrigin;
  /** @internal Ends the login if the callback of an override throws. */
  readonly fail: (error: unknown) => void;
  /** The language of the profile. */
  readonly lang: WeChatLang;
}

/** What finishing a login needs of the strategy. */
interface LoginContext {
  readonly options: ResolvedOptions;
  readonly verify: AnyVerify;
  /** Shares the exchanges of repeated callbacks. */
  readonly repeated: RepeatedCallbacks;
  /** The strategy's own method, which an app may override. */
  readonly userProfile: (
    accessToken: string,
    done: (error?: unknown, profile?: WeChatProfile) => void,
    request: ProfileRequest,
  ) => void;
}

/** Finishes a login with the code that has come: where a state is verified, with the app that it was begun with. */
export async function finishLogin(
  context: LoginContext,
  req: Request,
  perLogin: WeChatAuthenticateOptions,
  apps: Apps,
  assumed: App,
  response: Extract<AuthorizationResponse, { kind: 'code' }>,
): Promise<Outcome> {
  const { options, repeated } = context;
  const { store } = options;
  if (postsCode(assumed) || !store) return exchangeAndVerify(context, req, perLogin, assumed, response);
  const { code, state, appid } = response;
  if (!state) return failure('state', 'The response of WeChat has no state.');
  const earlier = repeated.find(req, state, apps);
  if (earlier?.outcome) return { ...(await earlier.outcome), repeated: true };
  const verified = earlier?.verified ?? (await verifyLogin(options, store, req, apps, state));
  if ('action' in verified) return verified;
  const { app, data, began } = verified;
  const outcome = await repeated.finish(req, state, code, verified, (share) =>
    exchangeAndVerify(context, req, perLogin, app, { code, appid, data, share }),
  );
  return { ...outcome, login: { clientID: app.clientID, platform: app.platform, began } };
}

/** The login that the state belongs to, or how it fails. */
async function verifyLogin(
  options: ResolvedOptions,
  store: StateStore,
  req: Request,
  apps: Apps,
  state: string,
): Promise<VerifiedLogin | Outcome> {
  const verified = await verifyState(store, req, state, stateMeta(options, apps));
  if (!verified.ok) return failure('state', verified.message);
  const { login } = verified;
  if (!login) return { app: apps.main, data: undefined, began: undefined };
  const app = login.strategy === options.name ? appForLogin(apps, login) : undefined;
  if (!app) return failure('state', 'This login was begun with another app.');
  return { app: withScope(app, login.scope), data: login.data, began: login.began };
}

/** A user who refused at WeChat: the login is over, and the app gets its data back if the state is right. */
export async function refusedLogin(
  options: ResolvedOptions,
  req: Request,
  apps: Apps,
  state: string | undefined,
): Promise<Outcome> {
  const { store } = options;
  // Whatever becomes of the state, the user has refused.
  const verified =
    store && state
      ? await verifyState(store, req, state, stateMeta(options, apps)).catch(() => undefined)
      : undefined;
  const login = verified?.ok ? verified.login : undefined;
  return { ...failure('denied', 'The WeChat login was cancelled.', login?.data), ...(login && { login }) };
}

function stateMeta({ endpoints }: ResolvedOptions, { main }: Apps): StateMeta {
  return { ...endpoints, clientID: main.clientID };
}

/** A code that is ready to be exchanged. */
interface VerifiedCode {
  code: string;
  /** The AppID that WeChat sends back to a third-party platform. */
  appid?: string | undefined;
  /** The app's own data of this login. */
  data?: object | undefined;
  /** Shares the exchange with another request for the same login; absent if no state shows that it is the same. */
  share?: ShareExchange;
}

/** Exchanges the code, fetches the profile, and asks the app's verify function. */
async function exchangeAndVerify(
  context: LoginContext,
  req: Request,
  perLogin: WeChatAuthenticateOptions,
  app: App,
  { code, appid, data, share = (exchange) => exchange() }: VerifiedCode,
): Promise<Outcome> {
  const { options, verify } = context;
  if (usesComponent(app) && app.platform !== 'miniProgram' && appid !== app.clientID) {
    return failure('state', 'The response of WeChat is for another app.', data);
  }
  let login: VerifyInput;
  try {
    // Validate before the code is spent.
    const lang = perLogin.lang === undefined ? options.lang : assertOneOf('lang', LANGS, perLogin.lang);
    const call = options.api.withDeadline();
    const followedBy = options.skipUserProfile === true || app.scope === 'snsapi_base' ? 0 : 1;
    const params =
      app.platform === 'miniProgram'
        ? await codeToSession(call, app, code)
        : await share(() => exchangeCode(call, app, code, followedBy));
    if ('is_snapshotuser' in params && options.snapshotUsers === 'reject') {
      return failure('snapshot', SNAPSHOT, data);
    }
    login = { params, profile: await fetchProfile(context, call, app, params, lang) };
  } catch (error) {
    return outcomeOfError(error, data);
  }
  const passed = options.passReqToCallback ? req : undefined;
  if (passed) (passed as { authInfo?: unknown }).authInfo = { state: data };
  try {
    return outcomeOfVerify(await callVerify(verify, login, passed, options.name), data);
  } catch (error) {
    // Of verify's own, even if it called WeChat again.
    return { action: 'error', error };
  }
}

const SNAPSHOT = 'This is a preview of WeChat. Please tap "使用完整服务" and log in again.';

/** The profile of a login: just the ids if there is no more to be had, or the app wants no more. */
async function fetchProfile(
  { options, userProfile }: LoginContext,
  call: WeChatCall,
  { clientID, platform, scope }: App,
  params: WeChatTokenReply | WeChatSession,
  lang: WeChatLang,
): Promise<WeChatProfile> {
  const origin: ProfileOrigin = { clientID, platform, ids: selectIDs(params), profileID: options.profileID };
  if (!('access_token' in params) || !allowsUserInfo(scope, params.scope)) return profileFromIDs(origin);
  const { access_token } = params;
  if (await skipsProfile(options.skipUserProfile, access_token)) return profileFromIDs(origin);
  const profile = await fromCallback<WeChatProfile>((done) =>
    userProfile(access_token, done, { call, origin, lang, fail: done }),
  );
  if (profile) return profile;
  throw new TypeError(
    'userProfile called done() without a profile: call done(null, profile), or done(error).',
  );
}

/** Without the tokens, since an app that overrides `userProfile` may well print what it receives. */
function selectIDs(params: WeChatTokenReply | WeChatSession): ProfileOrigin['ids'] {
  return {
    openid: params.openid,
    ...(params.unionid === undefined ? {} : { unionid: params.unionid }),
    ...('is_snapshotuser' in params ? { is_snapshotuser: 1 } : {}),
  };
}

/** Whether the app does without the profile of this login, as in passport-oauth2. */
async function skipsProfile(skip: SkipUserProfile, accessToken: string): Promise<boolean> {
  if (typeof skip !== 'function') return skip;
  return Boolean(await fromCallback<boolean>((done) => skip(accessToken, done)));
}

/** What `userProfile` does unless it is overridden. */
export async function readProfile(
  accessToken: string,
  request: ProfileRequest | undefined,
): Promise<WeChatProfile> {
  if (!request) {
    throw new TypeError(
      'userProfile needs the login that the token belongs to: use WeChatClient.userInfo().',
    );
  }
  const { call, origin, lang } = request;
  const { user, raw } = await userInfo(call, accessToken, origin.ids.openid, lang);
  return parseProfile(user, raw, origin);
}
