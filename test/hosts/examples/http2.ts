import { readFileSync } from 'node:fs';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import passport from 'passport';
import { CookieStateStore, WeChatStrategy } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  TLS_KEY = 'key.pem',
  TLS_CERT = 'cert.pem',
  STATE_SECRET = crypto.randomUUID(),
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  WECHAT_CALLBACK_URL = '/auth/wechat/callback',
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

type Http2Request = Http2ServerRequest & { user?: object; res?: Http2ServerResponse };
type Http2Handler = (req: Http2Request, res: Http2ServerResponse, next: (error?: unknown) => void) => void;

const logIn: Http2Handler = passport.authenticate('wechat', { session: false });

const server = createSecureServer({
  key: readFileSync(TLS_KEY),
  cert: readFileSync(TLS_CERT),
  allowHTTP1: true, // for clients that speak HTTP/1.1 only
});
server.on('request', (req: Http2Request, res: Http2ServerResponse) => {
  function answer(status: number, body: object): void {
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }

  if (!req.url.startsWith('/auth/wechat')) return answer(404, { error: 'There is no such page.' });
  // The cookies of the login are set on this response.
  req.res = res;
  logIn(req, res, (error) => {
    if (error) console.error(error);
    if (req.user) answer(200, { user: req.user });
    else answer(500, { error: 'The login failed.' });
  });
});

server.listen(Number(PORT), () => console.log(`Open https://localhost:${PORT}`));
