import passport from 'passport';
import { CookieStateStore, WeChatStrategy, type WeChatFailure } from 'passport-wechat-oauth2';

const {
  STATE_SECRET = '',
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  WECHAT_CALLBACK_URL = 'http://localhost:3000/auth/wechat/callback',
  EMULATOR_URL,
} = process.env;

export interface User {
  id: string;
  name: string;
}

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

/** How one request of a login ends. The headers go into the response in every case. */
export type Step = { headers: Headers } & (
  | { kind: 'redirect' }
  | { kind: 'success'; user: User }
  | { kind: 'failure'; failure: WeChatFailure; status: number }
);

/** Passport answers a response of Node's. A route handler has none: these are the parts that a login needs. */
export function logIn(request: Request): Promise<Step> {
  return new Promise((resolve, reject) => {
    const headers = new Headers();
    const res = {
      getHeader: () => undefined, // each cookie is appended
      setHeader: (name: string, value: string | string[]) =>
        [value].flat().forEach((line) => headers.append(name, line)),
      end: () => resolve({ kind: 'redirect', headers }),
    };
    const req = { url: request.url, headers: Object.fromEntries(request.headers), res };
    const finish = (error: unknown, user: User | false, failure: WeChatFailure, status = 401) => {
      if (error) reject(error);
      else if (user) resolve({ kind: 'success', user, headers });
      else resolve({ kind: 'failure', failure, status, headers });
    };
    passport.authenticate(wechat(), { session: false }, finish)(req, res, reject);
  });
}
