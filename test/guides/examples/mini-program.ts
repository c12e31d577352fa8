import express, { type RequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = crypto.randomUUID(),
  WECHAT_MINI_APP_ID = '',
  WECHAT_MINI_APP_SECRET = '',
  EMULATOR_URL,
} = process.env;

// Decrypts the data that wx.* functions give the mini program. Keep it in your database, one for each user.
const sessionKeys = new Map<string, string>();

passport.use(
  new WeChatStrategy(
    {
      platform: 'miniProgram',
      clientID: WECHAT_MINI_APP_ID,
      clientSecret: WECHAT_MINI_APP_SECRET,
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    // Find or create your own user here. There are no tokens, and there is no name.
    (_accessToken, _refreshToken, params, profile, done) => {
      sessionKeys.set(profile.id, params.session_key);
      done(null, { id: profile.id });
    },
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user: Express.User, done) => done(null, user));

const app = express();
app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: 'auto' },
  }),
);
app.use(passport.session());

// A browser does not let another site send JSON here unasked, so no such site can log its visitor in as somebody else.
const onlyJSON: RequestHandler = (req, res, next) => {
  if (req.is('application/json')) next();
  else res.sendStatus(415);
};

app.post(
  '/auth/wechat/mini',
  onlyJSON,
  express.json({ limit: '4kb' }),
  passport.authenticate('wechat'),
  (req, res) => {
    res.json({ user: req.user });
  },
);

app.get('/', (req, res) => {
  res.json({ user: req.user ?? null });
});

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
