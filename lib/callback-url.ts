import type { Request } from 'express';

/**
 * The absolute address that WeChat sends the person back to.
 *
 * A relative one is resolved against the request. Express, Koa and Fastify each know the scheme of a request, proxies
 * included; only bare Node does not, and only the app's own setting says whether forwarded headers can be believed.
 */
export function absoluteCallbackURL(callbackURL: string, req: Request, trustProxy: boolean): string {
  if (/^https?:\/\//i.test(callbackURL)) return callbackURL;
  const trusted = trustProxy || proxyIsTrusted(req);
  const scheme = (trusted ? firstOf(req.headers['x-forwarded-proto']) : undefined) ?? schemeOf(req);
  const host = (trusted ? firstOf(req.headers['x-forwarded-host']) : undefined) ?? hostOf(req);
  const base = `${scheme}://${host ?? ''}`;
  if (!/^https?$/i.test(scheme) || !host || !URL.canParse(base)) {
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

function schemeOf(req: Request): string {
  const { protocol, socket } = req as { protocol?: string; socket?: { encrypted?: boolean } };
  return protocol ?? (socket?.encrypted ? 'https' : 'http');
}

/** Fastify keeps what it believes of a proxy to itself, and tells the outcome in its own request. */
function hostOf(req: Request): string | undefined {
  return 'raw' in req ? req.host : req.headers.host;
}

function pathOf(req: Request): string {
  const { originalUrl, url } = req as { originalUrl?: string; url?: string };
  const [path = ''] = (originalUrl ?? url ?? '').split('?');
  return path;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const [first] = [header].flat();
  return first?.split(',')[0]?.trim();
}
