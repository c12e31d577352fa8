import passport from '@fastify/passport';
import fastify from 'fastify';
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

const app = fastify();
// @fastify/passport's flash messages ask for this; a login does not use them.
app.decorateRequest('session');
// A request of Fastify's does not know its response, on which the cookies of the login are set. Fastify's own
// `header` adds a Set-Cookie to those that are there, so none has to be read back.
app.addHook('onRequest', async (request, reply) => {
  const setHeader = (name: string, value: string[]) => reply.header(name, value);
  Object.assign(request, { res: { getHeader: () => undefined, setHeader } });
});
app.register(passport.initialize());

app.get('/auth/wechat', passport.authenticate('wechat', { session: false }));
app.get(
  '/auth/wechat/callback',
  { preValidation: passport.authenticate('wechat', { session: false }) },
  (request) => {
    const token = crypto.randomUUID();
    if (request.user) users.set(token, request.user);
    return { token };
  },
);
app.get('/', (request) => {
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  return { user: users.get(token) ?? null };
});

app.listen({ port: Number(PORT) }, (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
