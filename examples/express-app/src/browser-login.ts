import { readFileSync } from 'node:fs';
import { Router, type RequestHandler } from 'express';
import passport from 'passport';
import {
  isWeChatBrowser,
  leaveFrame,
  type WeChatAuthenticateOptions,
  type WeChatStrategy,
} from 'passport-wechat-oauth2';
import type { Failure } from './failures.js';
import { logFailedLogin, type Failed } from './log.js';
import { render, renderFailure } from './pages.js';
import { localPath } from './return-to.js';
import { textFor } from './text.js';
import type { WeChat } from './which-wechat.js';

/** What the strategy says beside the person: the state that was given to it, or why there is no person. */
export interface Info extends Failed {
  state?: { returnTo?: unknown };
  reason: Failure;
}

/** How WeChat's page in the frame looks, in the form that it takes. */
const QR_STYLE = `data:text/css;base64,${readFileSync(`${import.meta.dirname}/../public/wechat-qr.css`, 'base64')}`;

/** What the session keeps of the login that it came from. */
interface Finished {
  finishedState?: unknown;
}

/** The routes by which a browser logs in and out. */
export function browserLogin(wechat: WeChat, strategy: WeChatStrategy): Router {
  const router = Router();

  // The QR code in our own page, through WeChat's wxLogin.js.
  router.get('/login', async (req, res) => {
    const returnTo = localPath(req.query['returnTo']);
    if (req.isAuthenticated()) return res.redirect(returnTo);
    const options: WeChatAuthenticateOptions = {
      lang: textFor(req).wechatLang,
      state: { returnTo },
      // The frame comes back here, rather than that it moves the window around it, which browsers do not always allow.
      self_redirect: true,
      href: QR_STYLE,
    };
    // Inside WeChat there is no second phone to scan with, and none is needed.
    const inWeChat = wechat.apps.officialAccount && isWeChatBrowser(req.get('user-agent'));
    // A service account alone has no QR code: WeChat's page would say no more than to come from inside WeChat.
    const onlyInWeChat = !inWeChat && !wechat.apps.website;
    // Nor does one help on a phone: it is on the phone's own screen, and WeChat's page can't open WeChat.
    const onPhone = !inWeChat && /Mobile|Android/.test(req.get('user-agent') ?? '');
    render(req, res, 'login', {
      inWeChat,
      onlyInWeChat,
      onPhone,
      linkForWeChat: wechat.apps.officialAccount && `${req.protocol}://${req.host}${req.originalUrl}`,
      fullPage: returnTo === '/' ? '/auth/wechat' : `/auth/wechat?returnTo=${encodeURIComponent(returnTo)}`,
      embedded: inWeChat || onlyInWeChat || onPhone ? undefined : await strategy.embed(req, options),
      scriptOrigin: wechat.scriptOrigin,
    });
  });

  router.get('/auth/wechat', (req, res, next) => {
    const options: WeChatAuthenticateOptions = {
      lang: textFor(req).wechatLang,
      // Comes back as info.state. In the session it would be lost, because passport starts a new one at login.
      state: { returnTo: localPath(req.query['returnTo']) },
    };
    passport.authenticate('wechat', options)(req, res, next);
  });

  // From the frame with the QR code the visitor's cookies do not come along; leaveFrame() fetches them.
  router.get('/auth/wechat/callback', leaveFrame(), (req, res, next) => {
    const session = req.session as Finished;
    passport.authenticate(
      'wechat',
      (error: unknown, person: Express.User | false, info: Info, status?: number) => {
        if (error) return next(error);
        if (!person) {
          if (req.isAuthenticated()) {
            // The back button, or WeChat's browser calling twice: this login has succeeded already.
            if (session.finishedState === req.query['state']) return res.redirect('/');
            // Another tab's, and perhaps somebody else's.
            return render(req, res, 'already');
          }
          logFailedLogin(info);
          return renderFailure(req, res, info.reason, status ?? 401);
        }
        // Starts a new session, so that nobody can have planted this one, and saves it before the visitor goes on.
        req.logIn(person, (failed) => {
          if (failed) return next(failed);
          (req.session as Finished).finishedState = req.query['state'];
          // The address with the code leaves the address bar and the history.
          res.redirect(localPath(info.state?.returnTo));
        });
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
  if (req.isAuthenticated()) return next();
  // What was posted is no page to come back to.
  const isPage = req.method === 'GET' && req.originalUrl !== '/';
  res.redirect(isPage ? `/login?returnTo=${encodeURIComponent(req.originalUrl)}` : '/login');
};
