import type { Request } from 'express';
import { inspectValue } from '../util/assert.js';
import { isLoopback, requestHost, requestScheme, requestURL } from '../util/request-origin.js';
import { warnAbout } from '../util/warnings.js';
import { BadRequestError } from './outcome.js';

/** @throws TypeError for a fragment, and for what is neither a path nor an http(s) URL */
export function assertCallbackURL(callbackURL: unknown): string {
  if (typeof callbackURL !== 'string' || callbackURL === '') {
    throw new TypeError('callbackURL must be a string, such as "https://example.com/auth/wechat/callback".');
  }
  const url = URL.canParse(callbackURL, 'http://relative.invalid')
    ? new URL(callbackURL, 'http://relative.invalid')
    : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || HOST.test(callbackURL)) {
    throw new TypeError(
      `callbackURL ${inspectValue(callbackURL)} is not an http(s) URL or a path: a URL begins with https://.`,
    );
  }
  if (callbackURL.includes('#')) {
    throw new TypeError(
      `callbackURL ${inspectValue(callbackURL)} has a fragment: WeChat puts the code before it in some flows and after it in ` +
        'others. Use a URL without "#".',
    );
  }
  if (url.searchParams.has('code') || url.searchParams.has('state')) {
    throw new TypeError(
      `callbackURL ${inspectValue(callbackURL)} has a query parameter code or state, which are WeChat's: use another name.`,
    );
  }
  return callbackURL;
}

/** A host where a path begins: `example.com/cb`, `www.example.com`. */
const HOST = /^(www\.|([\w-]+\.)+[a-z]{2,}\/)/i;

/** Warns of what the real WeChat refuses, or what is unsafe there. */
export function warnAboutCallbackURL(callbackURL: string): void {
  if (!URL.canParse(callbackURL)) return;
  const { protocol, hostname, port } = new URL(callbackURL);
  if (protocol === 'http:') warnAbout('WECHAT_CALLBACK_HTTP');
  if (port !== '' || isLoopback(hostname)) warnAbout('WECHAT_CALLBACK_HOST');
}

/**
 * The absolute URL that WeChat sends the user back to.
 *
 * A relative one is resolved against the request. Forwarded headers count only if the app's own setting trusts them.
 */
export function resolveCallbackURL(callbackURL: string, req: Request, trustProxy: boolean): string {
  if (/^https?:\/\//i.test(callbackURL)) return callbackURL;
  const trusted = trustProxy || proxyIsTrusted(req);
  const scheme = (trusted ? firstValue(req.headers['x-forwarded-proto']) : undefined) ?? requestScheme(req);
  const host = (trusted ? firstValue(req.headers['x-forwarded-host']) : undefined) ?? requestHost(req) ?? '';
  if (!trusted && scheme === 'http' && firstValue(req.headers['x-forwarded-proto']) === 'https') {
    warnAbout('WECHAT_PROXY_UNTRUSTED');
  }
  const base = `${scheme}://${host}`;
  if (!/^https?$/i.test(scheme) || !/^[^/?#@\\\s]+$/.test(host) || !URL.canParse(base)) {
    throw new BadRequestError('The request has no usable Host header.');
  }
  const here = new URL(base);
  // Not parsed as a URL: a request line may begin with two slashes or backslashes, which would name a host.
  here.pathname = requestURL(req).replace(/\?.*/s, '');
  return new URL(callbackURL, here).href;
}

/** Express has a function of the sender's address; Koa a boolean setting. */
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

function firstValue(header: string | string[] | undefined): string | undefined {
  const [first] = [header].flat();
  const name = first?.split(',')[0]?.trim();
  return name === '' ? undefined : name;
}
