import express from 'express';
import passport from 'passport';
import { CookieStateStore, WeChatStrategy } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  STATE_SECRET = crypto.randomUUID(),
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
      store: new CookieStateStore({ secret: STATE_SECRET }),
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    // Find or create your own user here.
    async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
  ),
);

// A token of your own stands in for the session. Keep them in your database, or sign them.
const users = new Map<string, Express.User>();

const app = express();
app.get('/auth/wechat', passport.authenticate('wechat', { session: false }));
app.get('/auth/wechat/callback', passport.authenticate('wechat', { session: false }), (req, res) => {
  const token = crypto.randomUUID();
  if (req.user) users.set(token, req.user);
  res.json({ token });
});
app.get('/', (req, res) => {
  const token = req.get('Authorization')?.replace(/^Bearer /, '') ?? '';
  res.json({ user: users.get(token) ?? null });
});

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
