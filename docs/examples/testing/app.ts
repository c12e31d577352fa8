import express, { type Express } from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';

/** The app, as a function, so that a test can start it without a port and say where WeChat is. */
export function createApp(env: NodeJS.ProcessEnv): Express {
  passport.use(
    new WeChatStrategy(
      {
        clientID: env['WECHAT_APP_ID'] ?? '',
        clientSecret: env['WECHAT_APP_SECRET'] ?? '',
        callbackURL: '/auth/wechat/callback',
        openOrigin: env['EMULATOR_URL'], // unset in production: WeChat itself
        apiOrigin: env['EMULATOR_URL'],
      },
      async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
    ),
  );
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const app = express();
  app.use(
    session({
      secret: env['SESSION_SECRET'] ?? crypto.randomUUID(),
      resave: false,
      saveUninitialized: false,
    }),
  );
  app.use(passport.session());
  app.get('/auth/wechat', passport.authenticate('wechat'));
  app.get(
    '/auth/wechat/callback',
    passport.authenticate('wechat', { successRedirect: '/me', failureRedirect: '/login' }),
  );
  app.get('/me', (req, res) => {
    res.json(req.user ?? null);
  });
  return app;
}
