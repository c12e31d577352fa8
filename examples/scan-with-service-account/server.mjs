// A QR login on a computer with a service account (服务号) alone: the code leads to a page of this app, the phone logs in
// inside WeChat and says yes, and the computer goes on.
import { randomUUID } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { isWeChatBrowser, WeChatStrategy } from 'passport-wechat-oauth2';
import { toBuffer } from 'qrcode';
import { sendPage, textFor } from './pages.mjs';
import { approveScan, createScan, findScan, refuseScan, takeScan } from './scans.mjs';

const {
  PORT = '3000',
  PUBLIC_URL = `http://localhost:${PORT}`,
  SESSION_SECRET = randomUUID(),
  WECHAT_OA_APP_ID = '',
  WECHAT_OA_APP_SECRET = '',
  EMULATOR_URL,
} = process.env;

passport.use(
  new WeChatStrategy(
    {
      platform: 'officialAccount',
      clientID: WECHAT_OA_APP_ID,
      clientSecret: WECHAT_OA_APP_SECRET,
      callbackURL: `${PUBLIC_URL}/auth/wechat/callback`,
      ...(EMULATOR_URL && { openOrigin: EMULATOR_URL, apiOrigin: EMULATOR_URL }),
    },
    // Find or create your own user here.
    async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.set('trust proxy', 'loopback');
app.use((_req, res, next) => {
  const policy = ["default-src 'none'", "img-src 'self' data:", "style-src 'self'", "script-src 'self'"];
  const rest = ["connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"];
  res.set('Content-Security-Policy', [...policy, ...rest].join('; '));
  // The address of a scan is a secret of its two screens.
  res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  next();
});
app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    // Lax: no other site can make a phone say yes, since its POST comes without this cookie.
    cookie: { httpOnly: true, sameSite: 'lax', secure: PUBLIC_URL.startsWith('https:') },
  }),
);
app.use(passport.session());

app.get('/', (req, res) => {
  if (!req.user) return res.redirect('/login');
  const text = textFor(req);
  sendPage(req, res, text.hello(req.user.name), `<p>${text.loggedIn}</p>`);
});

// ---- On the computer

app.get('/login', (req, res) => {
  // The code is bound to this browser: somebody else who sees it can say yes, but not be let in.
  const text = textFor(req);
  req.session.scan = createScan(req.session.scan);
  if (!req.session.scan) {
    res.status(503).set('Retry-After', '120');
    return sendPage(
      req,
      res,
      text.fullTitle,
      `<p>${text.full}</p><a class="button" href="/login">${text.again}</a>`,
    );
  }
  const { number } = findScan(req.session.scan);
  sendPage(
    req,
    res,
    text.scan,
    `<p>${text.scanWith}</p>
     <img src="/login/qr.png" width="260" height="260" alt="${text.scan}">
     <p>${text.sameNumber} <strong id="number">${number}</strong></p>
     <noscript><p>${text.noScript}</p></noscript>
     <script src="/login.js"></script>`,
  );
});

app.get('/login/qr.png', async (req, res) => {
  if (!findScan(req.session.scan)) return res.sendStatus(404);
  res.type('png').send(await toBuffer(`${PUBLIC_URL}/scan/${req.session.scan}`, { width: 260 }));
});

app.get('/login/state', (req, res) => {
  const scan = findScan(req.session.scan);
  res.json({ state: !scan ? 'over' : scan.person ? 'approved' : 'waiting' });
});

app.post('/login', (req, res, next) => {
  const person = takeScan(req.session.scan);
  if (!person) return res.redirect(303, '/login');
  // Starts a new session, in which the scan is not.
  req.logIn(person, (error) => (error ? next(error) : res.redirect(303, '/')));
});

app.get('/style.css', (_req, res) => {
  res.sendFile(`${import.meta.dirname}/style.css`);
});

app.get('/login.js', (_req, res) => {
  res.type('js').send(`
    const ask = setInterval(async () => {
      const { state } = await (await fetch('/login/state')).json();
      if (state === 'waiting') return;
      clearInterval(ask);
      if (state === 'over') return location.reload();
      const form = document.body.appendChild(document.createElement('form'));
      form.method = 'post';
      form.action = '/login';
      form.submit();
    }, 1500);
  `);
});

// ---- On the phone

app.get('/scan/:id', (req, res) => {
  const scan = findScan(req.params.id);
  if (!scan || scan.person) return sendOver(req, res);
  const text = textFor(req);
  if (!isWeChatBrowser(req.get('user-agent'))) {
    return sendPage(req, res, text.inWeChatTitle, `<p>${text.inWeChat}</p>`);
  }
  const { host } = new URL(PUBLIC_URL);
  // What is asked is said before the login, too: a person who has been lured here finds out before they are known.
  const answer = req.user
    ? `<form method="post">
         <button class="button" name="answer" value="yes">${text.yes}</button>
         <button class="button second" name="answer" value="no">${text.no}</button>
       </form>`
    : `<a class="button" href="/auth/wechat?scan=${req.params.id}">${text.goOn}</a>`;
  sendPage(
    req,
    res,
    text.question(host),
    `<p>${text.numberOnComputer} <strong id="number">${scan.number}</strong></p>
     <p>${text.onlyYou(PUBLIC_URL)}</p>
     ${answer}`,
  );
});

app.post('/scan/:id', express.urlencoded({ extended: false, limit: '1kb' }), (req, res) => {
  if (!req.user) return res.redirect(303, `/scan/${encodeURIComponent(req.params.id)}`);
  const text = textFor(req);
  if (req.body?.answer !== 'yes') {
    refuseScan(req.params.id);
    return sendPage(req, res, text.cancelledTitle, `<p>${text.cancelled}</p>`);
  }
  if (!approveScan(req.params.id, req.user)) return sendOver(req, res);
  sendPage(req, res, text.confirmedTitle, `<p>${text.confirmed}</p>`);
});

app.get('/auth/wechat', (req, res, next) => {
  passport.authenticate('wechat', { state: { scan: String(req.query.scan) } })(req, res, next);
});

app.get('/auth/wechat/callback', (req, res, next) => {
  passport.authenticate('wechat', (error, user, info) => {
    if (error) return next(error);
    // WeChat has been seen to call twice: the second call fails, and finds the person logged in.
    if (!user) return req.user ? res.redirect('/') : sendOver(req, res);
    req.logIn(user, (failed) => {
      if (failed) return next(failed);
      res.redirect(`/scan/${encodeURIComponent(info.state?.scan ?? '')}`);
    });
  })(req, res, next);
});

function sendOver(req, res) {
  const text = textFor(req);
  res.status(410);
  sendPage(req, res, text.overTitle, `<p>${text.over}</p>`);
}

app.use((req, res) => {
  const text = textFor(req);
  res.status(404);
  sendPage(
    req,
    res,
    text.notFoundTitle,
    `<p>${text.notFound}</p><a class="button" href="/">${text.home}</a>`,
  );
});

// Express's own page would show visitors a stack trace. On the phone there is nothing to go back to but the code.
app.use((error, req, res, next) => {
  console.error(error);
  if (res.headersSent) return next(error);
  const text = textFor(req);
  res.status(error.status >= 400 && error.status <= 599 ? error.status : 500);
  sendPage(req, res, text.brokenTitle, `<p>${text.broken}</p>`);
});

const server = app.listen(Number(PORT), () => {
  console.log(`open ${PUBLIC_URL} (port ${server.address().port})`);
});
