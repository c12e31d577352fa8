import { randomUUID, scryptSync, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy, type WeChatProfile } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = randomUUID(),
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  EMULATOR_URL,
} = process.env;

// Two tables of your own. An identity is one openid of one AppID, and belongs to one user.
interface User {
  id: string;
  name: string;
  password?: Buffer; // absent when somebody has WeChat only
}
const hash = (password: string) => scryptSync(password, 'a salt of each user’s own', 32);
const users = new Map<string, User>([
  ['1', { id: '1', name: 'alice', password: hash('alice-password') }],
  ['2', { id: '2', name: 'bob', password: hash('bob-password') }],
]);
const identities = new Map<string, string>(); // to the user's id
const identityOf = ({ clientID, openid }: WeChatProfile) => `${clientID} ${openid}`;

const wechat = {
  clientID: WECHAT_APP_ID,
  clientSecret: WECHAT_APP_SECRET,
  openOrigin: EMULATOR_URL, // unset in production: WeChat itself
  apiOrigin: EMULATOR_URL,
};
// Logs in, with a WeChat that is linked already.
passport.use(
  new WeChatStrategy(
    { ...wechat, callbackURL: '/auth/wechat/callback' },
    async (_accessToken, _refreshToken, profile) =>
      users.get(identities.get(identityOf(profile)) ?? '') ?? false,
  ),
);
// Links: the name keeps its logins apart from the other's, and what verify returns becomes req.account.
passport.use(
  new WeChatStrategy(
    { ...wechat, callbackURL: '/account/wechat/callback', name: 'wechat-link' },
    async (_accessToken, _refreshToken, profile) => profile,
  ),
);
passport.serializeUser((user, done) => done(null, (user as User).id));
passport.deserializeUser((id: string, done) => done(null, users.get(id) ?? false));

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

app.post('/login', express.urlencoded({ extended: false }), (req, res, next) => {
  const { name, password } = req.body as Record<string, unknown>;
  const user = [...users.values()].find((user) => user.name === name);
  const isRight = user?.password && timingSafeEqual(user.password, hash(String(password)));
  if (!user || !isRight) return res.redirect(303, '/login?failed=password');
  req.logIn(user, (error) => (error ? next(error) : res.redirect(303, '/account')));
});

app.get('/auth/wechat', passport.authenticate('wechat'));
// It fails for a WeChat that is not linked yet, too: offer to log in by password and to link it, or to sign up.
app.get(
  '/auth/wechat/callback',
  passport.authenticate('wechat', { successRedirect: '/account', failureRedirect: '/login?failed=wechat' }),
);

const requireLogIn: RequestHandler = (req, res, next) =>
  req.isAuthenticated() ? next() : res.redirect('/login');

app.get('/account', requireLogIn, (req, res) => {
  const { id, name } = req.user as User;
  const linked = [...identities.values()].filter((owner) => owner === id).length;
  res.json({ name, linked, result: req.query['wechat'] });
});

app.get('/account/wechat', requireLogIn, passport.authorize('wechat-link'));
app.get(
  '/account/wechat/callback',
  requireLogIn,
  passport.authorize('wechat-link', { failureRedirect: '/account?wechat=failed' }),
  (req, res) => {
    const { account } = req as Request & { account: WeChatProfile };
    const identity = identityOf(account);
    const owner = identities.get(identity);
    const { id } = req.user as User; // who is logged in is not touched by authorize()
    if (owner !== undefined && owner !== id) return res.redirect('/account?wechat=taken');
    identities.set(identity, id);
    res.redirect('/account?wechat=linked');
  },
);

app.post('/account/wechat/unlink', requireLogIn, (req, res) => {
  const { id, password } = req.user as User;
  // Never the last way in.
  if (!password) return res.redirect(303, '/account?wechat=only-way-in');
  for (const [identity, owner] of identities) if (owner === id) identities.delete(identity);
  res.redirect(303, '/account?wechat=unlinked');
});

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
