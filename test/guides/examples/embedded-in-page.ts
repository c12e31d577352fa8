import express, { type RequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = crypto.randomUUID(),
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  WECHAT_CALLBACK_URL = `http://localhost:${PORT}/auth/wechat/callback`,
  EMULATOR_URL,
} = process.env;

const strategy = new WeChatStrategy(
  {
    clientID: WECHAT_APP_ID,
    clientSecret: WECHAT_APP_SECRET,
    callbackURL: WECHAT_CALLBACK_URL,
    openOrigin: EMULATOR_URL, // unset in production: WeChat itself
    apiOrigin: EMULATOR_URL,
  },
  // Find or create your own user here.
  async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
);
passport.use(strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user: Express.User, done) => done(null, user));

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

app.get('/me', (req, res) => {
  res.json({ user: req.user ?? null });
});

app.get('/', async (req, res) => {
  const options = await strategy.embed(req, { self_redirect: true });
  res.send(`<!doctype html>
<title>A page that stays</title>
<h1>Not logged in</h1>
<div id="wechat"></div>
<script src="${EMULATOR_URL ?? 'https://res.wx.qq.com'}/connect/zh_CN/htmledition/js/wxLogin.js"></script>
<script>
new WxLogin({ id: 'wechat', ...${JSON.stringify(options)} });
addEventListener('message', async (event) => {
  // WeChat's own page sends messages as well, from its own origin.
  if (event.origin !== location.origin || event.data.type !== 'wechat-login') return;
  document.getElementById('wechat').remove();
  const { user } = await (await fetch('/me')).json();
  document.querySelector('h1').textContent = user ? 'Hello, ' + user.name : 'That did not work. Reload the page.';
});
</script>`);
});

// WeChat's page sent the frame here, so the browser left the cookies out. Asked again by a page of ours, it sends them.
const askAgain: RequestHandler = (req, res, next) => {
  if (req.get('Sec-Fetch-Dest') !== 'iframe' || req.get('Sec-Fetch-Site') !== 'cross-site') return next();
  res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  res.send('<!doctype html><title>WeChat</title><script>location.replace(location.href)</script>');
};

app.get(
  '/auth/wechat/callback',
  askAgain,
  passport.authenticate('wechat', {
    successRedirect: '/auth/wechat/done',
    failureRedirect: '/auth/wechat/done',
  }),
);

// Still in the frame: tells the page around it, which is of the same origin, and nobody else.
app.get('/auth/wechat/done', (_req, res) => {
  res.send(`<!doctype html><title>WeChat</title>
<script>parent.postMessage({ type: 'wechat-login' }, location.origin)</script>`);
});

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
