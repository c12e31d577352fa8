import type { Request } from 'express';
import { Strategy as OAuth2Strategy, type VerifyFunction as OAuth2VerifyFunction } from 'passport-oauth2';
import { authorizationURL, type AuthorizationRequest } from './authorization-url.js';
import type { WeChatCall } from './call.js';
import { absoluteCallbackURL, checkedCallbackURL } from './callback-url.js';
import { readCallback, readPostedCode } from './callback.js';
import { callsOf } from './call-options.js';
import { checkPageOptions, wxLoginOptions, type WxLoginOptions } from './embed.js';
import { codeToSession, exchangeCode, type WeChatSession, type WeChatTokenReply } from './endpoints.js';
import { chosenDoor, doorOfLogin, doorsFunction, withScope, type Door, type Doors } from './doors.js';
import { callHook } from './hook.js';
import type {
  AnyStrategyOptions,
  WeChatAuthenticateOptions,
  WeChatStrategyOptions,
  WeChatStrategyOptionsWithRequest,
} from './options.js';
import { errorObject, failure, outcomeOfError, outcomeOfVerify, type Outcome } from './outcome.js';
import type { WeChatProfile } from './profile.js';
import { refreshFunction } from './refresh.js';
import { checkedLang, settingsOf, type Settings } from './settings.js';
import { sharedExchange, type SharedExchange } from './shared-exchange.js';
import { applicationData, checkLogin, plainState, storeLogin, storeOf } from './state/login-state.js';
import type { StateMeta, StateStore } from './state/store.js';
import { profileOfLogin, readProfile, type ProfileRequest } from './user-profile.js';
import {
  callVerify,
  type AnyVerify,
  type InferredVerify,
  type Login,
  type VerifyFunction,
  type VerifyFunctionWithParams,
  type VerifyFunctionWithRequest,
  type VerifyFunctionWithRequestAndParams,
} from './verify.js';

