import express, { type Request } from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy, type WeChatApp } from 'passport-wechat-oauth2';

const { PORT = '3000', SESSION_SECRET = crypto.randomUUID(), TENANTS = '{}', EMULATOR_URL } = process.env;

// { "shop-a.example.com": { "clientID": "...", "clientSecret": "..." }, ... }; in your own app, a table.
const tenants = new Map<string, WeChatApp>(Object.entries(JSON.parse(TENANTS)));

passport.use(
  new WeChatStrategy(
    {
      resolveApp: async (req) => {
        const tenant = tenants.get(req.hostname);
        if (!tenant) throw new Error(`There is no tenant at ${req.hostname}.`);
        return tenant;
      },
      // Relative to the request, so that each tenant has its own, on the domain that it registered at WeChat.
      callbackURL: '/auth/wechat/callback',
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    // Find or create your own user here: an openid means something only together with its AppID.
    async (_accessToken, _refreshToken, profile) => ({
      id: `${profile.clientID}/${profile.openid}`,
      name: profile.displayName,
    }),
  ),
);
// A session is valid at its own tenant's host only: a cookie that is copied to another host logs no one in there.
interface Stored {
  tenant: string;
  user: Express.User;
}
passport.serializeUser<Stored, Request>((req, user, done) => done(null, { tenant: req.hostname, user }));
passport.deserializeUser<Stored, Request>((req, stored, done) =>
  done(null, stored.tenant === req.hostname ? stored.user : false),
);

const app = express();
app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
  }),
);
app.use(passport.session());

app.get('/', (req, res) => {
  res.json({ user: req.user ?? null });
});
app.get('/auth/wechat', passport.authenticate('wechat'));
app.get(
  '/auth/wechat/callback',
  passport.authenticate('wechat', { successRedirect: '/', failureRedirect: '/?login=failed' }),
);

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
