// One small app for each client, all in one process: GET /NAME begins a login, GET /NAME/callback ends it.
/* global Request */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { Auth } from '@auth/core';
import AuthJsWeChat from '@auth/core/providers/wechat';
import { wechat as betterAuthWeChat } from '@better-auth/core/social-providers';
import CoWeChatOAuth from 'co-wechat-oauth';
import express from 'express';
import passport from 'passport';
import PassportWeChat from 'passport-wechat';
import PassportWeixin from 'passport-weixin';
import WeChatOAuth from 'wechat-oauth';

const [website, account, miniProgram] = JSON.parse(process.env.APPS);
const STATE = 'state-of-the-app';

const app = express();
const server = createServer(app).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;

function passportApp(name, makeStrategy) {
  const auth = new passport.Passport();
  auth.use(name, makeStrategy(`${origin}/${name}/callback`));
  const authenticate = auth.authenticate(name, { session: false, state: STATE });
  app.use(`/${name}`, auth.initialize());
  app.get([`/${name}`, `/${name}/callback`], authenticate, (req, res) => res.json(req.user));
}

function plainApp(name, begin, end) {
  app.get(`/${name}`, (_req, res) => res.redirect(String(begin(`${origin}/${name}/callback`))));
  app.get(`/${name}/callback`, async (req, res) => res.json(await end(req.query.code)));
}

const passportWeChat = (options) => (callbackURL) =>
  new PassportWeChat({ callbackURL, ...options }, (_access, _refresh, profile, _expires, done) =>
    done(null, profile),
  );
const keys = ({ appid, secret }) => ({ appID: appid, appSecret: secret });
passportApp('passport-wechat', passportWeChat({ ...keys(website), client: 'web', scope: 'snsapi_login' }));
passportApp('passport-wechat-default-scope', passportWeChat({ ...keys(website), client: 'web' }));
passportApp('passport-wechat-account', passportWeChat(keys(account)));
passportApp('passport-wechat-base', passportWeChat({ ...keys(account), scope: 'snsapi_base' }));

passportApp(
  'passport-weixin',
  (callbackURL) =>
    new PassportWeixin(
      { clientID: website.appid, clientSecret: website.secret, callbackURL },
      (_access, _refresh, profile, done) => done(null, profile),
    ),
);

// wechat-oauth takes callbacks where co-wechat-oauth gives promises; their methods are the same.
function oauth(Client, { appid, secret }, wrap = (method) => method) {
  const client = new Client(appid, secret);
  const call = (name, ...args) => wrap(client[name].bind(client))(...args);
  return {
    client,
    async end(code) {
      const { data } = await call('getAccessToken', code);
      const user = await call('getUser', data.openid);
      const refreshed = await call('refreshAccessToken', data.refresh_token);
      const verified = await call('verifyToken', data.openid, refreshed.data.access_token);
      return { ...user, verified };
    },
  };
}

for (const [name, Client, wrap] of [
  ['wechat-oauth', WeChatOAuth, promisify],
  ['co-wechat-oauth', CoWeChatOAuth],
]) {
  const site = oauth(Client, website, wrap);
  plainApp(name, (callback) => site.client.getAuthorizeURLForWebsite(callback, STATE), site.end);
  const inside = oauth(Client, account, wrap);
  const authorize = (callback) => inside.client.getAuthorizeURL(callback, STATE, 'snsapi_userinfo');
  plainApp(`${name}-account`, authorize, inside.end);
}

const miniProgramClient = new WeChatOAuth(miniProgram.appid, miniProgram.secret, null, null, true);
app.get('/wechat-oauth-mini-program', async (req, res) => {
  const getSessionKey = promisify(miniProgramClient.getSessionKey.bind(miniProgramClient));
  const { data } = await getSessionKey(req.query.code);
  res.json({ openid: data.openid, unionid: data.unionid });
});

const betterAuth = betterAuthWeChat({ clientId: website.appid, clientSecret: website.secret });
plainApp(
  'better-auth',
  (redirectURI) => betterAuth.createAuthorizationURL({ state: STATE, redirectURI }),
  async (code) => {
    const tokens = await betterAuth.validateAuthorizationCode({ code });
    const { user, data } = await betterAuth.getUserInfo(tokens);
    await betterAuth.refreshAccessToken(tokens.refreshToken);
    return { ...user, subject: betterAuth.accountSubject({ profile: data }) };
  },
);

/** Auth.js whole: its own pages, cookies and routes under /NAME. */
function authJsApp(name, { appid, secret }, platformType) {
  const config = {
    basePath: `/${name}`,
    secret: 'only for tests',
    trustHost: true,
    providers: [AuthJsWeChat({ clientId: appid, clientSecret: secret, platformType })],
  };
  app.use(`/${name}`, express.text({ type: () => true }), async (req, res) => {
    const { method, headers, body, originalUrl } = req;
    const request = new Request(origin + originalUrl, { method, headers, ...(body && { body }) });
    const response = await Auth(request, config);
    res.status(response.status).setHeaders(response.headers);
    res.send(await response.text());
  });
}
authJsApp('authjs', website, 'WebsiteApp');
authJsApp('authjs-account', account, 'OfficialAccount');

process.on('disconnect', () => process.exit());
process.send(origin);
