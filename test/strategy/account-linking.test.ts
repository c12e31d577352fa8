import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { profileAsUser } from '../support/express-app.js';
import { approve, beginLogin, browser } from '../support/login.js';

const { wechat, origin } = startEmulator();

describe('passport.authorize', () => {
  it('links a WeChat account to the logged-in user, who stays logged in', async () => {
    const auth = new passport.Passport();
    auth.serializeUser((user, done) => {
      done(null, user);
    });
    auth.deserializeUser((user: Express.User, done) => {
      done(null, user);
    });
    auth.use(new WeChatStrategy({ ...websiteOptions(origin()), name: 'link' }, profileAsUser));
    const app = express();
    app.use(session({ secret: 'test', resave: false, saveUninitialized: false }), auth.session());
    app.get('/log-in-by-password', (req, res, next) => {
      req.logIn({ name: 'somebody' }, (error) => {
        if (error) next(error);
        else res.end();
      });
    });
    app.get(['/link', '/auth/wechat/callback'], auth.authorize('link'), (req, res) => {
      res.json({ user: req.user, account: (req as { account?: object }).account });
    });

    const visitor = browser(app);
    await visitor.get('/log-in-by-password').expect(200);
    const { body } = await visitor.get(await approve(wechat, await beginLogin(visitor, '/link')));
    expect(body.user).toEqual({ name: 'somebody' });
    expect(body.account).toMatchObject({ provider: 'wechat', openid: expect.any(String) });
  });
});
