import { randomUUID } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy, type WeChatProfile } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = randomUUID(),
  WECHAT_OA_APP_ID = '',
  WECHAT_OA_APP_SECRET = '',
  EMULATOR_URL,
} = process.env;

// Your table of users: by AppID and openid, since a silent login brings no unionid.
const users = new Map<string, Express.User>();
const keyOf = ({ clientID, openid }: WeChatProfile) => `${clientID} ${openid}`;

const serviceAccount = {
  platform: 'officialAccount',
  clientID: WECHAT_OA_APP_ID,
  clientSecret: WECHAT_OA_APP_SECRET,
  openOrigin: EMULATOR_URL, // unset in production: WeChat itself
  apiOrigin: EMULATOR_URL,
} as const;
// Silent: it finds users, and creates none.
passport.use(
  new WeChatStrategy(
    { ...serviceAccount, name: 'wechat-silent', scope: 'snsapi_base', callbackURL: '/auth/silent/callback' },
    async (_accessToken, _refreshToken, profile) => users.get(keyOf(profile)) ?? false,
  ),
);
// The user is asked, once.
passport.use(
  new WeChatStrategy(
    { ...serviceAccount, scope: 'snsapi_userinfo', callbackURL: '/auth/wechat/callback' },
    async (_accessToken, _refreshToken, profile) => {
      const user = { id: profile.id, name: profile.displayName };
      users.set(keyOf(profile), user);
      return user;
    },
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

app.get('/', (req, res) => {
  if (req.user) res.json({ user: req.user });
  else res.redirect('/auth/silent');
});
app.get('/auth/silent', passport.authenticate('wechat-silent'));
app.get(
  '/auth/silent/callback',
  passport.authenticate('wechat-silent', { successRedirect: '/', failureRedirect: '/welcome' }),
);
app.get('/welcome', (_req, res) => {
  res.send('<!doctype html><title>Shop</title><a href="/auth/wechat">Log in with WeChat</a>');
});
app.get('/auth/wechat', passport.authenticate('wechat'));
app.get(
  '/auth/wechat/callback',
  passport.authenticate('wechat', { successRedirect: '/', failureRedirect: '/welcome' }),
);

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
