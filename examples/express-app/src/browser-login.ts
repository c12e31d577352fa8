import { Router, type RequestHandler } from 'express';
import passport from 'passport';
import type { WeChatAuthenticateOptions } from 'passport-wechat-oauth2';
import { renderFailure } from './pages.js';
import { OtherWeChatError } from './people.js';
import { localPath } from './return-to.js';
import { textFor, type Failure } from './text.js';

/** What the strategy says beside the person: the state that was given to it, or why there is no person. */
interface Info {
  state?: { returnTo?: unknown };
  reason: Failure;
}

/** The routes by which a browser logs in, links a WeChat, and logs out. */
export function browserLogin(): Router {
  const router = Router();

  router.get('/auth/wechat', (req, res, next) => {
    const options: WeChatAuthenticateOptions = {
      lang: textFor(req).wechatLang,
      // Comes back as info.state. In the session it would be lost, because passport starts a new one at login.
      state: { returnTo: localPath(req.query['returnTo']) },
    };
    passport.authenticate('wechat', options)(req, res, next);
  });

  router.get('/auth/wechat/callback', (req, res, next) => {
    passport.authenticate(
      'wechat',
      (error: unknown, person: Express.User | false, info: Info, status?: number) => {
        if (error) return next(error);
        if (!person) {
          // The back button, or WeChat's browser calling twice: the login has succeeded already.
          if (req.isAuthenticated()) return res.redirect('/');
          return renderFailure(req, res, info.reason, status ?? 401);
        }
        // Starts a new session, so that nobody can have planted this one, and saves it before the visitor goes on.
        req.logIn(person, (failed) => {
          if (failed) return next(failed);
          // The address with the code leaves the address bar and the history.
          res.redirect(localPath(info.state?.returnTo));
        });
      },
    )(req, res, next);
  });

  router.get('/auth/wechat/link', requireLogIn, (req, res, next) => {
    const options: WeChatAuthenticateOptions = { lang: textFor(req).wechatLang };
    passport.authorize('wechat-link', options)(req, res, next);
  });

  router.get('/auth/wechat/link/callback', requireLogIn, (req, res, next) => {
    passport.authorize(
      'wechat-link',
      (error: unknown, person: Express.User | false, info: Info, status?: number) => {
        if (error instanceof OtherWeChatError) return renderFailure(req, res, 'otherWeChat', 409);
        if (error) return next(error);
        if (!person) return renderFailure(req, res, info.reason, status ?? 401);
        res.redirect('/account?linked');
      },
    )(req, res, next);
  });

  router.post('/logout', (req, res, next) => {
    req.logout((failed) => (failed ? next(failed) : res.redirect(303, '/login')));
  });

  return router;
}

/** Sends visitors to the login page, and back here afterwards. */
export const requireLogIn: RequestHandler = (req, res, next) => {
  if (req.isAuthenticated()) next();
  else res.redirect(`/login?returnTo=${encodeURIComponent(req.originalUrl)}`);
};
