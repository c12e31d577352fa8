import passport from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import type { Config } from './config.js';
import type { Login, People, Visitor } from './people.js';
import type { WeChat } from './which-wechat.js';

declare global {
  // What passport calls a user is a visitor of ours.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type
    interface User extends Visitor {}
  }
}

/**
 * Sets passport up: a strategy for each way to log in, and who is in a session.
 *
 * @returns the strategy for browsers, which also knows how to embed its QR code
 */
export function useWeChat(config: Config, wechat: WeChat, people: People): WeChatStrategy {
  const { website, officialAccount, mobileApp, miniProgram } = wechat.apps;
  const { origins } = wechat;

  // On a desktop the website's QR code; for those who come from inside WeChat, a tap, with the service account. One of
  // the two alone will do: the service account's, or a test account's (测试号), then serves inside WeChat only.
  const browser = website
    ? { ...website, ...(officialAccount && { officialAccount }), ...origins }
    : { ...officialAccount!, platform: 'officialAccount' as const, ...origins };

  const strategy = new WeChatStrategy(
    { ...browser, callbackURL: `${config.publicUrl}/auth/wechat/callback` },
    async (_token, _refresh, profile) => people.logIn(profile),
  );
  passport.use(strategy);

  // Adds a WeChat to the person who is logged in. A name of its own keeps its logins apart from the ones above.
  passport.use(
    new WeChatStrategy(
      {
        ...browser,
        name: 'wechat-link',
        callbackURL: `${config.publicUrl}/auth/wechat/link/callback`,
        passReqToCallback: true,
      },
      // The route lets in only those who are logged in.
      async (req, _token, _refresh, profile) => people.link(req.user!, profile),
    ),
  );

  if (mobileApp) {
    passport.use(
      new WeChatStrategy(
        { ...mobileApp, ...origins, name: 'wechat-app', platform: 'mobileApp' },
        async (_token, _refresh, profile) => people.logIn(profile),
      ),
    );
  }

  if (miniProgram) {
    passport.use(
      new WeChatStrategy(
        { ...miniProgram, ...origins, name: 'wechat-mini', platform: 'miniProgram' },
        async (_token, _refresh, profile) => people.logIn(profile),
      ),
    );
  }

  // With the WeChat that has logged in: by the person alone, a guest could not be told from the owner.
  passport.serializeUser<Login>(({ id, by }, done) => done(null, { id, by }));
  // A person who was merged into another one, or deleted, is simply not logged in any more, nor is a WeChat taken off.
  passport.deserializeUser<Login>((login, done) => {
    people.visitor(login).then((visitor) => done(null, visitor ?? false), done);
  });

  return strategy;
}
