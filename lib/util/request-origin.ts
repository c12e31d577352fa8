import type { IncomingMessage } from 'node:http';

/** The scheme of a request. Express, Koa and Fastify know it, proxies included; bare Node knows its own connection. */
export function requestScheme(req: IncomingMessage): string {
  const { protocol, socket } = req as { protocol?: string; socket?: { encrypted?: boolean } };
  return protocol ?? (socket?.encrypted ? 'https' : 'http');
}

/** The host of a request, with its port. HTTP/2 has a pseudo-header for it (RFC 9113, section 8.3.1). */
export function requestHost(req: IncomingMessage): string | undefined {
  const { host, ':authority': authority } = req.headers as { host?: string; ':authority'?: string };
  // Fastify has resolved the forwarded headers that it trusts in its own request.
  return 'raw' in req ? (req as { host?: string }).host : (authority ?? host);
}

/** Path and query of a request. Express shortens `url` within a router, and keeps the whole as `originalUrl`. */
export function requestURL(req: IncomingMessage): string {
  const { originalUrl, url = '' } = req as { originalUrl?: string; url?: string };
  return originalUrl ?? url;
}

/** Whether a host, with or without a port, is this machine itself (RFC 6761, section 6.3). */
export function isLoopback(host: string): boolean {
  return /^(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);
}
