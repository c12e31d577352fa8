// Compiled by `npm run check:types`, never run: what does not compile, or what compiles and must not, fails there.
import passport from 'passport';
import type { Request } from 'express';
import {
  WeChatStrategy,
  type WeChatParams,
  type WeChatProfile,
  type WeChatStrategyOptions,
  type WeChatStrategyOptionsWithRequest,
} from 'passport-wechat-oauth2';
import { exactly } from './exactly.js';

const options = { clientID: 'wx0123456789abcdef', clientSecret: 'secret', callbackURL: '/callback' };

// The parameters of every form of verify are inferred.
new WeChatStrategy(options, async (accessToken, refreshToken, profile) => {
  exactly<string>()(accessToken);
  exactly<string | undefined>()(refreshToken);
  exactly<WeChatProfile>()(profile);
  return { id: profile.id, name: profile.displayName };
});
new WeChatStrategy(options, (accessToken, refreshToken, profile, done) => {
  exactly<WeChatProfile>()(profile);
  exactly<string | undefined>()(profile.unionid);
  done(null, { id: profile.id });
});
new WeChatStrategy(options, (accessToken, refreshToken, params, profile, done) => {
  exactly<WeChatParams>()(params);
  exactly<number>()(params.expires_in);
  exactly<string>()(profile.openid);
  done(null, false, { message: 'no' });
});
new WeChatStrategy(
  { ...options, passReqToCallback: true },
  async (req, accessToken, refreshToken, profile) => {
    exactly<Request>()(req);
    exactly<string>()(profile.openid);
    return false;
  },
);
new WeChatStrategy(
  { ...options, passReqToCallback: true },
  (req, accessToken, refreshToken, profile, done) => {
    exactly<Request>()(req);
    exactly<string>()(profile.openid);
    done(null, { id: 1 });
  },
);
new WeChatStrategy(
  { ...options, passReqToCallback: true },
  (req, accessToken, refreshToken, params, profile, done) => {
    exactly<Request>()(req);
    exactly<number>()(params.expires_in);
    exactly<string>()(profile.openid);
    done(null, { id: 1 });
  },
);
new WeChatStrategy(options, async (accessToken, refreshToken, profile, done) => {
  exactly<WeChatProfile>()(profile);
  done(null, { id: profile.id });
});

// Options may be annotated.
const annotated: WeChatStrategyOptions = { ...options, scope: ['snsapi_login'] };
new WeChatStrategy(annotated, async (_accessToken, _refreshToken, profile) => ({ id: profile.id }));
const withRequest: WeChatStrategyOptionsWithRequest = { ...options, passReqToCallback: true };
new WeChatStrategy(withRequest, async (req, _accessToken, _refreshToken, profile) => ({
  ip: req.ip,
  id: profile.id,
}));

// Wrong options are refused.
// @ts-expect-error clientSecret is missing
new WeChatStrategy({ clientID: 'wx' }, async () => false);
// @ts-expect-error resolveApp replaces the credentials
new WeChatStrategy({ ...options, resolveApp: () => options }, async () => false);
// @ts-expect-error no such platform
new WeChatStrategy({ ...options, platform: 'web' }, async () => false);
// @ts-expect-error no such language
new WeChatStrategy({ ...options, lang: 'de' }, async () => false);
// @ts-expect-error a misspelt option
new WeChatStrategy({ ...options, callbackUrl: '/' }, async () => false);

// The options of authenticate are known, with application data as state.
passport.authenticate('wechat', { state: { returnTo: '/' }, forcePopup: true, session: false });
passport.authenticate('wechat');
passport.authenticate('wechat-link', { state: { link: true } });
passport.authorize('wechat', { state: { link: true } });
passport.authenticate('local', { failureRedirect: '/' });
// @ts-expect-error no such style
passport.authenticate('wechat', { style: 'pink' });
