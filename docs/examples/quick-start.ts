import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy, type WeChatFailure } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = crypto.randomUUID(), // in production: long, random, the same at each start
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  EMULATOR_URL,
} = process.env;

passport.use(
  new WeChatStrategy(
    {
      clientID: WECHAT_APP_ID,
      clientSecret: WECHAT_APP_SECRET,
      callbackURL: '/auth/wechat/callback',
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    // Find or create your own user here, by unionid and by (clientID, openid).
    async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user: Express.User, done) => done(null, user));

const app = express();
app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: 'auto' },
  }),
);
app.use(passport.session());

app.get('/auth/wechat', passport.authenticate('wechat'));
app.get('/auth/wechat/callback', (req, res, next) => {
  const finish = (error: unknown, user: Express.User | false, failure: WeChatFailure) => {
    if (error) return next(error);
    if (!user) {
      console.warn('WeChat login failed', failure);
      return res.redirect(req.user ? '/' : `/?failed=${failure.reason}`);
    }
    req.logIn(user, (error) => (error ? next(error) : res.redirect('/')));
  };
  passport.authenticate('wechat', finish)(req, res, next);
});
app.get('/', (req, res) => {
  res.json({ user: req.user ?? null, failed: req.query['failed'] });
});

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}/auth/wechat`);
});
