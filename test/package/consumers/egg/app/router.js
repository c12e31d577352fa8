module.exports = (app) => {
  app.get('/', (ctx) => {
    ctx.body = { user: ctx.user ?? null };
  });
  app.passport.mount('wechat', {
    loginURL: '/auth/wechat',
    callbackURL: '/auth/wechat/callback',
    successRedirect: '/',
    failureRedirect: '/?login=failed',
  });
};
