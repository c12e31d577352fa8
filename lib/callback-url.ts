import type { Request } from 'express';
import { quoted } from './checks.js';
import { isLoopback, schemeOf } from './request-origin.js';
import { warnOnce } from './warnings.js';

/** @throws TypeError for a fragment, and for what is neither a path nor an http(s) address */
export function checkedCallbackURL(callbackURL: unknown): string {
  if (typeof callbackURL !== 'string' || callbackURL === '') {
    throw new TypeError('callbackURL must be a text, such as "https://example.com/auth/wechat/callback".');
  }
  const url = URL.canParse(callbackURL, 'http://relative.invalid')
    ? new URL(callbackURL, 'http://relative.invalid')
    : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`callbackURL ${quoted(callbackURL)} is not an http(s) address or a path.`);
  }
  if (callbackURL.includes('#')) {
    throw new TypeError(
      `callbackURL ${quoted(callbackURL)} has a fragment: WeChat puts the code before it on some ways and behind it on ` +
        'others. Use an address without "#".',
    );
  }
  return callbackURL;
}

/** Warns of what the real WeChat refuses, or what is unsafe there. */
export function suspectCallbackURL(callbackURL: string): void {
  if (!URL.canParse(callbackURL)) return;
  const { protocol, hostname, port } = new URL(callbackURL);
  if (protocol === 'http:') warnOnce('WECHAT_CALLBACK_HTTP');
  if (port !== '' || isLoopback(hostname)) warnOnce('WECHAT_CALLBACK_HOST');
}

/**
 * The absolute address that WeChat sends the person back to.
 *
 * A relative one is resolved against the request. Only the app's own setting says whether forwarded headers can be believed.
 */
export function absoluteCallbackURL(callbackURL: string, req: Request, trustProxy: boolean): string {
  if (/^https?:\/\//i.test(callbackURL)) return callbackURL;
  const trusted = trustProxy || proxyIsTrusted(req);
  const scheme = (trusted ? firstOf(req.headers['x-forwarded-proto']) : undefined) ?? schemeOf(req);
  const host = (trusted ? firstOf(req.headers['x-forwarded-host']) : undefined) ?? hostHeader(req) ?? '';
  const base = `${scheme}://${host}`;
  if (!/^https?$/i.test(scheme) || !/^[^/?#@\\\s]+$/.test(host) || !URL.canParse(base)) {
    throw new TypeError(
      'The relative callbackURL cannot be resolved, since the request has no usable Host header: give an absolute one.',
    );
  }
  const here = new URL(base);
  // Not parsed as an address: a request line may begin with two slashes or backslashes, which would name a host.
  here.pathname = pathOf(req);
  return new URL(callbackURL, here).href;
}

/** Express keeps a function that looks at the address of the sender; Koa has a plain setting. */
function proxyIsTrusted(req: Request): boolean {
  const { app } = req as { app?: { get?: (name: string) => unknown } };
  if (typeof app?.get !== 'function') return false;
  const trust: unknown = app.get('trust proxy fn');
  if (typeof trust === 'function') {
    return Boolean(
      (trust as (address: string | undefined, hop: number) => unknown)(req.socket.remoteAddress, 0),
    );
  }
  return Boolean(app.get('trust proxy'));
}

/** Fastify keeps what it believes of a proxy to itself, and tells the outcome in its own request. */
function hostHeader(req: Request): string | undefined {
  return 'raw' in req ? req.host : req.headers.host;
}

function pathOf(req: Request): string {
  const { originalUrl, url } = req as { originalUrl?: string; url?: string };
  const [path = ''] = (originalUrl ?? url ?? '').split('?');
  return path;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const [first] = [header].flat();
  const name = first?.split(',')[0]?.trim();
  return name === '' ? undefined : name;
}
