import type { Request, Response } from 'express';
import type { EmulatorUser } from '../options/apps-and-users.js';
import type { Lang } from '../pages/views.js';
import type { Backend } from '../backend.js';
import { phoneOwner } from './phone-owner.js';

/** One request to the emulator, read once. */
export interface EmulatorRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** The part of the path that its route leaves open under this name. */
  segment: (name: string) => string;
  /** The parameters of the query. */
  query: URLSearchParams;
  /** Those of a form body; empty if there is none. */
  form: URLSearchParams;
  /** Both, the query's first. */
  params: URLSearchParams;
  /** The members of a JSON body; empty if there is none. */
  json: URLSearchParams;
  /** The content type of the body without its parameters; empty if there is no body. */
  bodyType: string;
  /** The scheme of the Authorization header in lower case; empty if there is none. */
  authorization: string;
  /** The whole request in one line for people to read, secrets masked. */
  sent: string;
  /** The emulator's origin as this client reaches it. */
  origin: string;
  lang: Lang;
  userAgent: string;
  /** Who holds the phone, if a phone sent it. */
  user: EmulatorUser;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

export function readRequest(backend: Backend, req: Request, res: Response): EmulatorRequest {
  const query = new URLSearchParams(/\?(.*)$/s.exec(req.url)?.[1] ?? '');
  const body = Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '';
  const form = new URLSearchParams(req.is(FORM) ? body : '');
  const json = req.is(JSON_TYPE) ? readMembers(body) : new URLSearchParams();
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
    json,
    bodyType:
      body === '' ? '' : (req.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? 'unknown'),
    authorization: /^[a-z]+(?= )/i.exec(req.headers.authorization ?? '')?.[0].toLowerCase() ?? '',
    sent: backend.masking.summary(method, path, params) + describeJson(backend, json),
    origin: resolveOrigin(backend, req),
    lang: resolveLang(query.get('lang'), req),
    userAgent: req.headers['user-agent'] ?? '',
    user: phoneOwner(backend, req.headers.cookie),
    signal: gone.signal,
  };
}

/** The members of a JSON body that are strings or numbers. */
function readMembers(body: string): URLSearchParams {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return new URLSearchParams();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new URLSearchParams();
  const members = Object.entries(value).filter(([, member]) => ['string', 'number'].includes(typeof member));
  return new URLSearchParams(members.map(([name, member]): [string, string] => [name, String(member)]));
}

/** WeChat reads no JSON but in one call, so that it must not look like parameters. */
function describeJson({ masking }: Backend, json: URLSearchParams): string {
  return json.size === 0 ? '' : ` with JSON: ${Object.keys(masking.params(json)).join(', ')}`;
}

function resolveOrigin(backend: Backend, req: Request): string {
  if (backend.options.publicOrigin !== undefined) return backend.options.publicOrigin;
  const { host = '' } = req.headers;
  // A Host header may hold anything; URLs are made only from what can be one.
  const usable = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host);
  return `${req.protocol}://${usable ? host : `127.0.0.1:${req.socket.localPort ?? 0}`}`;
}

/** WeChat's QR page is Chinese unless `lang=en`; without the parameter the emulator also asks the browser. */
function resolveLang(lang: string | null, req: Request): Lang {
  if (lang !== null && lang !== '') return lang === 'en' ? 'en' : 'zh';
  return req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh';
}
