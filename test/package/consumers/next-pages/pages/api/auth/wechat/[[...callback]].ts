import type { ServerResponse } from 'node:http';
import type { NextApiRequest, NextApiResponse } from 'next';
import passport from 'passport';
import { CookieStateStore, WeChatStrategy, type WeChatFailure } from 'passport-wechat-oauth2';
import { session, type User } from '../../../../session';

const {
  STATE_SECRET = '',
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  WECHAT_CALLBACK_URL = 'http://localhost:3000/api/auth/wechat/callback',
  EMULATOR_URL,
} = process.env;

let strategy: WeChatStrategy | undefined;

/** Made with the first request: `next build` loads this file, too, and has no credentials. */
function wechat(): WeChatStrategy {
  return (strategy ??= new WeChatStrategy(
    {
      clientID: WECHAT_APP_ID,
      clientSecret: WECHAT_APP_SECRET,
      callbackURL: WECHAT_CALLBACK_URL,
      store: new CookieStateStore({ secret: STATE_SECRET }),
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    // Find or create your own user here.
    async (_accessToken, _refreshToken, profile): Promise<User> => ({
      id: profile.id,
      name: profile.displayName,
    }),
  ));
}

/** `/api/auth/wechat` and `/api/auth/wechat/callback`. */
export default function handler(req: NextApiRequest & { res?: ServerResponse }, res: NextApiResponse) {
  // The cookies of the login are set on this response.
  req.res = res;
  return new Promise<void>((resolve, reject) => {
    res.once('close', resolve);
    const finish = async (error: unknown, user: User | false, failure: WeChatFailure, status = 401) => {
      if (error) return reject(error);
      if (!user) return res.status(status).json({ message: failure.message, reason: failure.reason });
      const current = await session(req, res);
      current.user = user;
      await current.save();
      res.redirect('/api/me');
    };
    passport.authenticate(wechat(), { session: false }, finish)(req, res, reject);
  });
}
