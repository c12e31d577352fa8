const { WeChatStrategy } = require('passport-wechat-oauth2');

const { WECHAT_APP_ID, WECHAT_APP_SECRET, EMULATOR_URL } = process.env;

module.exports = (app) => {
  const strategy = new WeChatStrategy(
    {
      clientID: WECHAT_APP_ID,
      clientSecret: WECHAT_APP_SECRET,
      passReqToCallback: true,
      proxy: app.config.proxy, // egg-passport hands on Node's request, which knows nothing of a proxy
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    },
    (req, accessToken, refreshToken, params, profile, done) => app.passport.doVerify(req, profile, done),
  );
  app.passport.use(strategy);
  // Find or create your own user here.
  app.passport.verify(async (ctx, profile) => ({ id: profile.id, name: profile.displayName }));
};
