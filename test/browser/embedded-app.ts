import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import express, { type Express, type RequestHandler } from 'express';
import session, { type CookieOptions } from 'express-session';
import passport from 'passport';
import {
  CookieStateStore,
  leaveFrame,
  WeChatStrategy,
  type WeChatFailReason,
  type WeChatFailure,
} from 'passport-wechat-oauth2';
import { website } from '../support/emulator.js';

/** Three sites to a browser, all of them this machine: names under `localhost` need no entry anywhere. */
export const SITES = { app: 'login.shop.localhost', wechat: 'wechat.localhost', other: 'portal.localhost' };
/** Another host of the app's site. */
export const SISTER = 'www.shop.localhost';
/** What both have in common, as a cookie's domain. */
export const SHARED_DOMAIN = 'shop.localhost';

export interface EmbeddedAppOptions {
  /** The port of an emulator that answers over https. */
  wechatPort: string;
  tls: { key: string; cert: string };
  cookie: CookieOptions;
  /** Whether the state is kept in cookies of its own. */
  cookieStore?: boolean;
  leavesFrame?: boolean;
  /** Whether the login ends in the frame, which tells the page around it: the guide's "A page that stays". */
  stays?: boolean;
}

/** What arrived at the callback, and what it ended in. */
export interface Arrival {
  in: 'window' | 'frame';
  withCookies: boolean;
  /** `left` where `leaveFrame()` answered. */
  outcome: 'success' | 'left' | WeChatFailReason;
}

export interface EmbeddedApp {
  origin: string;
  /** The same machine by another site's name. */
  elsewhere: string;
  arrivals: Arrival[];
  close(): Promise<void>;
}

/**
 * An app with the QR code in a page of its own: `/login?self_redirect=true` (or `false`, or without) holds the code,
 * in a frame with `&sandbox=` if that is given, and `/` says who is logged in. `/portal?` + an address is a page that
 * holds that address in a frame.
 */
export async function embeddedApp(options: EmbeddedAppOptions): Promise<EmbeddedApp> {
  const { wechatPort, tls, cookie, cookieStore = false, leavesFrame = false, stays = false } = options;
  const app = express();
  const server = https.createServer(tls, app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `https://${SITES.app}:${port}`;
  const openOrigin = `https://${SITES.wechat}:${wechatPort}`;

  const strategy = new WeChatStrategy(
    {
      clientID: website.appid,
      clientSecret: website.secret,
      callbackURL: `${origin}/callback`,
      openOrigin,
      apiOrigin: `https://localhost:${wechatPort}`,
      axios: axios.create({ httpsAgent: new https.Agent({ ca: tls.cert }) }),
      ...(cookieStore && { store: new CookieStateStore({ secret: 'x'.repeat(32) }) }),
    },
    (_access, _refresh, profile) => Promise.resolve({ name: profile.displayName }),
  );
  const auth = new passport.Passport();
  auth.serializeUser((user, done) => {
    done(null, user);
  });
  auth.deserializeUser((user: Express.User, done) => {
    done(null, user);
  });
  auth.use(strategy);
  app.use(
    session({
      secret: 'test',
      resave: false,
      saveUninitialized: false,
      cookie: { ...cookie, secure: true },
    }),
    auth.session(),
  );
  showPages(app, openOrigin, (req, self_redirect) => strategy.embed(req, { self_redirect }));

  const arrivals: Arrival[] = [];
  const logIn: RequestHandler = (req, res, next) => {
    const arrival = arrivals.at(-1);
    auth.authenticate('wechat', (error: unknown, user: Express.User | false, failure: WeChatFailure) => {
      if (error) return next(error);
      if (arrival) arrival.outcome = user ? 'success' : failure.reason;
      if (!user) return res.redirect(stays ? '/done' : '/failed');
      req.logIn(user, (failed) => {
        if (failed) next(failed);
        else res.redirect(stays ? '/done' : '/');
      });
    })(req, res, next);
  };
  app.get(
    '/callback',
    (req, _res, next) => {
      arrivals.push({
        in: req.get('sec-fetch-dest') === 'document' ? 'window' : 'frame',
        withCookies: req.headers.cookie !== undefined,
        outcome: 'left',
      });
      next();
    },
    ...(leavesFrame ? [leaveFrame()] : []),
    ...(stays ? [askAgain] : []),
    logIn,
  );

  return {
    origin,
    elsewhere: `https://${SITES.other}:${port}`,
    arrivals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/**
 * WeChat's page sent the frame here, without cookies; asked again by a page of its own site, the browser sends them.
 */
const askAgain: RequestHandler = (req, res, next) => {
  if (req.get('Sec-Fetch-Dest') !== 'iframe' || req.get('Sec-Fetch-Site') !== 'cross-site') return next();
  res.send(page('<script>location.replace(location.href)</script>'));
};

function showPages(
  app: Express,
  openOrigin: string,
  embed: (req: express.Request, self_redirect: boolean) => Promise<object>,
): void {
  app.get('/', (req, res) => {
    res.send(page(`<h1>${(req.user as { name?: string } | undefined)?.name ?? 'nobody'}</h1>`));
  });
  app.get('/failed', (_req, res) => {
    res.send(page('<h1>failed</h1>'));
  });
  app.get('/done', (_req, res) => {
    res.send(page('<script>parent.postMessage("done", location.origin)</script>'));
  });
  app.get('/portal', (req, res) => {
    res.send(page(`<iframe width="600" height="600" src="${req.url.replace('/portal?', '')}"></iframe>`));
  });
  app.get('/login', async (req, res) => {
    const { self_redirect, sandbox } = req.query;
    const options = await embed(req, self_redirect === 'true');
    const sandboxed = `const frame = document.querySelector('iframe'); frame.sandbox = '${String(sandbox)}'; frame.src += '';`;
    res.send(
      page(`<div id="qr"></div>
        <script src="${openOrigin}/connect/zh_CN/htmledition/js/wxLogin.js"></script>
        <script>
          addEventListener('message', async ({ origin, data }) => {
            if (origin !== location.origin || data !== 'done') return;
            document.body.innerHTML = await (await fetch('/')).text();
          });
          new WxLogin({ id: 'qr', ...${JSON.stringify(options)}, self_redirect: ${String(self_redirect)} });
          ${sandbox === undefined ? '' : sandboxed}
        </script>`),
    );
  });
}

function page(body: string): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>app</title>${body}`;
}
