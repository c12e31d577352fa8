import { json, Router, type RequestHandler } from 'express';
import passport from 'passport';
import type { WeChatApps } from './config.js';
import { logFailedLogin, type Failed } from './log.js';

/**
 * The routes by which a native app and a mini program log in. WeChat gives its code to the app on the phone, which
 * posts it here as `{"code": "..."}`; nothing is redirected. The answer is JSON, and carries the session's cookie.
 *
 * A mini program keeps no cookies: it stores the one of this answer and sends it with each wx.request.
 */
export function appLogin(apps: WeChatApps): Router {
  const router = Router();
  if (apps.mobileApp) router.post('/auth/wechat/app', json({ limit: '4kb' }), logInWith('wechat-app'));
  if (apps.miniProgram) router.post('/auth/wechat/mini', json({ limit: '4kb' }), logInWith('wechat-mini'));
  return router;
}

function logInWith(strategy: 'wechat-app' | 'wechat-mini'): RequestHandler {
  return (req, res, next) => {
    passport.authenticate(
      strategy,
      (error: unknown, person: Express.User | false, refusal: Failed, status?: number) => {
        if (error) return next(error);
        if (!person) {
          logFailedLogin(refusal);
          return res.status(status ?? 401).json({ error: refusal.reason, message: refusal.message });
        }
        req.logIn(person, (failed) => {
          if (failed) return next(failed);
          // Only what the app shows. The session_key of a mini program, above all, stays on the server.
          const { id, nickname, avatar } = person;
          res.json({ person: { id, nickname, avatar } });
        });
      },
    )(req, res, next);
  };
}
