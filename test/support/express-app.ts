import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy, type WeChatAuthenticateOptions, type WeChatProfile } from 'passport-wechat-oauth2';

/** The user that most tests make of a profile. */
export const profileAsUser = (_a: string, _r: string | undefined, profile: WeChatProfile): Promise<object> =>
  Promise.resolve(profile);

interface AppOptions {
  authenticate?: WeChatAuthenticateOptions;
  sessions?: boolean;
  /** Where sessions are kept; default: in memory. */
  sessionStore?: session.Store;
  byInstance?: boolean;
}

/** The last error that Express's error handler of `appWith` saw. */
export interface TestApp {
  app: Express;
  errors: unknown[];
}

/** An Express app with one strategy: `/auth/wechat`, `/auth/wechat/callback` (its answer is the user), `/me`. */
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
