import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { ComponentControl } from '../component.js';
import type { Phone } from '../phone.js';
import type { Backend } from '../backend.js';
import { ENDPOINTS } from '../shared/endpoints.js';
import { COMPONENT_TOKEN_LIFE } from '../wechat/components.js';
import { isFromOtherSite } from './cross-site.js';
import { streamEvents } from './event-stream.js';

const FOREIGN = "another site's page may not control the emulator";
const name = z.string().min(1);
const code = z.strictObject({ uuid: name });
const component = z.strictObject({ component_appid: name.exactOptional() });
const authorization = component.extend({ appid: name });

/**
 * The same controls as in code, for tests in other languages: JSON in, JSON out, 400 with `{"error":"…"}` for
 * what makes no sense.
 */
export function controlApi(
  backend: Backend,
  { phone, component: control }: { phone: Phone; component: ComponentControl },
): Router {
  const router = Router();

  function post<T>(path: string, schema: z.ZodType<T>, act: (body: T) => unknown): void {
    router.post(path, (req, res) => {
      const refused = refuse(backend, req);
      if (refused !== undefined) {
        reply(res, 403, { error: refused });
        return;
      }
      const body = schema.safeParse(parse(req.body));
      if (!body.success) {
        reply(res, 400, { error: z.prettifyError(body.error) });
        return;
      }
      try {
        reply(res, 200, act(body.data) ?? {});
      } catch (error) {
        reply(res, 400, { error: error instanceof Error ? error.message : 'refused' });
      }
    });
  }

  post('/phone/scan', code, ({ uuid }) => {
    phone.scan(uuid);
  });
  post('/phone/approve', code.extend({ user: name.exactOptional() }), ({ uuid, user }) =>
    phone.approve(uuid, user),
  );
  post('/phone/cancel', code, ({ uuid }) => {
    phone.cancel(uuid);
  });
  const decision = z.enum(['allow', 'cancel', 'full']).exactOptional();
  post(
    '/phone/open',
    z.strictObject({ url: name, user: name.exactOptional(), decision }),
    ({ url, ...options }) => phone.open(url, options),
  );
  const mint = z.strictObject({ appid: name, user: name.exactOptional() });
  const sendAuth = mint.extend({ scope: z.string().exactOptional(), state: z.string().exactOptional() });
  post('/phone/sendAuth', sendAuth, (request) => phone.sendAuth(request));
  post('/phone/wxLogin', mint, (request) => phone.wxLogin(request));
  post('/component/ticket', component, ({ component_appid }) => ({
    component_verify_ticket: control.ticket(component_appid),
  }));
  post('/component/accessToken', component, ({ component_appid }) => ({
    component_access_token: control.accessToken(component_appid),
    expires_in: COMPONENT_TOKEN_LIFE,
  }));
  post('/component/authorize', authorization, ({ appid, component_appid }) => {
    control.authorize(appid, component_appid);
  });
  post('/component/revoke', authorization, ({ appid, component_appid }) => {
    control.revoke(appid, component_appid);
  });
  const fault = z.strictObject({ endpoint: z.enum(ENDPOINTS), fault: z.record(z.string(), z.unknown()) });
  post('/faults', fault, ({ endpoint, fault }) => {
    backend.faults.next(endpoint, fault);
  });
  post('/clock/advance', z.strictObject({ ms: z.number().min(0) }), ({ ms }) => {
    backend.clock.advance(ms);
    return { now: backend.clock.now() };
  });
  post('/reset', z.strictObject({}), () => {
    backend.clear();
  });
  function get(path: string, list: () => unknown): void {
    router.get(path, (_req, res) => {
      reply(res, 200, list());
    });
  }
  get('/requests', () => backend.journal.list);
  get('/logins', () => backend.traces.list);
  router.get('/events', (req, res) => {
    streamEvents(backend, req, res);
  });
  router.use((_req, res) => {
    reply(res, 404, { error: 'no such control; they are listed in the README of wechat-login-emulator' });
  });
  return router;
}

/**
 * Without a JSON content type a page of any site could send it, without asking the browser's leave (CORS).
 */
function refuse(backend: Backend, req: Request): string | undefined {
  if (isFromOtherSite(backend, req)) return FOREIGN;
  return !req.headers['content-type']?.startsWith('application/json')
    ? 'send Content-Type: application/json'
    : undefined;
}

function parse(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function reply(res: Response, status: number, body: unknown): void {
  res.status(status).json(body);
}
