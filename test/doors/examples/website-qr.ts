import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy, type WeChatFailure } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = crypto.randomUUID(),
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  WECHAT_CALLBACK_URL = `http://localhost:${PORT}/auth/wechat/callback`,
  EMULATOR_URL,
} = process.env;

passport.use(
  new WeChatStrategy(
    {
      clientID: WECHAT_APP_ID,
      clientSecret: WECHAT_APP_SECRET,
      callbackURL: WECHAT_CALLBACK_URL,
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    // Find or create your own user here.
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
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
  }),
);
app.use(passport.session());

app.get('/', (req, res) => {
  res.json({ user: req.user ?? null });
});

app.get('/cart', (req, res) => {
  if (req.user) res.json({ cart: [] });
  else res.redirect('/auth/wechat?returnTo=/cart');
});

/** A path of this site, and no endless one: anything else would send people wherever a link says. */
function localPath(wanted: unknown): string {
  return typeof wanted === 'string' && /^\/(?!\/)[\w/-]{0,500}$/.test(wanted) ? wanted : '/';
}

app.get('/auth/wechat', (req, res, next) => {
  // Comes back as info.state. In the session it would be lost, since passport starts a new one at login.
  const state = { returnTo: localPath(req.query['returnTo']) };
  passport.authenticate('wechat', { state })(req, res, next);
});

app.get('/auth/wechat/callback', (req, res, next) => {
  type Info = WeChatFailure & { state?: { returnTo?: unknown } };
  const finish = (error: unknown, user: Express.User | false, info: Info, status?: number) => {
    if (error) return next(error);
    // The back button brings a used code again: whoever is logged in need not know.
    if (!user && req.user) return res.redirect('/');
    if (!user) return res.status(status ?? 401).json({ reason: info.reason, message: info.message });
    req.logIn(user, (failed) => {
      if (failed) return next(failed);
      res.redirect(localPath(info.state?.returnTo));
    });
  };
  passport.authenticate('wechat', finish)(req, res, next);
});

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
