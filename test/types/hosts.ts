// Compiled by `npm run check:types`, never run: the strategy in the types of Passport's hosts.
import fastifyPassport from '@fastify/passport';
import { PassportStrategy } from '@nestjs/passport';
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

// What authenticate takes, by name or as an object.
passport.authenticate(strategy, { state: { returnTo: '/' }, platform: 'officialAccount' });
passport.authenticate('wechat', { callbackURL: '/other', session: false }, (error, user, info, status) => {
  void [error, user, info, status];
});
// @ts-expect-error no such platform
passport.authenticate('wechat', { platform: 'phone' });
// @ts-expect-error a number is no state
passport.authenticate('wechat', { state: 1 });
