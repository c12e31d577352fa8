import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
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
const users = new Map<string, object>();

type NodeRequest = IncomingMessage & { user?: object; res?: ServerResponse };
type NodeHandler = (req: NodeRequest, res: ServerResponse, next: (error?: unknown) => void) => void;

const logIn: NodeHandler = passport.authenticate('wechat', { session: false });

const server = createServer((req: NodeRequest, res) => {
  function answer(status: number, body: object): void {
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }

  switch (req.url?.split('?')[0]) {
    case '/auth/wechat':
    case '/auth/wechat/callback':
      // The cookies of the login are set on this response.
      req.res = res;
      logIn(req, res, (error) => {
        if (error || !req.user) {
          console.error(error);
          answer(500, { error: 'The login failed.' });
          return;
        }
        const token = crypto.randomUUID();
        users.set(token, req.user);
        answer(200, { token });
      });
      break;
    case '/': {
      const token = req.headers.authorization?.replace(/^Bearer /, '') ?? '';
      answer(200, { user: users.get(token) ?? null });
      break;
    }
    default:
      answer(404, { error: 'There is no such page.' });
  }
});

server.listen(Number(PORT), () => console.log(`Open http://localhost:${PORT}`));
