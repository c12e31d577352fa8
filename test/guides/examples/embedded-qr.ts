import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { leaveFrame, WeChatStrategy } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = crypto.randomUUID(),
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  WECHAT_CALLBACK_URL = `http://localhost:${PORT}/auth/wechat/callback`,
  EMULATOR_URL,
} = process.env;

const strategy = new WeChatStrategy(
  {
    clientID: WECHAT_APP_ID,
    clientSecret: WECHAT_APP_SECRET,
    callbackURL: WECHAT_CALLBACK_URL,
    openOrigin: EMULATOR_URL, // unset in production: WeChat itself
    apiOrigin: EMULATOR_URL,
  },
  // Find or create your own user here.
  async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
);
passport.use(strategy);
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

app.get('/login', async (req, res) => {
  const options = await strategy.embed(req, { self_redirect: true });
  res.send(`<!doctype html>
<title>Log in</title>
<div id="wechat"></div>
<script src="${EMULATOR_URL ?? 'https://res.wx.qq.com'}/connect/zh_CN/htmledition/js/wxLogin.js"></script>
<script>new WxLogin({ id: 'wechat', ...${JSON.stringify(options)} });</script>
<a href="/auth/wechat">Open the code in a page of its own</a>`);
});

app.get('/auth/wechat', passport.authenticate('wechat'));
app.get(
  '/auth/wechat/callback',
  leaveFrame(),
  passport.authenticate('wechat', { successRedirect: '/', failureRedirect: '/login' }),
);

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}/login`);
});
