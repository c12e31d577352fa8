import express from 'express';
import passport from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';

const { PORT = '3000', WECHAT_MOBILE_APP_ID = '', WECHAT_MOBILE_APP_SECRET = '', EMULATOR_URL } = process.env;

passport.use(
  new WeChatStrategy(
    {
      platform: 'mobileApp',
      clientID: WECHAT_MOBILE_APP_ID,
      clientSecret: WECHAT_MOBILE_APP_SECRET,
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    // Find or create your own user here.
    async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
  ),
);

// The app keeps a token of your own. Store tokens in your database, with an expiry, or sign them.
const users = new Map<string, Express.User>();

const app = express();

app.post(
  '/auth/wechat/app',
  express.json({ limit: '4kb' }),
  passport.authenticate('wechat', { session: false }),
  (req, res) => {
    const token = crypto.randomUUID();
    if (req.user) users.set(token, req.user);
    res.json({ token, user: req.user });
  },
);

app.get('/me', (req, res) => {
  const token = req.get('Authorization')?.replace(/^Bearer /, '') ?? '';
  res.json({ user: users.get(token) ?? null });
});

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
