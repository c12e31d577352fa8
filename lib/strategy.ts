import type { Request } from 'express';
import { Strategy as OAuth2Strategy, type VerifyFunction as OAuth2VerifyFunction } from 'passport-oauth2';
import { postsCode, selectApp } from './login/apps.js';
import {
  createAuthorizationParams,
  createAuthorizationURL,
  createWxLoginOptions,
  type AuthorizationParams,
  type AuthorizationRequest,
  type WxLoginOptions,
} from './login/authorization-request.js';
import { readAuthorizationResponse, readPostedCode } from './login/authorization-response.js';
import { beginLogin } from './login/begin-login.js';
import { publishLogin } from './login/diagnostics.js';
import { finishLogin, readProfile, refusedLogin, type ProfileRequest } from './login/finish-login.js';
import { assertOverridePoints, replaceOAuth2 } from './login/oauth2.js';
import {
  captureActions,
  failure,
  outcomeOfError,
  passToNext,
  type LoginOrigin,
  type Outcome,
} from './login/outcome.js';
import { RepeatedCallbacks } from './login/repeated-callback.js';
import {
  assertVerify,
  type AnyVerify,
  type InferredVerify,
  type InferredWithRequest,
  type VerifyFunctionWithParams,
  type VerifyFunctionWithRequestAndParams,
} from './login/verify.js';
import {
  resolveOptions,
  type AnyStrategyOptions,
  type MiniProgram,
  type ResolvedOptions,
  type WeChatAuthenticateOptions,
  type WeChatStrategyOptions,
  type WeChatStrategyOptionsWithRequest,
} from './options.js';
import type { WeChatProfile } from './profile.js';

/**
 * WeChat login for Passport.
 *
 * Redirects the user to WeChat. When WeChat redirects back with a code, exchanges it for tokens, fetches the profile
 * and calls your verify function. Failures caused by the user call `fail({ message, reason })`; all others call
 * `error`.
 *
 * @example
 * passport.use(new WeChatStrategy(
 *   { clientID, clientSecret, callbackURL: 'https://example.com/auth/wechat/callback' },
 *   async (accessToken, refreshToken, profile) => findOrCreateUser(profile),
 * ));
 */
export class WeChatStrategy extends OAuth2Strategy {
  // Set by OAuth2Strategy, whose types do not say so.
  declare private readonly _verify: AnyVerify;
  private readonly _options: ResolvedOptions;
  private readonly _repeated = new RepeatedCallbacks();

  /**
   * One overload for each form of the verify function: with or without WeChat's response to the code (`params`), with
   * the request first under `passReqToCallback: true`, and without tokens under `platform: 'miniProgram'`. Each may
   * call `done`, or return a promise of the user.
   *
   * @param options the credentials, the callback URL, and what differs from the defaults
   * @param verify turns a login into a user of yours
   * @throws TypeError that names the wrong option and the cure
   */
  constructor(options: WeChatStrategyOptions & MiniProgram, verify: InferredVerify<undefined>);
  constructor(options: WeChatStrategyOptions & MiniProgram, verify: VerifyFunctionWithParams<undefined>);
  constructor(
    options: WeChatStrategyOptionsWithRequest & MiniProgram,
    verify: InferredWithRequest<undefined>,
  );
  constructor(
    options: WeChatStrategyOptionsWithRequest & MiniProgram,
    verify: VerifyFunctionWithRequestAndParams<undefined>,
  );
  constructor(options: WeChatStrategyOptions, verify: InferredVerify);
  constructor(options: WeChatStrategyOptions, verify: VerifyFunctionWithParams);
  constructor(options: WeChatStrategyOptionsWithRequest, verify: InferredWithRequest);
  constructor(options: WeChatStrategyOptionsWithRequest, verify: VerifyFunctionWithRequestAndParams);
  constructor(options: AnyStrategyOptions, verify: AnyVerify) {
    const resolved = resolveOptions(options);
    assertVerify(verify, resolved.passReqToCallback);
    const { name, fixedApp, endpoints } = resolved;
    const clientID = fixedApp?.clientID ?? 'resolved for each request';
    // OAuth2Strategy would store the secret in the open, and WeChat's calls do not go through it.
    super({ ...endpoints, clientID, clientSecret: '' }, verify as unknown as OAuth2VerifyFunction);
    this.name = name;
    this._options = resolved;
    replaceOAuth2(this._oauth2, resolved.api, fixedApp);
    assertOverridePoints(this, OAuth2Strategy.prototype);
  }

