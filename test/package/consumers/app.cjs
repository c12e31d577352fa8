const assert = require('node:assert/strict');
const { WeChatClient, WeChatStrategy, Strategy } = require('passport-wechat-oauth2');
const passport = require('passport');
const { createEmulator, DEFAULT_APPS } = require('wechat-login-emulator');

async function main() {
  const [, , { appid, secret }] = DEFAULT_APPS;
  const wechat = createEmulator();
  const { origin } = await wechat.listen();
  const client = new WeChatClient({ clientID: appid, clientSecret: secret, apiOrigin: origin });
  const { code } = wechat.phone.sendAuth({ appid });
  const { openid, access_token: accessToken } = await client.exchangeCode(code);
  assert.equal((await client.userInfo(accessToken, openid)).nickname, '阿梅🌸');
  await wechat.close();

  assert.equal(Strategy, WeChatStrategy);
  passport.use(
    new Strategy(
      { clientID: appid, clientSecret: secret, callbackURL: '/callback' },
      async (_accessToken, _refreshToken, profile) => profile,
    ),
  );
  console.log('logged in');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
