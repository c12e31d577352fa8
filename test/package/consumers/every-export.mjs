// Every export of both packages by its name, the default one, and a whole login through them. What bundlers and other
// runtimes are tried with: an export that they lose is undefined here.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import passport from 'passport';
import DefaultStrategy, {
  CookieStateStore,
  isWeChatBrowser,
  leaveFrame,
  SessionStateStore,
  Strategy,
  WeChatAPIError,
  WeChatClient,
  WeChatError,
  WeChatNetworkError,
  WeChatResponseError,
  WeChatStrategy,
} from 'passport-wechat-oauth2';
import { createEmulator, DEFAULT_APPS, DEFAULT_USERS, selfSignedCertificate } from 'wechat-login-emulator';

assert.equal(DefaultStrategy, WeChatStrategy);
assert.equal(Strategy, WeChatStrategy);
for (const kind of [WeChatAPIError, WeChatNetworkError, WeChatResponseError]) {
  assert.ok(kind.prototype instanceof WeChatError);
}
assert.equal(isWeChatBrowser('MicroMessenger/8.0.49'), true);
assert.equal(typeof leaveFrame, 'function');
assert.equal(typeof new SessionStateStore().store, 'function');
assert.equal(typeof selfSignedCertificate, 'function');

async function main() {
  const wechat = createEmulator();
  const { origin } = await wechat.listen();
  const [, account] = DEFAULT_APPS;
  const [person] = DEFAULT_USERS;
  const app = { clientID: account.appid, clientSecret: account.secret };

  passport.use(
    new WeChatStrategy(
      {
        ...app,
        platform: 'officialAccount',
        callbackURL: '/callback',
        store: new CookieStateStore({ secret: 'x'.repeat(32) }),
        openOrigin: origin,
        apiOrigin: origin,
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

  const begun = await fetch(`http://127.0.0.1:${server.address().port}/`, { redirect: 'manual' });
  const { url } = wechat.phone.open(begun.headers.get('location'), { user: person.name });
  const cookie = begun.headers.getSetCookie()[0].split(';')[0];
  assert.deepEqual(await (await fetch(url, { headers: { cookie } })).json(), { name: person.nickname });
  server.close();
  server.closeAllConnections();

  const client = new WeChatClient({ ...app, apiOrigin: origin });
  await assert.rejects(client.exchangeCode('wrong'), WeChatAPIError);
  await wechat.close();
  await assert.rejects(client.exchangeCode('wrong'), WeChatNetworkError);
  console.log('logged in');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
