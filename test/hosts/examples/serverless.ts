import express from 'express';
import passport from 'passport';
import { CookieStateStore, WeChatStrategy } from 'passport-wechat-oauth2';
import serverless from 'serverless-http';

const {
  STATE_SECRET = '', // the same in every instance
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  WECHAT_CALLBACK_URL = '',
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

const app = express();
app.get('/auth/wechat', passport.authenticate('wechat', { session: false }));
app.get('/auth/wechat/callback', passport.authenticate('wechat', { session: false }), (req, res) => {
  // Issue a token of your own here, signed or kept in a database: another instance gets the next request.
  res.json({ user: req.user });
});

export const handler = serverless(app);
