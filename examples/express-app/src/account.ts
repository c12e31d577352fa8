import { Router, urlencoded } from 'express';
import passport from 'passport';
import { requireLogIn, type Info } from './browser-login.js';
import { logFailedLogin } from './log.js';
import { render, renderFailure } from './pages.js';
import {
  GuestError,
  LastWeChatError,
  mayUnlink,
  NoSuchPersonError,
  OtherWeChatError,
  WouldJoinError,
  type Linked,
  type People,
} from './people.js';
import type { Profile } from './people-tables.js';
import { textFor } from './text.js';

declare module 'express-session' {
  interface SessionData {
    /** A link that waits for the visitor's word, since it would join two people. */
    join?: { profile: Profile; other: number; until: number };
  }
}

/** In milliseconds: how long the question whether to join two people stands. */
const TIME_TO_ANSWER = 10 * 60_000;

/** The visitor's account: which WeChats lead to it, linking another one, taking one off, and leaving. */
export function account(people: People): Router {
  const router = Router();
  const form = urlencoded({ extended: false, limit: '4kb' });

  router.get('/account', requireLogIn, async (req, res) => {
    const { id, by } = req.user!;
    const identities = await people.identities(id);
    const owners = identities.filter(({ came_by }) => came_by === 'login');
    const visitor = identities.find(({ appid, openid }) => appid === by.appid && openid === by.openid);
    render(req, res, 'account', {
      identities: identities.map((identity) => ({
        ...identity,
        removable:
          visitor !== undefined &&
          mayUnlink(visitor, identity) &&
          (identity.came_by === 'link' || owners.length > 1),
      })),
      linked: 'linked' in req.query,
      alreadyLinked: 'alreadyLinked' in req.query,
    });
  });

  // A POST of our own page, so that no other site can begin it: on the phone, a link looks like a login.
  router.post('/auth/wechat/link', requireLogIn, (req, res, next) => {
    if (req.user!.isGuest) return renderFailure(req, res, 'guest', 403);
    passport.authorize('wechat-link', { lang: textFor(req).wechatLang })(req, res, next);
  });

  router.get('/auth/wechat/link/callback', (req, res, next) => {
    if (!req.isAuthenticated()) return res.redirect('/login');
    passport.authorize(
      'wechat-link',
      (error: unknown, person: Linked | false, info: Info, status?: number) => {
        if (error instanceof WouldJoinError) {
          const { profile, other } = error;
          req.session.join = { profile, other: other.id, until: Date.now() + TIME_TO_ANSWER };
          return res.redirect('/account/join');
        }
        if (error instanceof OtherWeChatError) return renderFailure(req, res, 'otherWeChat', 409);
        if (error instanceof GuestError) return renderFailure(req, res, 'guest', 403);
        if (error instanceof NoSuchPersonError) return res.redirect('/login');
        if (error) return next(error);
        if (!person) {
          logFailedLogin(info);
          return renderFailure(req, res, info.reason, status ?? 401);
        }
        // WeChat may have shown that two people are one, and the row that stayed may be the other one.
        const to = person.alreadyLinked ? '/account?alreadyLinked' : '/account?linked';
        req.logIn(person, (failed) => (failed ? next(failed) : res.redirect(to)));
      },
    )(req, res, next);
  });

  router.get('/account/join', requireLogIn, async (req, res) => {
    const { join } = req.session;
    const other = join && join.until > Date.now() ? await people.find(join.other) : undefined;
    if (!other) return res.redirect('/account');
    const [mine, theirs] = await Promise.all([req.user!.id, other.id].map((id) => people.identities(id)));
    render(req, res, 'join', { other, mine, theirs });
  });

  router.post('/account/join', requireLogIn, async (req, res, next) => {
    const { join } = req.session;
    delete req.session.join;
    if (!join || join.until <= Date.now()) return renderFailure(req, res, 'state', 403);
    try {
      const person = await people.link(req.user!, join.profile, join.other);
      req.logIn(person, (failed) => (failed ? next(failed) : res.redirect(303, '/account?linked')));
    } catch (error) {
      if (error instanceof OtherWeChatError) return renderFailure(req, res, 'otherWeChat', 409);
      if (error instanceof GuestError) return renderFailure(req, res, 'guest', 403);
      if (error instanceof NoSuchPersonError) return res.redirect(303, '/login');
      // Meanwhile it leads to yet another person: what was agreed to is not what would happen.
      if (error instanceof WouldJoinError) return renderFailure(req, res, 'state', 403);
      throw error;
    }
  });

  router.post('/account/unlink', requireLogIn, form, async (req, res) => {
    const { appid, openid } = req.body as Record<string, unknown>;
    if (typeof appid !== 'string' || typeof openid !== 'string')
      return renderFailure(req, res, 'request', 400);
    try {
      await people.unlink(req.user!, { appid, openid });
      res.redirect(303, '/account');
    } catch (error) {
      if (error instanceof GuestError) return renderFailure(req, res, 'guest', 403);
      if (!(error instanceof LastWeChatError)) throw error;
      renderFailure(req, res, 'lastWeChat', 409);
    }
  });

  router.get('/account/leave', requireLogIn, (req, res) => {
    render(req, res, 'leave');
  });

  router.post('/account/leave', requireLogIn, async (req, res, next) => {
    await people.leave(req.user!);
    req.logout((failed) => (failed ? next(failed) : res.redirect(303, '/login')));
  });

  return router;
}
