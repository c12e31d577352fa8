import type { Request, Response } from 'express';
import type { EmulatorUser } from '../options/apps-and-users.js';
import type { Lang } from '../pages/views.js';
import { summary } from '../records/masked.js';
import type { Backend } from '../wechat/backend.js';
import { phoneOwner } from './phone-owner.js';

/** One request to the emulator, read once. */
export interface Call {
  method: string;
  /** Without the query. */
  path: string;
  /** The part of the path that its route leaves open under this name. */
  segment: (name: string) => string;
  /** The parameters of the query. */
  query: URLSearchParams;
  /** Those of a form body; empty where there is none. */
  form: URLSearchParams;
  /** Both, the query's first. */
  params: URLSearchParams;
  /** The whole request in one line for people to read, secrets masked. */
  sent: string;
  /** The emulator's origin as this client reaches it. */
  origin: string;
  lang: Lang;
  userAgent: string;
  /** Who holds the phone, where a phone sent it. */
  user: EmulatorUser;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

const FORM = 'application/x-www-form-urlencoded';

export function readCall(backend: Backend, req: Request, res: Response): Call {
  const query = new URLSearchParams(/\?(.*)$/s.exec(req.url)?.[1] ?? '');
  const body: unknown = req.body;
  const form = new URLSearchParams(Buffer.isBuffer(body) && req.is(FORM) ? body.toString('utf8') : '');
  const gone = new AbortController();
  res.on('close', () => {
    gone.abort();
  });
  const { method, path } = req;
  const params = new URLSearchParams([...query, ...form]);
  return {
    method,
    path,
    segment: (name) => String(req.params[name]),
    query,
    form,
    params,
    sent: summary(method, path, params),
    origin: originOf(backend, req),
    lang: langOf(query.get('lang'), req),
    userAgent: req.headers['user-agent'] ?? '',
    user: phoneOwner(backend, req.headers.cookie),
    signal: gone.signal,
  };
}

function originOf(backend: Backend, req: Request): string {
  if (backend.settings.publicOrigin !== undefined) return backend.settings.publicOrigin;
  const { host = '' } = req.headers;
  // A Host header may hold anything; addresses are made only from what can be one.
  const usable = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host);
  return `${req.protocol}://${usable ? host : `127.0.0.1:${req.socket.localPort ?? 0}`}`;
}

/** WeChat's QR page is Chinese unless `lang=en`; without the parameter the emulator also asks the browser. */
function langOf(lang: string | null, req: Request): Lang {
  if (lang !== null && lang !== '') return lang === 'en' ? 'en' : 'zh';
  return req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh';
}
