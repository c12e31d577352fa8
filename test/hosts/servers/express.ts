import express, { type ErrorRequestHandler } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import { optionsOf, serve } from './serve.js';

serve(async (setup) => {
  const passport = new Passport();
  passport.use(new WeChatStrategy(optionsOf(setup), async (_a, _r, profile) => ({ id: profile.id })));
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const app = express();
  app.set('trust proxy', setup.trustProxy);
  if (setup.session) {
    app.use(session({ secret: 'test', resave: false, saveUninitialized: false }));
    app.use(passport.session());
  }
  const logIn = passport.authenticate('wechat', { session: setup.session });
  const router = express.Router();
  router.get('/auth/wechat', logIn);
  router.get('/auth/wechat/callback', logIn, (req, res) => {
    res.json(req.user);
  });
  app.use(setup.prefix || '/', router);
  app.get('/me', (req, res) => {
    res.json({ user: req.user ?? null });
  });
  app.use(((error, _req, res, _next) => {
    res.status(500).json({ error: error.name });
  }) as ErrorRequestHandler);
  return app.listen(0);
});
