// 300 logins at once over TLS, and a WeChat that is silent: what a runtime's own network layer could get wrong. The
// environment names the emulator's key and certificate, and makes the runtime trust the latter.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSilentServer } from 'node:net';
import passport from 'passport';
import { CookieStateStore, WeChatClient, WeChatNetworkError, WeChatStrategy } from 'passport-wechat-oauth2';
import { createEmulator, DEFAULT_APPS, DEFAULT_USERS } from 'wechat-login-emulator';

const LOGINS = 300;
const { TLS_KEY, TLS_CERT } = process.env;
const wechat = createEmulator();
const { origin } = await wechat.listen({ tls: { key: readFileSync(TLS_KEY), cert: readFileSync(TLS_CERT) } });
const [, { appid: clientID, secret: clientSecret }] = DEFAULT_APPS;

passport.use(
  new WeChatStrategy(
    {
      clientID,
      clientSecret,
      platform: 'officialAccount',
      callbackURL: '/callback',
      store: new CookieStateStore({ secret: 'x'.repeat(32) }),
      openOrigin: origin,
      apiOrigin: origin,
      timeout: 60_000,
    },
    async (_accessToken, _refreshToken, profile) => ({ name: profile.displayName }),
  ),
);
const server = createServer((req, res) => {
  req.res = res;
  passport.authenticate('wechat', { session: false })(req, res, (error) => {
    res.end(JSON.stringify(error ? { error: String(error) } : req.user));
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const app = `http://127.0.0.1:${server.address().port}`;

async function logIn({ name, nickname }) {
  const begun = await fetch(app, { redirect: 'manual' });
  const { url } = wechat.phone.open(begun.headers.get('location'), { user: name });
  const cookie = begun.headers.getSetCookie()[0].split(';')[0];
  assert.deepEqual(await (await fetch(url, { headers: { cookie } })).json(), { name: nickname });
}
await Promise.all(Array.from({ length: LOGINS }, (_, i) => logIn(DEFAULT_USERS[i % DEFAULT_USERS.length])));

const silent = createSilentServer(() => undefined).listen(0, '127.0.0.1');
await once(silent, 'listening');
const apiOrigin = `http://127.0.0.1:${silent.address().port}`;
const client = new WeChatClient({ clientID, clientSecret, apiOrigin, timeout: 200 });
await assert.rejects(client.exchangeCode('code'), (error) => {
  assert.ok(error instanceof WeChatNetworkError);
  assert.equal(error.code, 'ETIMEDOUT');
  return true;
});

console.log(`${LOGINS} logged in`);
process.exit();
