import type { Request } from 'express';

/** The scheme of a request. Express, Koa and Fastify know it, proxies included; bare Node knows its own connection. */
export function schemeOf(req: Request): string {
  const { protocol, socket } = req as { protocol?: string; socket?: { encrypted?: boolean } };
  return protocol ?? (socket?.encrypted ? 'https' : 'http');
}

/** Whether a host, as an address or a Host header names it, is the machine itself (RFC 6761, section 6.3). */
export function isLoopback(host: string): boolean {
  return /^(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);
}
