import path from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { ComponentControl } from '../component.js';
import type { Phone } from '../phone.js';
import type { Answer } from '../wechat/answer.js';
import { callApi, type ApiEndpoint } from '../wechat/api/api-calls.js';
import { ERRCODE } from '../wechat/api/api-errors.js';
import { refuse } from '../wechat/api/refusal.js';
import { drawAvatar } from '../wechat/avatar.js';
import type { Backend } from '../backend.js';
import { PAGE_ERRORS } from '../wechat/open/page-errors.js';
import type { EmulatorRequest } from './emulator-request.js';
import { confirm, confirmPage } from './confirm-routes.js';
import { controlApi } from './control.js';
import { gatewayPage } from './deliver.js';
import { endpoint, form, page, refuseForeignNames } from './handlers.js';
import { answerConsent, authorizePage } from './in-wechat-routes.js';
import { errorPage } from './page-answers.js';
import { poll } from './poll.js';
import { double, qrcode, qrconnect } from './qr-routes.js';
import { startPage } from './start-page.js';

const MAX_BODY = '64kb';
const ASSETS = path.join(__dirname, '..', '..', 'public');
const API: readonly [path: string, endpoint: ApiEndpoint][] = [
  ['/sns/oauth2/access_token', 'access_token'],
  ['/sns/oauth2/refresh_token', 'refresh_token'],
  ['/sns/userinfo', 'userinfo'],
  ['/sns/auth', 'auth'],
  ['/sns/jscode2session', 'jscode2session'],
  // For third-party platforms.
  ['/sns/oauth2/component/access_token', 'access_token'],
  ['/sns/oauth2/component/refresh_token', 'refresh_token'],
  ['/sns/component/jscode2session', 'jscode2session'],
  ['/cgi-bin/component/api_component_token', 'component_access_token'],
];

/** The HTTP face of an emulator: every host of WeChat's at once. */
export function httpApp(backend: Backend, controls: { phone: Phone; component: ComponentControl }): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use(refuseForeignNames(backend));
  app.use(express.raw({ type: () => true, limit: MAX_BODY }));

  // The emulator's own.
  app.get('/', page(backend, startPage));
  app.use('/_emulator/assets', express.static(ASSETS, { index: false, redirect: false }));
  app.get('/_emulator/double', page(backend, double));
  app.use('/_emulator', controlApi(backend, controls));

  // open.weixin.qq.com, long.open.weixin.qq.com, lp.open.weixin.qq.com
  app.get('/connect/qrconnect', endpoint(backend, 'qrconnect', qrconnect));
  app.get('/connect/qrcode/:uuid', endpoint(backend, 'qrcode', qrcode));
  app.get('/connect/l/qrconnect', endpoint(backend, 'poll', poll));
  app.get('/connect/confirm', page(backend, confirmPage));
  app.post('/connect/confirm', form(backend, confirm));
  app.get('/connect/oauth2/authorize', endpoint(backend, 'authorize', authorizePage));
  app.post('/connect/oauth2/authorize', form(backend, answerConsent));

  // res.wx.qq.com, thirdwx.qlogo.cn
  app.get('/connect/:locale/htmledition/js/wxLogin.js', (_req, res) => {
    res.sendFile('wxLogin.js', { root: ASSETS });
  });
  app.get('/mmopen/vi_32/:key/:size', page(backend, avatar));

  // api.weixin.qq.com and its spare hosts
  for (const [address, name] of API) {
    const byComponent = address.includes('/component/');
    const handler = (_backend: Backend, request: EmulatorRequest): Answer =>
      callApi(backend, name, { ...request, byComponent });
    app.all(address, endpoint(backend, name, handler));
  }
  app.all(['/sns/*rest', '/cgi-bin/*rest'], endpoint(backend, 'unknown', noSuchCall));
  app.use(endpoint(backend, 'unknown', noSuchPage));
  app.use(broken);
  return app;
}

function avatar(_backend: Backend, request: EmulatorRequest): Answer {
  return { status: 200, contentType: 'image/svg+xml', body: drawAvatar(request.segment('key')) };
}

function noSuchCall(backend: Backend): Answer {
  return refuse(backend, { errcode: ERRCODE.invalidUrl });
}

function noSuchPage(backend: Backend, request: EmulatorRequest): Answer {
  return errorPage(backend, request, PAGE_ERRORS.notFound, 404);
}

/**
 * What express could not read (a body too large or cut off, a URL with broken escapes), and our own mistakes.
 */
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
