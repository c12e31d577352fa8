// Compiled by `npm run check:types`, never run: the strategy in the types of Passport's hosts.
import fastifyPassport from '@fastify/passport';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import koaPassport from 'koa-passport';
import passport from 'passport';
import {
  CookieStateStore,
  SessionStateStore,
  WeChatStrategy,
  type DataStateStore,
  type VerifyFunction,
  type VerifyFunctionWithParams,
  type VerifyFunctionWithRequest,
  type WeChatAuthenticateOptions,
  type WeChatFailure,
  type WeChatParams,
  type WeChatProfile,
} from 'passport-wechat-oauth2';
import { exactly } from './exactly.js';

const options = { clientID: 'wx0123456789abcdef', clientSecret: 'secret', callbackURL: '/callback' };

// A verify function can be written apart, by its type.
const verify: VerifyFunction = (_accessToken, refreshToken, profile, done) => {
  exactly<string | undefined>()(refreshToken);
  done(null, { id: profile.id });
};
const withParams: VerifyFunctionWithParams = async (_accessToken, _refreshToken, params) =>
  params.openid === 'o';
const withRequest: VerifyFunctionWithRequest = async (req) => ({ agent: req.get('User-Agent') });
const strategy = new WeChatStrategy(options, verify);
new WeChatStrategy(options, withParams);
new WeChatStrategy({ ...options, passReqToCallback: true }, withRequest);
// @ts-expect-error without passReqToCallback there is no request
new WeChatStrategy(options, withRequest);

// Every host takes the strategy.
passport.use(strategy);
passport.use('wechat-2', strategy);
koaPassport.use(strategy);
fastifyPassport.use('wechat', strategy);

// NestJS makes a class of it; verify is left out, and `validate` demanded.
export class Login extends PassportStrategy(WeChatStrategy) {
  constructor() {
    super(options);
  }

  validate(_accessToken: string, _refreshToken: string | undefined, profile: WeChatProfile): object {
    return { id: profile.id };
  }
}
export class LoginWithParams extends PassportStrategy(WeChatStrategy, 'wechat', true) {
  constructor() {
    super({ ...options, passReqToCallback: true });
  }

  async validate(
    _req: object,
    _accessToken: string,
    _refreshToken: string | undefined,
    params: WeChatParams,
    _profile: WeChatProfile,
  ): Promise<object | false> {
    return { openid: params.openid };
  }
}
// @ts-expect-error validate is missing
export class Forgotten extends PassportStrategy(WeChatStrategy) {}
export class Misspelt extends PassportStrategy(WeChatStrategy) {
  constructor() {
    // @ts-expect-error clientSecret is missing
    super({ clientID: options.clientID });
  }

  validate(): false {
    return false;
  }
}

// State stores: this package's two, and one of the application's own.
const own: DataStateStore = {
  store: (_req, _state, _meta, callback) => callback(null, 'handle'),
  verify: (_req, _handle, _meta, callback) => callback(null, true, {}),
};
new WeChatStrategy({ ...options, store: own }, verify);
new WeChatStrategy({ ...options, store: new SessionStateStore({ max: 3 }) }, verify);
new WeChatStrategy({ ...options, store: new CookieStateStore({ secret: ['new', 'old'] }) }, verify);
// @ts-expect-error the secret is missing
new CookieStateStore({});

// What authenticate takes, by name or as an object: every host, whatever the strategy is called.
const asked = { state: { returnTo: '/' }, platform: 'officialAccount', lang: 'en' } as const;
passport.authenticate(strategy, asked);
passport.authenticate('weixin', asked);
passport.authenticate(['session', 'weixin'], { ...asked, failureRedirect: '/login' });
passport.authorize('weixin-link', { state: { returnTo: '/' }, lang: 'zh_TW' });
passport.authenticate('wechat', { callbackURL: '/other', session: false }, (error, user, info, status) => {
  void [error, user, info, status];
});
type Finish = (error: unknown, user: Express.User | false, info: WeChatFailure, status?: number) => void;
declare const finish: Finish;
passport.authenticate('weixin', finish);
passport.authenticate('weixin', { state: { returnTo: '/' } }, finish);
koaPassport.authenticate('weixin', { state: { returnTo: '/' }, platform: 'officialAccount', lang: 'en' });
fastifyPassport.authenticate('weixin', { state: { returnTo: '/' }, platform: 'officialAccount', lang: 'en' });
fastifyPassport.authenticate('weixin', { state: { tenant: 1 } }, async (request, reply, error, user) => {
  void [request.user, reply.sent, error, user];
});
fastifyPassport.authorize('weixin', { lang: 'en', session: false });
export class Guard extends AuthGuard('weixin') {
  override getAuthenticateOptions() {
    return { platform: 'officialAccount', lang: 'en' };
  }
}
// The guard's options know a string as `state`; the strategy's own do not.
export class LoginWithData extends Login {
  override authenticate(req: Request, options?: WeChatAuthenticateOptions): void {
    super.authenticate(req, { ...options, state: { returnTo: req.query['returnTo'] } });
  }
}
// @ts-expect-error no such platform
passport.authenticate('wechat', { platform: 'phone' });
// @ts-expect-error a number is no state
passport.authenticate('wechat', { state: 1 });
// @ts-expect-error no such platform
fastifyPassport.authenticate('wechat', { platform: 'phone' });
// @ts-expect-error no such option
fastifyPassport.authenticate('wechat', { language: 'en' });
