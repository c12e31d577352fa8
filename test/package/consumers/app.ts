import assert from 'node:assert/strict';
import passport from 'passport';
import DefaultStrategy, {
  CookieStateStore,
  Strategy,
  WeChatAPIError,
  WeChatClient,
  WeChatNetworkError,
  WeChatStrategy,
  type WeChatProfile,
} from 'passport-wechat-oauth2';
import { createEmulator, DEFAULT_APPS, type EmulatorOptions } from 'wechat-login-emulator';

const [, , mobileApp] = DEFAULT_APPS;
const { appid, secret } = mobileApp;
const options = { clientID: appid, clientSecret: secret, callbackURL: '/callback' };

passport.use(
  new WeChatStrategy(
    { ...options, store: new CookieStateStore({ secret: 'x'.repeat(32) }) },
    async (accessToken, refreshToken, profile) => ({ id: profile.id, length: accessToken.length }),
  ),
);
passport.use(
  'other',
  new Strategy(
    { ...options, passReqToCallback: true },
    (req, accessToken, refreshToken, params, profile, done) => {
      const openid: string = params.openid;
      const known: WeChatProfile = profile;
      done(null, { id: known.id, openid, agent: req.headers['user-agent'] });
    },
  ),
);
passport.authenticate('weixin', { state: { returnTo: '/' }, lang: 'en' });
// @ts-expect-error An option that is misspelt is found, so these are not all `any`.
new DefaultStrategy({ ...options, callbackUrl: '/' }, async () => false);

async function main(): Promise<void> {
  const settings: EmulatorOptions = { pollHold: 50 };
  const wechat = createEmulator(settings);
  const { origin } = await wechat.listen();
  const client = new WeChatClient({ clientID: appid, clientSecret: secret, apiOrigin: origin });
  const { code } = wechat.phone.sendAuth({ appid });
  const reply = await client.exchangeCode(code);
  const user = await client.userInfo(reply.access_token, reply.openid);
  assert.equal(user.nickname, '阿梅🌸');
  try {
    await client.exchangeCode(code);
    assert.fail('A code can be used once.');
  } catch (error) {
    assert.ok(error instanceof WeChatAPIError && error.kind === 'code');
    assert.ok(!(error instanceof WeChatNetworkError));
  }
  await wechat.close();
  assert.equal(DefaultStrategy, WeChatStrategy);
  console.log('logged in');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
