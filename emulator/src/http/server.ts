import path from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { refusal, type Answer } from '../answer.js';
import { callApi, type ApiEndpoint } from '../api.js';
import { drawAvatar } from '../avatar.js';
import { PAGE_ERRORS } from '../page-errors.js';
import { wxLoginScript } from '../pages.js';
import type { Phone } from '../phone.js';
import type { State } from '../state.js';
import type { Call } from './call.js';
import { controlApi } from './control.js';
import { gatewayPage } from './deliver.js';
import { endpoint, form, page } from './endpoint.js';
import { authorizePage, consent } from './in-wechat-routes.js';
import { errorPage } from './page-answers.js';
import { confirm, confirmPage, double, poll, qrcode, qrconnect } from './qr-routes.js';
import { startPage } from './start-page.js';

const MAX_BODY = '64kb';
const ASSETS = path.join(__dirname, '..', '..', 'public');
const SNS: readonly [path: string, endpoint: ApiEndpoint][] = [
  ['/sns/oauth2/access_token', 'access_token'],
  ['/sns/oauth2/refresh_token', 'refresh_token'],
  ['/sns/userinfo', 'userinfo'],
  ['/sns/auth', 'auth'],
  ['/sns/jscode2session', 'jscode2session'],
];

/** The HTTP face of an emulator: every host of WeChat's at once, whatever the Host header says. */
export function httpApp(state: State, phone: Phone): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use(express.raw({ type: () => true, limit: MAX_BODY }));

  // The emulator's own.
  app.get('/', page(state, startPage));
  app.use('/_emulator/assets', express.static(ASSETS, { index: false, redirect: false }));
  app.get('/_emulator/double', page(state, double));
  app.use('/_emulator', controlApi(state, phone));

  // open.weixin.qq.com, long.open.weixin.qq.com, lp.open.weixin.qq.com
  app.get('/connect/qrconnect', endpoint(state, 'qrconnect', qrconnect));
  app.get('/connect/qrcode/:uuid', endpoint(state, 'qrcode', qrcode));
  app.get('/connect/l/qrconnect', endpoint(state, 'poll', poll));
  app.get('/connect/confirm', page(state, confirmPage));
  app.post('/connect/confirm', form(state, confirm));
  app.get('/connect/oauth2/authorize', endpoint(state, 'authorize', authorizePage));
  app.post('/connect/oauth2/authorize', form(state, consent));

  // res.wx.qq.com, thirdwx.qlogo.cn
  app.get('/connect/:locale/htmledition/js/wxLogin.js', page(state, wxLogin));
  app.get('/mmopen/vi_32/:key/:size', page(state, avatar));

  // api.weixin.qq.com and its spare hosts
  for (const [address, name] of SNS) {
    const work = (_state: State, call: Call): Answer => callApi(state, name, call);
    app.all(address, endpoint(state, name, work));
  }
  app.all(['/sns/*rest', '/cgi-bin/*rest'], endpoint(state, 'unknown', noSuchCall));
  app.use(endpoint(state, 'unknown', noSuchPage));
  app.use(broken);
  return app;
}

function wxLogin(): Answer {
  return { status: 200, contentType: 'text/javascript; charset=utf-8', body: wxLoginScript() };
}

function avatar(_state: State, call: Call): Answer {
  return { status: 200, contentType: 'image/svg+xml', body: drawAvatar(call.segment('key')) };
}

function noSuchCall({ clock, settings }: State): Answer {
  return refusal(40066, clock, settings);
}

function noSuchPage(_state: State, call: Call): Answer {
  return errorPage(call, PAGE_ERRORS.notFound, 404);
}

/** What express could not read (a body too large or cut off, an address with broken escapes), and our own mistakes. */
function broken(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  const readable = typeof error === 'object' && error !== null && 'status' in error;
  if (!readable) process.emitWarning(error instanceof Error ? error : String(error));
  if (res.headersSent) {
    next(error);
    return;
  }
  const status = readable ? Number(error.status) : 500;
  const { body, contentType } = gatewayPage(status);
  res.writeHead(status, { 'Content-Type': contentType, Connection: 'close' }).end(body);
}
