import { isLoopback } from '../addresses.js';
import type { EmulatorApp } from '../options/apps-and-users.js';
import { foreignHost, foreignPort } from './app-mismatch.js';
import { PAGE_ERRORS, type PageError } from './page-errors.js';

/** Whether `redirect_uri` may be used by this app; `lax` where WeChat itself would have refused it. */
export function checkRedirect(app: EmulatorApp, redirectUri: string): { lax: boolean } | PageError {
  if (redirectUri === '') return PAGE_ERRORS.noRedirect;
  // Browsers drop tabs and line breaks from addresses and read a backslash as a slash: nobody means one.
  const authority = /^https?:\/\/([^/?#\\@\s]+)(?=[/?#]|$)/i.exec(redirectUri)?.[1];
  if (authority === undefined || /\p{Cc}/u.test(redirectUri) || !URL.canParse(redirectUri)) {
    return PAGE_ERRORS.badRedirect;
  }
  const host = new URL(redirectUri).hostname;
  const port = /:(\d*)$/.exec(authority)?.[1];
  const allowed = (app.domains ?? []).map((domain) => domain.toLowerCase());
  if (port === undefined && allowed.includes(host)) return { lax: isLoopback(host) };
  if (allowed.includes(`${host}:*`) || (port !== undefined && allowed.includes(`${host}:${port}`))) {
    return { lax: port !== undefined || isLoopback(host) };
  }
  if (port === undefined) return foreignHost(app, host);
  const otherPort = allowed.some((domain) => domain === host || domain.startsWith(`${host}:`));
  const refuse = otherPort || isLoopback(host) ? foreignPort : foreignHost;
  return refuse(app, `${host}:${port}`);
}