  /** Passport's entry: ends in exactly one of its actions, once. */
  override authenticate(req: Request, options: WeChatAuthenticateOptions = {}): void {
    const act = captureActions(this);
    this._outcome(req, options)
      .then((outcome) => act(publishLogin(outcome)))
      .catch((thrown: unknown) => passToNext(req, thrown));
  }

  /** Never rejects. */
  private async _outcome(req: Request, options: WeChatAuthenticateOptions): Promise<Outcome> {
    let login: LoginOrigin | undefined;
    try {
      const apps = await this._options.resolveApps(req);
      const app = selectApp(apps, req, options.platform);
      login = postsCode(app) ? { clientID: app.clientID, platform: app.platform, began: Date.now() } : app;
      const response = postsCode(app) ? readPostedCode(req) : readAuthorizationResponse(req);
      switch (response.kind) {
        case 'none': {
          const params = this.authorizationParams(await beginLogin(this._options, req, options, app));
          const url = createAuthorizationURL(this._options.openOrigin, app.platform, params);
          return { action: 'redirect', url };
        }
        case 'denied':
          return { login, ...(await refusedLogin(this._options, req, apps, response.state)) };
        case 'malformed':
          return { login, ...failure('request', response.message) };
        case 'code': {
          const { _options, _verify: verify, _repeated: repeated } = this;
          const context = { options: _options, verify, repeated, userProfile: this.userProfile.bind(this) };
          return { login, ...(await finishLogin(context, req, options, apps, app, response)) };
        }
      }
    } catch (error) {
      return { login, ...outcomeOfError(error) };
    }
  }

  /**
   * [Strategy method] The parameters that the user is sent to WeChat with, in WeChat's order: `appid`, never
   * `client_id`. An override may add to what `super.authorizationParams(request)` returns; the URL is built from it.
   *
   * @param request what is asked of WeChat for this login; what it lacks, the strategy's options give
   */
  override authorizationParams(request: Partial<AuthorizationRequest>): AuthorizationParams {
    const { fixedApp, callbackURL, lang, connectRedirect } = this._options;
    // Several times as fast as spreading, and a redirect does little else.
    const complete = Object.assign({ callbackURL, lang, connectRedirect }, fixedApp, request);
    return createAuthorizationParams(complete as AuthorizationRequest);
  }

  /**
   * [Strategy method] Fetches the user's profile from WeChat; override it to add to the profile.
   *
   * @param accessToken the user's access token
   * @param done called with an error or the profile
   * @param request what WeChat needs beside the token: hand on what the strategy passes
   */
  override userProfile(
    accessToken: string,
    done: (error?: unknown, profile?: WeChatProfile) => void,
    request?: ProfileRequest,
  ): void {
    readProfile(accessToken, request)
      .then(
        // What is returned is awaited: the callback of an override may be async.
        (profile) => done(null, profile),
        (error: unknown) => done(error),
      )
      .catch((error: unknown) => request?.fail(error));
  }

  /**
   * What a page of yours needs to show the QR code in itself, through WeChat's wxLogin.js:
   * `new WxLogin({ id: 'container', ...options })`. The login is bound to this browser as for a redirect.
   *
   * By default the login ends inside the frame (`self_redirect: true`), which all browsers allow; let `leaveFrame()`
   * hand it to the window at the callback.
   *
   * @param req the request of the page that shows the code; its session or cookie stores the state
   * @param options the same as for `passport.authenticate('wechat', options)`
   * @returns the options of `WxLogin`, but for the `id` of the page's container
   * @throws TypeError for an option that is missing or wrong; the store's error
   * @example
   * app.get('/login', async (req, res) => res.render('login', { wxLogin: await strategy.embed(req) }));
   * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html
   */
  async embed(req: Request, options: WeChatAuthenticateOptions = {}): Promise<WxLoginOptions> {
    const { main } = await this._options.resolveApps(req);
    const wrong = [options.platform, main.platform].find((platform = 'website') => platform !== 'website');
    if (wrong) throw new TypeError(`A QR code needs platform: 'website'; this login has '${wrong}'.`);
    const request = await beginLogin(this._options, req, { self_redirect: true, ...options }, main);
    return createWxLoginOptions(this.authorizationParams(request));
  }
}