/**
 * WeChat login for Passport.
 *
 * A request without an answer of WeChat is redirected there; one that comes back with a code is exchanged for tokens,
 * the profile is read, and your verify function turns it into a user of yours. Failures of the visitor's end in
 * Passport's `fail` with `{ message, reason }`, everything else in `error`.
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
  private readonly _settings: Settings;
  private readonly _store: StateStore | undefined;
  /** What a state store is told in passport-oauth2. */
  private readonly _addresses: Pick<StateMeta, 'authorizationURL' | 'tokenURL'>;
  // Functions, so that no inspection of the strategy finds the secrets, codes and tokens that they work on.
  private readonly _doorsFor: (req: Request) => Doors | Promise<Doors>;
  private readonly _startCalls: () => WeChatCall;
  private readonly _prepareCall: () => void;
  private readonly _exchangeOnce: SharedExchange<WeChatTokenReply>;

  /**
   * One form for each of the verify function: with or without WeChat's token reply (`params`), and with the request first
   * under `passReqToCallback: true`. Each may call `done`, or return a promise of the user.
   *
   * @param options the credentials, the callback address, and what differs from the defaults
   * @param verify turns a login into a user of yours
   * @throws TypeError that names the wrong option and the cure
   */
  constructor(
    options: WeChatStrategyOptions,
    verify: InferredVerify<VerifyFunction, VerifyFunctionWithParams>,
  );
  constructor(options: WeChatStrategyOptions, verify: VerifyFunctionWithParams);
  constructor(
    options: WeChatStrategyOptionsWithRequest,
    verify: InferredVerify<VerifyFunctionWithRequest, VerifyFunctionWithRequestAndParams>,
  );
  constructor(options: WeChatStrategyOptionsWithRequest, verify: VerifyFunctionWithRequestAndParams);
  constructor(options: AnyStrategyOptions, verify: AnyVerify) {
    const settings = settingsOf(options);
    const calls = callsOf(options);
    const name = options.name ?? 'wechat';
    const store = storeOf(options, name);
    const doorsFor = doorsFunction(options, store);
    if (typeof verify !== 'function') {
      throw new TypeError(
        'verify is missing: the second argument is the function that turns a profile into your user.',
      );
    }
    const addresses = {
      authorizationURL: `${settings.openOrigin}/connect/qrconnect`,
      tokenURL: `${calls.origin}/sns/oauth2/access_token`,
    };
    super(
      {
        ...addresses,
        clientID: options.clientID ?? 'resolved for each request',
        // OAuth2Strategy would keep the secret in the open, and WeChat's calls do not go through it.
        clientSecret: '',
      },
      verify as OAuth2VerifyFunction,
    );
    this.name = name;
    this._settings = settings;
    this._addresses = addresses;
    this._store = store;
    this._doorsFor = doorsFor;
    this._startCalls = calls.start;
    this._prepareCall = calls.prepare;
    this._exchangeOnce = sharedExchange();
    this._oauth2.getOAuthAccessToken = refreshFunction(this._startCalls, options.clientID);
  }

  /**
   * Passport's entry. It is called on an object derived from the strategy, except where an app passes the strategy
   * itself to `passport.authenticate()`: there all requests share one object, so the actions, which belong to this
   * request only until the next one comes, are taken off at once.
   */
  override authenticate(req: Request, options: WeChatAuthenticateOptions = {}): void {
    const { success, fail, redirect, error } = this as Actions;
    // What they return is waited for: Passport hands on the promise of an app's own callback, as far as it does.
    const act = (outcome: Outcome): unknown => {
      switch (outcome.action) {
        case 'redirect':
          return redirect.call(this, outcome.url);
        case 'success':
          return success.call(this, outcome.user, outcome.info);
        case 'fail':
          return fail.call(this, outcome.challenge, outcome.status);
        case 'error':
          return error.call(this, errorObject(outcome.error));
      }
    };
    this._outcomeOf(req, options)
      .then(act)
      .catch((thrown: unknown) => {
        // A callback of the app's own threw, as in passport.authenticate(name, callback). Express would have caught it,
        // had there been no wait; a rejection that nobody handles would end the process.
        const { next } = req;
        if (typeof next !== 'function') throw thrown;
        next(errorObject(thrown));
      });
  }

  /**
   * [Strategy method] Reads the person's profile from WeChat; override it to add to the profile.
   *
   * @param accessToken the person's access token
   * @param done called with an error or the profile
   * @param request what WeChat needs beside the token; the strategy gives it, hand it on
   */
  override userProfile(
    accessToken: string,
    done: (error?: unknown, profile?: WeChatProfile) => void,
    request?: ProfileRequest,
  ): void {
    if (!request) {
      done(
        new TypeError('userProfile needs the login that the token belongs to: use WeChatClient.userInfo().'),
      );
      return;
    }
    // The callback of an override may be async: what it returns is waited for.
    const call: (error?: unknown, profile?: WeChatProfile) => unknown = done;
    readProfile(accessToken, request)
      .then(
        (profile) => call(null, profile),
        (error: unknown) => call(error),
      )
      .catch(request.fail);
  }

  /**
   * What a page of yours needs to show the QR code in itself, through WeChat's wxLogin.js:
   * `new WxLogin({ id: 'container', ...options })`. The login is bound to this browser as for a redirect.
   *
   * @param req the request of the page that shows the code; its session or cookie keeps the state
   * @param options the same as for `passport.authenticate('wechat', options)`
   * @returns the options of `WxLogin`, but for the `id` of the page's container
   * @throws TypeError for an option that is missing or wrong; the store's error
   * @example
   * app.get('/login', async (req, res) => res.render('login', { wxLogin: await strategy.embed(req) }));
   * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html
   */
  async embed(req: Request, options: WeChatAuthenticateOptions = {}): Promise<WxLoginOptions> {
    const { main } = await this._doorsFor(req);
    const platform = main.platform === 'website' ? (options.platform ?? 'website') : main.platform;
    if (platform !== 'website') {
      throw new TypeError(`A QR code needs platform: 'website'; this login has '${platform}'.`);
    }
    // Before the login is kept, or each refusal would push out one that is under way.
    checkPageOptions(options);
    return wxLoginOptions(await this._start(req, options, main));
  }

  /** Never rejects. */
  private async _outcomeOf(req: Request, options: WeChatAuthenticateOptions): Promise<Outcome> {
    try {
      const doors = await this._doorsFor(req);
      const door = chosenDoor(doors, req, options);
      const postsCode = door.platform === 'mobileApp' || door.platform === 'miniProgram';
      const callback = postsCode ? readPostedCode(req) : readCallback(req);
      switch (callback.kind) {
        case 'none':
          return {
            action: 'redirect',
            url: authorizationURL(this._settings.openOrigin, await this._start(req, options, door)),
          };
        case 'denied':
          return failure('denied', 'The WeChat login was cancelled.');
        case 'malformed':
          return failure('request', callback.message);
        case 'code':
          return postsCode || !this._store
            ? await this._finish(req, options, { door, code: callback.code })
            : await this._finishWithState(req, options, {
                store: this._store,
                doors,
                likely: door,
                callback,
              });
      }
    } catch (error) {
      return { action: 'error', error };
    }
  }

  /** Begins a login: what is to be asked of WeChat, with the state kept for this browser. */
  private async _start(
    req: Request,
    options: WeChatAuthenticateOptions,
    chosen: Door,
  ): Promise<AuthorizationRequest> {
    const { platform, clientID, scope } = withScope(chosen, chosen.platform, options.scope);
    const { callbackURL: usual, proxy, lang, connectRedirect } = this._settings;
    const wanted = options.callbackURL === undefined ? usual : checkedCallbackURL(options.callbackURL);
    if (wanted === undefined)
      throw new TypeError('callbackURL is missing: it is where WeChat sends people back to.');
    const callbackURL = absoluteCallbackURL(wanted, req, proxy);
    this._prepareCall();
    const { name } = this;
    return {
      platform,
      clientID,
      scope,
      callbackURL,
      lang: checkedLang(options.lang ?? lang),
      connectRedirect,
      page: options,
      state: this._store
        ? await storeLogin(
            this._store,
            req,
            { strategy: name, clientID, platform, scope, data: applicationData(options.state, this._store) },
            { ...this._addresses, clientID, callbackURL },
          )
        : plainState(options.state),
    };
  }

  /** Ends a login that was started in this browser; its door is the one that it was started for. */
  private async _finishWithState(
    req: Request,
    options: WeChatAuthenticateOptions,
    { store, doors, likely, callback: { code, state } }: Answered,
  ): Promise<Outcome> {
    if (!state) return failure('state', 'The answer of WeChat has no state.');
    const meta = { ...this._addresses, clientID: likely.clientID };
    const checked = await checkLogin(store, req, state, meta);
    if (!checked.ok) return failure('state', checked.message);
    const door = checked.login ? doorOfLogin(doors, checked.login, this.name) : likely;
    if (!door) return failure('state', 'This login was started for another app.');
    return this._finish(req, options, { door, code, state, data: checked.login?.data });
  }

  /** Ends a login whose code has come, and whose state, if it has one, is right. */
  private async _finish(req: Request, options: WeChatAuthenticateOptions, answer: Answer): Promise<Outcome> {
    let login: Login;
    try {
      // Before the code is spent.
      const lang = checkedLang(options.lang ?? this._settings.lang);
      const call = this._startCalls();
      const params = await this._exchange(answer, call);
      if ('is_snapshotuser' in params && this._settings.snapshotUsers === 'reject') {
        return failure(
          'snapshot',
          'This is a preview of WeChat. Please tap "使用完整服务" and log in again.',
        );
      }
      const profile = await profileOfLogin(answer.door, params, this._settings, (accessToken, origin) =>
        this._readProfile(accessToken, { call, origin, lang }),
      );
      login =
        'access_token' in params
          ? { accessToken: params.access_token, refreshToken: params.refresh_token, params, profile }
          : { accessToken: undefined, refreshToken: undefined, params, profile };
    } catch (error) {
      return outcomeOfError(error);
    }
    const { user, info } = await callVerify(
      this._verify,
      login,
      this._settings.passReqToCallback ? req : undefined,
    );
    return outcomeOfVerify(user, info, answer.data);
  }

  private async _exchange(
    { door, code, state }: Answer,
    call: WeChatCall,
  ): Promise<WeChatTokenReply | WeChatSession> {
    if (door.platform === 'miniProgram') return codeToSession(call, door, code);
    const exchange = (): Promise<WeChatTokenReply> => exchangeCode(call, door, code);
    // The state has shown that these requests are of one browser; without one, nothing is shared.
    if (state === undefined) return exchange();
    return { ...(await this._exchangeOnce([door.clientID, state, code].join(' '), exchange)) };
  }

  private _readProfile(accessToken: string, request: Omit<ProfileRequest, 'fail'>): Promise<WeChatProfile> {
    return callHook((done) => this.userProfile(accessToken, done, { ...request, fail: done }));
  }
}

/** Passport's actions, which it puts on the object that `authenticate` is called on. */
type Actions = Record<'success' | 'fail' | 'redirect' | 'error', (...answer: unknown[]) => unknown>;

/** A code that has come back with a state, which is still to be checked. */
interface Answered {
  store: StateStore;
  doors: Doors;
  /** The door that the login seems to have been started for. */
  likely: Door;
  callback: { code: string; state: string | undefined };
}

/** A code that is to be exchanged, for the door that it was issued to. */
interface Answer {
  door: Door;
  code: string;
  state?: string;
  data?: unknown;
}
