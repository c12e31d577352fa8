import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import session from 'express-session';
import { Passport } from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import { optionsOf, serve } from './serve.js';

type NodeRequest = IncomingMessage & { user?: object; res?: ServerResponse };
type NodeHandler = (req: NodeRequest, res: ServerResponse, next: (error?: unknown) => void) => void;

serve(async (setup) => {
  const passport = new Passport();
  // There is no `trust proxy` here; the strategy has to be told.
  const options = { ...optionsOf(setup), proxy: setup.trustProxy };
  passport.use(new WeChatStrategy(options, async (_a, _r, profile) => ({ id: profile.id })));
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const sessions: NodeHandler[] = setup.session
    ? [
        session({ secret: 'test', resave: false, saveUninitialized: false }) as unknown as NodeHandler,
        passport.session(),
      ]
    : [];
  const logIn: NodeHandler = passport.authenticate('wechat', { session: setup.session });

  return createServer((req: NodeRequest, res) => {
    req.res = res;
    const answer = (status: number, body: object | undefined): void => {
      res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    };
    const path = req.url?.split('?')[0];
    const isLogin = path?.startsWith(`${setup.prefix}/auth/wechat`);
    run([...sessions, ...(isLogin ? [logIn] : [])], req, res).then(
      () => answer(200, isLogin ? req.user : { user: req.user ?? null }),
      (error: Error) => answer(500, { error: error.name }),
    );
  }).listen(0);
});

async function run(handlers: NodeHandler[], req: NodeRequest, res: ServerResponse): Promise<void> {
  for (const handler of handlers) {
    await new Promise<void>((resolve, reject) => {
      handler(req, res, (error) => (error ? reject(error) : resolve()));
    });
  }
}
