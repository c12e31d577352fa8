// For a compiler without esModuleInterop, where a default import of a CommonJS module is an error: also in
// declarations.
import assert = require('node:assert/strict');
import passport = require('passport');
import { WeChatClient, WeChatStrategy, type StateMeta } from 'passport-wechat-oauth2';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';

const [, , { appid, secret }] = DEFAULT_APPS;
const options = { clientID: appid, clientSecret: secret, callbackURL: '/callback' };
const strategy = new WeChatStrategy(options, async (accessToken, refreshToken, profile) => ({
  id: profile.id,
}));
passport.use(strategy);
passport.authenticate('weixin', { state: { returnTo: '/' }, lang: 'en' });

// Inherited members are there; with a base class that is not found, there would be none.
const name: string = strategy.name;
const params: object = strategy.authorizationParams({});
const clientID = (meta: StateMeta): string => meta.clientID;

async function main(): Promise<void> {
  const wechat = createEmulator();
  const { origin } = await wechat.listen();
  const client = new WeChatClient({ clientID: appid, clientSecret: secret, apiOrigin: origin });
  const { openid } = await client.exchangeCode(wechat.phone.sendAuth({ appid }).code);
  assert.match(openid, /^o/);
  await wechat.close();
  assert.deepEqual([name, typeof params, typeof clientID], ['wechat', 'object', 'function']);
  console.log('logged in');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
