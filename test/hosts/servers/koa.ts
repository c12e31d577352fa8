import Router from '@koa/router';
import Koa from 'koa';
import { KoaPassport } from 'koa-passport';
import session from 'koa-session';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import { optionsOf, serve } from './serve.js';

serve(async (setup) => {
  const passport = new KoaPassport();
  passport.use(new WeChatStrategy(optionsOf(setup), async (_a, _r, profile) => ({ id: profile.id })));
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const app = new Koa();
  app.keys = ['test'];
  app.proxy = setup.trustProxy;
  app.use(async (ctx, next) => {
    await next().catch((error: Error) => {
      ctx.status = 500;
      ctx.body = { error: error.name };
    });
  });
  app.use(passport.initialize());
  if (setup.session) {
    app.use(session(app));
    app.use(passport.session());
  }
  const logIn = passport.authenticate('wechat', { session: setup.session });
  const login = new Router();
  login.get('/auth/wechat', logIn);
  login.get('/auth/wechat/callback', logIn, (ctx) => {
    ctx.body = ctx.state['user'];
  });
  const router = new Router();
  router.use(setup.prefix, login.routes());
  router.get('/me', (ctx) => {
    ctx.body = { user: ctx.state['user'] ?? null };
  });
  app.use(router.routes());
  return app.listen(0);
});
