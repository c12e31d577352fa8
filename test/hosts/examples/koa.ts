import Router from '@koa/router';
import Koa from 'koa';
import passport from 'koa-passport';
import session from 'koa-session';
import { WeChatStrategy } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = crypto.randomUUID(),
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
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user: Express.User, done) => done(null, user));

const router = new Router();
router.get('/', (ctx) => {
  ctx.body = { user: ctx.state['user'] ?? null };
});
router.get('/auth/wechat', passport.authenticate('wechat'));
router.get(
  '/auth/wechat/callback',
  passport.authenticate('wechat', { successRedirect: '/', failureRedirect: '/?login=failed' }),
);

const app = new Koa();
app.keys = [SESSION_SECRET];
app.use(session({ httpOnly: true, sameSite: 'lax' }, app));
app.use(passport.initialize());
app.use(passport.session());
app.use(router.routes());

app.listen(Number(PORT), () => console.log(`Open http://localhost:${PORT}`));
