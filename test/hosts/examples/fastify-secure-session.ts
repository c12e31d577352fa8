import { randomBytes } from 'node:crypto';
import passport from '@fastify/passport';
import secureSession from '@fastify/secure-session';
import fastify from 'fastify';
import { WeChatStrategy } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  // 32 bytes in hex: openssl rand -hex 32
  SESSION_KEY = randomBytes(32).toString('hex'),
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
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    // Find or create your own user here.
    async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
  ),
);
passport.registerUserSerializer(async (user) => user);
passport.registerUserDeserializer(async (user) => user);

const app = fastify();
app.register(secureSession, {
  key: Buffer.from(SESSION_KEY, 'hex'),
  cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto' },
});
app.register(passport.initialize());
app.register(passport.secureSession());

app.get('/', (request) => ({ user: request.user ?? null }));
app.get('/auth/wechat', passport.authenticate('wechat'));
app.get(
  '/auth/wechat/callback',
  passport.authenticate('wechat', { successRedirect: '/', failureRedirect: '/?login=failed' }),
);

app.listen({ port: Number(PORT) }, (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
