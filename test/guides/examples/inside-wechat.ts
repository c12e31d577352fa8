import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = crypto.randomUUID(),
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  WECHAT_OA_APP_ID = '',
  WECHAT_OA_APP_SECRET = '',
  WECHAT_CALLBACK_URL = `http://localhost:${PORT}/auth/wechat/callback`,
  EMULATOR_URL,
} = process.env;

passport.use(
  new WeChatStrategy(
    {
      // The website application: the QR code, outside WeChat.
      clientID: WECHAT_APP_ID,
      clientSecret: WECHAT_APP_SECRET,
      // The service account: a tap, inside WeChat.
      officialAccount: { clientID: WECHAT_OA_APP_ID, clientSecret: WECHAT_OA_APP_SECRET },
      callbackURL: WECHAT_CALLBACK_URL,
      // Both give a user the same unionid if both are bound to one open platform account.
      profileID: 'unionid',
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
  if (req.user) res.json({ user: req.user });
  // Let a tap begin the login: after a page that leads there by itself, WeChat may show its snapshot page.
  else res.send('<!doctype html><title>Welcome</title><a href="/auth/wechat">Log in with WeChat</a>');
});
app.get('/auth/wechat', passport.authenticate('wechat'));
app.get(
  '/auth/wechat/callback',
  // WeChat has been seen to call back twice: the second callback fails, and finds the user logged in.
  passport.authenticate('wechat', { successRedirect: '/', failureRedirect: '/' }),
);

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
