import { createHash, randomBytes } from 'node:crypto';
import express from 'express';
import passport from 'passport';
import { CookieStateStore, WeChatStrategy, type WeChatFailure } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  API_URL = `http://localhost:${PORT}`,
  SPA_URL = 'http://localhost:5173',
  STATE_SECRET = randomBytes(32).toString('hex'), // in production, set one that stays the same
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  EMULATOR_URL,
} = process.env;

passport.use(
  new WeChatStrategy(
    {
      clientID: WECHAT_APP_ID,
      clientSecret: WECHAT_APP_SECRET,
      callbackURL: `${API_URL}/auth/wechat/callback`,
      store: new CookieStateStore({ secret: STATE_SECRET }),
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    // Find or create your own user here.
    async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
  ),
);

// What waits to be picked up, for one minute. With several processes, keep it in Redis.
const handovers = new Map<string, { user: Express.User; challenge: string }>();
// The tokens of the API. Sign them instead (JWT), or store them in your database with an expiry.
const tokens = new Map<string, Express.User>();
const random = () => randomBytes(32).toString('base64url');

const app = express();

app.get('/auth/wechat', (req, res, next) => {
  const challenge = String(req.query['challenge']);
  if (!/^[0-9a-f]{64}$/.test(challenge)) return res.redirect(`${SPA_URL}/login?failed=challenge`);
  passport.authenticate('wechat', { session: false, state: { challenge } })(req, res, next);
});

app.get('/auth/wechat/callback', (req, res, next) => {
  type Info = WeChatFailure & { state?: { challenge?: string } };
  const finish = (error: unknown, user: Express.User | false, info: Info) => {
    if (error) return next(error);
    if (!user) return res.redirect(`${SPA_URL}/login?failed=${info.reason}`);
    const challenge = info.state?.challenge;
    if (challenge === undefined) return res.redirect(`${SPA_URL}/login?failed=challenge`);
    const code = random();
    handovers.set(code, { user, challenge });
    setTimeout(() => handovers.delete(code), 60_000).unref();
    res.redirect(`${SPA_URL}/login?code=${code}`);
  };
  passport.authenticate('wechat', { session: false }, finish)(req, res, next);
});

// CORS, for what the SPA fetches. The two routes above are links.
app.use((req, res, next) => {
  res.set('Access-Control-Allow-Origin', SPA_URL);
  res.set('Access-Control-Allow-Headers', 'Authorization, Content-Type');
  if (req.method === 'OPTIONS') res.sendStatus(204);
  else next();
});

app.post('/auth/token', express.json(), (req, res) => {
  const { code, verifier } = req.body as { code?: unknown; verifier?: unknown };
  const handover = handovers.get(String(code));
  handovers.delete(String(code));
  const challenge = createHash('sha256').update(String(verifier)).digest('hex');
  if (handover?.challenge !== challenge) return res.status(400).json({ error: 'Log in again.' });
  const token = random();
  tokens.set(token, handover.user);
  res.json({ token });
});

app.get('/me', (req, res) => {
  const user = tokens.get(req.get('Authorization')?.replace(/^Bearer /, '') ?? '');
  res.status(user ? 200 : 401).json({ user: user ?? null });
});

app.listen(Number(PORT), (error) => {
  if (error) throw error;
  console.log(`Open ${API_URL}`);
});
