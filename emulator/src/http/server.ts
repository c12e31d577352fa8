import path from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Answer } from '../answer.js';
import { callApi, traceCall, type ApiEndpoint } from '../api.js';
import { avatarUrl, drawAvatar } from '../avatar.js';
import { DEFAULT_APPS } from '../defaults.js';
import { masked, summary, type RecordedRequest } from '../journal.js';
import { PAGE_ERRORS } from '../page-errors.js';
import { renderStartPage, wxLoginScript } from '../pages.js';
import type { Phone } from '../phone.js';
import type { State } from '../state.js';
import type { Endpoint } from '../types.js';
import { isForeign, readCall, type Call } from './call.js';
import { controlApi } from './control.js';
import { answerUnder, apiRefusal, deliver, gatewayPage, type Refuse } from './deliver.js';
import { authorizePage, consent } from './in-wechat-routes.js';
import { errorPage, unframed } from './page-answers.js';
import { confirm, confirmPage, double, poll, pollAnswer, qrcode, qrconnect } from './qr-routes.js';

const MAX_BODY = '64kb';
const ASSETS = path.join(__dirname, '..', '..', 'public');
const SNS: Record<string, ApiEndpoint> = {
  '/sns/oauth2/access_token': 'access_token',
  '/sns/oauth2/refresh_token': 'refresh_token',
  '/sns/userinfo': 'userinfo',
  '/sns/auth': 'auth',
  '/sns/jscode2session': 'jscode2session',
};

type Work = (call: Call, req: Request, sent: string) => Answer | Promise<Answer>;

/** The HTTP face of an emulator: every host of WeChat's at once, whatever the Host header says. */
export function httpApp(state: State, phone: Phone): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use(express.raw({ type: () => true, limit: MAX_BODY }));

  // Answers as one of WeChat's endpoints: journal, faults, delivery.
  const as = (endpoint: Endpoint | 'unknown', work: Work, refuse: (call: Call) => Refuse) => {
    return async (req: Request, res: Response): Promise<void> => {
      const call = readCall(state, req, res);
      const recorded = record(state, endpoint, req, call);
      const fault = endpoint === 'unknown' ? undefined : state.faults.take(endpoint);
      if (fault?.delay !== undefined) await wait(state, fault.delay, call.signal);
      const answer = await answerUnder(fault, () => work(call, req, summary(recorded)), refuse(call));
      if (answer) recorded.answer = { status: answer.status, ...defined('errcode', answer.errcode) };
      if (isApi(endpoint))
        traceCall(state, call.params, { endpoint, sent: summary(recorded), answer, fault });
      await deliver(res, answer, fault);
    };
  };
  // A page that is not one of WeChat's endpoints.
  const page = (work: (call: Call, req: Request) => Answer) => async (req: Request, res: Response) => {
    await deliver(res, work(readCall(state, req, res), req), undefined);
  };
  const form = (work: (call: Call) => Answer) =>
    page((call, req) =>
      isForeign(state, req) ? errorPage(call, PAGE_ERRORS.foreignOrigin, 403) : work(call),
    );
  const refusePage =
    (call: Call): Refuse =>
    (code, text) =>
      errorPage(call, { ...PAGE_ERRORS.fault, code, ...defined('text', text) });
  const refusePoll =
    (call: Call): Refuse =>
    (code) =>
      pollAnswer(code, call.query);
  const refuseCall = (): Refuse => apiRefusal(state);

  app.get('/', page((call) => startPage(state, call))); // prettier-ignore
  app.use('/_emulator/assets', express.static(ASSETS, { index: false, redirect: false }));
  app.get('/_emulator/double', page((call) => double(state, call))); // prettier-ignore
  app.use('/_emulator', controlApi(state, phone));
  app.get('/connect/:locale/htmledition/js/wxLogin.js', page(script));
  app.get('/mmopen/vi_32/:key/:size', page(avatar));

  app.get(
    '/connect/qrconnect',
    as('qrconnect', (call, _req, sent) => qrconnect(state, call, sent), refusePage),
  );
  app.get(
    '/connect/qrcode/:uuid',
    as('qrcode', (call, req) => qrcode(state, call, param(req, 'uuid')), refusePage),
  );
  app.get(
    '/connect/l/qrconnect',
    as('poll', (call) => poll(state, call), refusePoll),
  );
  app.get('/connect/confirm', page((call) => confirmPage(state, call))); // prettier-ignore
  app.post('/connect/confirm', form((call) => confirm(state, call))); // prettier-ignore
  app.get('/connect/oauth2/authorize', as('authorize', (call, _req, sent) => authorizePage(state, call, sent), refusePage)); // prettier-ignore
  app.post('/connect/oauth2/authorize', form((call) => consent(state, call))); // prettier-ignore
  for (const [address, endpoint] of Object.entries(SNS)) {
    app.all(address, as(endpoint, (call, req) => sns(state, endpoint, call, req), refuseCall)); // prettier-ignore
  }
  app.all(
    ['/sns/*rest', '/cgi-bin/*rest'],
    as('unknown', () => apiRefusal(state)(40066), refuseCall),
  );
  app.use(as('unknown', (call) => errorPage(call, PAGE_ERRORS.notFound, 404), refusePage));
  app.use(broken);
  return app;
}

/** WeChat documents GET; clients that post a form are answered as well. */
function sns(state: State, endpoint: ApiEndpoint, call: Call, { method }: Request): Answer {
  return ['GET', 'HEAD', 'POST'].includes(method) ? callApi(state, endpoint, call) : apiRefusal(state)(43001);
}

function isApi(endpoint: Endpoint | 'unknown'): endpoint is ApiEndpoint {
  return Object.values<string>(SNS).includes(endpoint);
}

function record(
  state: State,
  endpoint: Endpoint | 'unknown',
  req: Request,
  { params }: Call,
): RecordedRequest {
  const { method, headers, ip = '' } = req;
  return state.journal.add({ endpoint, method, path: req.path, query: masked(params), headers, ip });
}

function wait(state: State, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = state.clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}

function param(req: Request, name: string): string {
  const value = req.params[name];
  return typeof value === 'string' ? value : '';
}

function defined<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

function script(): Answer {
  return { status: 200, contentType: 'text/javascript; charset=utf-8', body: wxLoginScript() };
}

function avatar(_call: Call, req: Request): Answer {
  return { status: 200, contentType: 'image/svg+xml', body: drawAvatar(param(req, 'key')) };
}

function startPage(state: State, call: Call): Answer {
  const { apps, users } = state.settings;
  return unframed(
    renderStartPage({
      lang: call.lang,
      origin: call.origin,
      apps: apps.map(({ secret, appid, name, platform, domains = [] }) => ({
        ...{ appid, name, platform, domains },
        // Made up by the emulator and printed in its README; an app's own secret is shown to nobody.
        ...(DEFAULT_APPS.some((app) => app.secret === secret) && { secret }),
      })),
      users: users.map((user) => ({
        name: user.name,
        nickname: user.nickname,
        headimgurl: avatarUrl(call.origin, user),
      })),
      logins: state.traces.list,
    }),
  );
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
