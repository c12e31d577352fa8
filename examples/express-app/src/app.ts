import express, { type Express } from 'express';
import passport from 'passport';
import { account } from './account.js';
import { appLogin } from './app-login.js';
import { browserLogin, requireLogIn } from './browser-login.js';
import type { Config } from './config.js';
import { refuseCrossSite } from './cross-site.js';
import { errorPage, notFound } from './errors.js';
import { render, securityHeaders } from './pages.js';
import type { People } from './people.js';
import type { Sessions } from './sessions.js';
import { useWeChat } from './wechat.js';
import type { WeChat } from './which-wechat.js';

export function createApp(config: Config, wechat: WeChat, people: People, sessions: Sessions): Express {
  const strategy = useWeChat(config, wechat, people);

  const app = express();
  app.set('trust proxy', config.trustProxy);
  app.disable('x-powered-by');
  app.use(securityHeaders(wechat));
  app.use(express.static(`${import.meta.dirname}/../public`));
  app.use(refuseCrossSite);
  app.use(sessions.middleware);
  app.use(passport.session());

  app.get('/', requireLogIn, (req, res) => {
    render(req, res, 'home');
  });

  app.use(browserLogin(wechat, strategy));
  app.use(account(people));
  app.use(appLogin(wechat.apps));
  app.use(notFound);
  app.use(errorPage);
  return app;
}
