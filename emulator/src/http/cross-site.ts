import { isIP } from 'node:net';
import type { Request } from 'express';
import type { Backend } from '../backend.js';

/**
 * Whether a request that changes something was sent by another site's page. Browsers name the page's origin;
 * and a name that is none of ours but leads here (DNS rebinding) makes a foreign page look like our own.
 */
export function isFromOtherSite({ options }: Backend, req: Request): boolean {
  const { origin } = req.headers;
  if (origin === undefined || origin === options.publicOrigin) return false;
  if (!URL.canParse(origin)) return true;
  const { host, hostname } = new URL(origin);
  return host !== req.headers.host?.toLowerCase() || !isPrivateName(hostname);
}

/** Whether a request was sent to a name that somebody else can own. */
export function isToForeignName({ options }: Backend, req: Request): boolean {
  const origin = `http://${req.headers.host ?? ''}`;
  if (!URL.canParse(origin)) return true;
  const { publicOrigin } = options;
  const { host, hostname } = new URL(origin);
  return !isPrivateName(hostname) && (publicOrigin === undefined || new URL(publicOrigin).host !== host);
}

/** A name that nobody on the internet can have point here: a private one, or one of WeChat's own. */
function isPrivateName(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '');
  if (isIP(name) !== 0 || !name.includes('.')) return true;
  return /\.(localhost|local|lan|internal|test|home\.arpa|(weixin|wx)\.qq\.com|qlogo\.cn)$/.test(name);
}
