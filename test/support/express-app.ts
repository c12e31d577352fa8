import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy, type WeChatAuthenticateOptions, type WeChatProfile } from 'passport-wechat-oauth2';

/** A verify function that takes the profile as the user. */
export const profileAsUser = (_a: string, _r: string | undefined, profile: WeChatProfile): Promise<object> =>
  Promise.resolve(profile);

interface AppOptions {
  authenticate?: WeChatAuthenticateOptions;
  sessions?: boolean;
  /** Default: a new MemoryStore. */
  sessionStore?: session.Store;
  byInstance?: boolean;
}

/** An Express app with one strategy. */
export interface TestApp {
  app: Express;
  /** What its error handler received. */
  errors: unknown[];
}

/** An Express app with one strategy: `/auth/wechat`, `/auth/wechat/callback` (responds with the user), `/me`. */
export function appWith(strategy: WeChatStrategy, options: AppOptions = {}): TestApp {
  const { authenticate = {}, sessions = true, sessionStore, byInstance = false } = options;
  const app = express();
  const errors: unknown[] = [];
  const auth = new passport.Passport();
  auth.serializeUser((user, done) => {
    done(null, user);
  });
  auth.deserializeUser((user, done) => {
    done(null, user as Express.User);
  });
  auth.use('wechat', strategy);
  app.use(express.json(), express.urlencoded({ extended: false }));
  if (sessions) {
    const store = sessionStore ?? new session.MemoryStore();
    app.use(session({ secret: 'test', resave: false, saveUninitialized: false, store }), auth.session());
  }
  const handler = auth.authenticate(byInstance ? strategy : 'wechat', {
    failureMessage: sessions,
    ...authenticate,
  } as WeChatAuthenticateOptions);
  app.all('/auth/wechat', handler, (req: Request, res) => {
    res.json(req.user);
  });
  app.all('/auth/wechat/callback', handler, (req: Request, res) => {
    res.json({ user: req.user, info: req.authInfo });
  });
  app.get('/me', (req: Request, res) => {
    res.json({ user: req.user ?? null, messages: (req.session as { messages?: string[] }).messages });
  });
  app.use(((error, _req, res, _next) => {
    errors.push(error);
    res.status(500).json({ error: (error as Error).name });
  }) as ErrorRequestHandler);
  return { app, errors };
}
