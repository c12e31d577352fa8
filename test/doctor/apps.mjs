// One app, chosen by the first argument, with the same pages around each client: /login begins a login, /callback ends
// it, /who says who is logged in. In a process of its own, because some of them end it.
/* global Request */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Auth } from '@auth/core';
import AuthJsWeChat from '@auth/core/providers/wechat';
import { wechat as betterAuthWeChat } from '@better-auth/core/social-providers';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import PassportWeChat from 'passport-wechat';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import PassportWeixin from 'passport-weixin';

const [, , name] = process.argv;
const [website, account] = JSON.parse(process.env.APPS);

const app = express();
const server = createServer(app);
await new Promise((listening) => server.listen(Number(process.env.PORT), '127.0.0.1', listening));
const origin = `http://127.0.0.1:${server.address().port}`;
const callbackURL = `${origin}/callback`;

app.use(
  session({ secret: 'only for tests', resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
);
app.get('/failed', (_req, res) => res.status(401).send('<p>The login did not work.</p>'));

function passportApp(strategy, options = () => ({ state: randomUUID() })) {
  passport.use('wechat', strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user));
  app.use(passport.initialize(), passport.session());
  const targets = { successRedirect: '/who', failureRedirect: '/failed' };
  app.get('/login', (req, res, next) =>
    passport.authenticate('wechat', { ...options(), ...targets })(req, res, next),
  );
  app.get('/callback', (req, res, next) =>
    passport.authenticate('wechat', { ...options(), ...targets })(req, res, next),
  );
  app.get('/who', (req, res) => res.json({ user: req.user ?? null }));
}

const passportWeChat = (app, options) =>
  new PassportWeChat(
    { appID: app.appid, appSecret: app.secret, callbackURL, ...options },
    (_access, _refresh, { openid, unionid, nickname }, _expires, done) =>
      done(null, { id: unionid ?? openid, nickname }),
  );
const passportWeixin = (options) =>
  new PassportWeixin(
    { clientID: website.appid, clientSecret: website.secret, callbackURL, ...options },
    (_access, _refresh, { id, displayName }, done) => done(null, { id, nickname: displayName }),
  );

/** Auth.js whole: its own pages, cookies and routes under /auth. */
function authJs({ appid, secret }, platformType) {
  const config = {
    basePath: '/auth',
    secret: 'only for tests',
    trustHost: true,
    logger: { error() {}, warn() {} },
    providers: [AuthJsWeChat({ clientId: appid, clientSecret: secret, platformType })],
  };
  app.use('/auth', express.text({ type: () => true }), async (req, res) => {
    const { method, headers, body, originalUrl } = req;
    const request = new Request(origin + originalUrl, { method, headers, ...(body && { body }) });
    const response = await Auth(request, config);
    res.status(response.status).setHeaders(response.headers);
    res.send(await response.text());
  });
  app.get('/login', (_req, res) => res.redirect('/auth/signin'));
  app.get('/who', (_req, res) => res.redirect('/auth/session'));
  app.get('/', (_req, res) => res.send('<p>Welcome.</p>'));
}

/** Of better-auth its provider alone: sessions and state are this app's. */
function betterAuth() {
  const provider = betterAuthWeChat({ clientId: website.appid, clientSecret: website.secret });
  app.get('/login', (req, res) => {
    const state = randomUUID();
    req.session.states = [...(req.session.states ?? []), state];
    res.redirect(String(provider.createAuthorizationURL({ state, redirectURI: callbackURL })));
  });
  app.get('/callback', async (req, res) => {
    const { code, state } = req.query;
    if (typeof code !== 'string' || !req.session.states?.includes(state)) return res.redirect('/failed');
    const tokens = await provider.validateAuthorizationCode({ code });
    const info = await provider.getUserInfo(tokens);
    if (!info) return res.redirect('/failed');
    req.session.user = { id: info.user.id, nickname: info.user.name };
    res.redirect('/who');
  });
  app.get('/who', (req, res) => res.json({ user: req.session.user ?? null }));
}

const APPS = {
  'passport-wechat-oauth2': () =>
    passportApp(
      new WeChatStrategy(
        { clientID: website.appid, clientSecret: website.secret, callbackURL },
        async (_access, _refresh, { id, displayName }) => ({ id, nickname: displayName }),
      ),
      () => ({}),
    ),
  'passport-wechat': () => passportApp(passportWeChat(website, { client: 'web', scope: 'snsapi_login' })),
  'passport-wechat without options': () =>
    passportApp(passportWeChat(website, { client: 'web' }), () => ({})),
  'passport-wechat inside WeChat': () => passportApp(passportWeChat(account)),
  'passport-weixin': () => passportApp(passportWeixin()),
  'passport-weixin with state: true': () =>
    passportApp(passportWeixin({ state: true, requireState: false }), () => ({})),
  'Auth.js': () => authJs(website, 'WebsiteApp'),
  'Auth.js inside WeChat': () => authJs(account, 'OfficialAccount'),
  'better-auth': betterAuth,
};
APPS[name]();

process.on('disconnect', () => process.exit());
process.send(origin);
