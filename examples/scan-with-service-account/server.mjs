// A QR login on a computer with a service account (服务号) alone: the code leads to a page of this app, the phone logs in
// inside WeChat and says yes, and the computer goes on.
import { randomUUID } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { isWeChatBrowser, WeChatStrategy } from 'passport-wechat-oauth2';
import { toBuffer } from 'qrcode';
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
  const policy = ["default-src 'none'", "img-src 'self'", "script-src 'self'", "connect-src 'self'"];
  res.set('Content-Security-Policy', [...policy, "form-action 'self'", "frame-ancestors 'none'"].join('; '));
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
  page(res, '你好 · Hello', `<h1>你好，${escape(req.user.name)}</h1>`);
});

// ---- On the computer

app.get('/login', (req, res) => {
  // The code is bound to this browser: somebody else who sees it can say yes, but not be let in.
  req.session.scan = createScan();
  const { number } = findScan(req.session.scan);
  page(
    res,
    '扫码登录 · Scan to log in',
    `<h1>请用微信扫码 · Scan with WeChat</h1>
     <img src="/login/qr.png" width="260" height="260" alt="QR code">
     <p>手机上应显示同样的数字 · Your phone must show the same number: <strong id="number">${number}</strong></p>
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
  if (!scan || scan.person) return over(res);
  if (!isWeChatBrowser(req.get('user-agent'))) {
    return page(res, '请用微信扫码', '<h1>请用微信扫码 · Scan it with WeChat</h1>');
  }
  const { host } = new URL(PUBLIC_URL);
  // What is asked is said before the login, too: a person who has been lured here finds out before they are known.
  const question = `<h1>在电脑上登录 ${host}？<br>Log in to ${host} on a computer?</h1>
    <p>电脑屏幕上的数字应为 · The computer must show the number <strong id="number">${scan.number}</strong></p>
    <p>只有你自己正在电脑上打开 ${PUBLIC_URL} 时才可以继续。如果二维码是别人发给你的，请关闭本页。<br>
    Go on only if you have opened ${PUBLIC_URL} on a computer yourself. If somebody has sent you this code, close this page.</p>`;
  if (!req.user) {
    return page(res, host, `${question}<a href="/auth/wechat?scan=${req.params.id}">继续 · Go on</a>`);
  }
  page(
    res,
    host,
    `${question}<form method="post">
       <button name="answer" value="yes">确认登录 · Log in</button>
       <button name="answer" value="no">取消 · Cancel</button>
     </form>`,
  );
});

app.post('/scan/:id', express.urlencoded({ extended: false, limit: '1kb' }), (req, res) => {
  if (!req.user) return res.redirect(303, `/scan/${encodeURIComponent(req.params.id)}`);
  if (req.body?.answer !== 'yes') {
    refuseScan(req.params.id);
    return page(res, '已取消', '<h1>已取消 · Cancelled</h1>');
  }
  if (!approveScan(req.params.id, req.user)) return over(res);
  page(res, '已确认', '<h1>请回到电脑继续 · Go on at the computer</h1>');
});

app.get('/auth/wechat', (req, res, next) => {
  passport.authenticate('wechat', { state: { scan: String(req.query.scan) } })(req, res, next);
});

app.get('/auth/wechat/callback', (req, res, next) => {
  passport.authenticate('wechat', (error, user, info) => {
    if (error) return next(error);
    // WeChat has been seen to call twice: the second call fails, and finds the person logged in.
    if (!user) return req.user ? res.redirect('/') : over(res);
    req.logIn(user, (failed) => {
      if (failed) return next(failed);
      res.redirect(`/scan/${encodeURIComponent(info.state?.scan ?? '')}`);
    });
  })(req, res, next);
});

function over(res) {
  res.status(410);
  page(
    res,
    '二维码已失效',
    '<h1>二维码已失效，请在电脑上刷新 · This code is over: reload the page on the computer</h1>',
  );
}

function page(res, title, body) {
  const viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">';
  res.send(
    `<!doctype html><html lang="zh-CN"><meta charset="utf-8">${viewport}<title>${title}</title>${body}</html>`,
  );
}

function escape(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const server = app.listen(Number(PORT), () => {
  console.log(`open ${PUBLIC_URL} (port ${server.address().port})`);
});
