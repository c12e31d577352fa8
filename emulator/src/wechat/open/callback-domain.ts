import type { EmulatorApp } from '../../options/apps-and-users.js';
import { isLoopback } from '../../shared/addresses.js';
import type { Hint } from '../../shared/hint.js';
import { foreignHost, foreignPort } from './app-mismatch.js';
import { PAGE_ERRORS, type PageError } from './page-errors.js';

/** Said of a callback that the emulator accepts because the app's `domains` name its port, or localhost. */
const NOT_WITH_REAL_WECHAT: Hint = {
  en: 'This callback will not do with the real WeChat: it takes neither a port nor localhost.',
  zh: '真实的微信不接受这个回调 URL：既不接受端口，也不接受 localhost。',
};

/** Whether `redirect_uri` may be used by this app; with a note if WeChat itself would refuse it. */
export function checkRedirect(app: EmulatorApp, redirectUri: string): { notes: Hint[] } | PageError {
  if (redirectUri === '') return PAGE_ERRORS.noRedirect;
  // Browsers drop tabs and line breaks from URLs and read a backslash as a slash: nobody means one.
  const authority = /^https?:\/\/([^/?#\\@\s]+)(?=[/?#]|$)/i.exec(redirectUri)?.[1];
  if (authority === undefined || /\p{Cc}/u.test(redirectUri) || !URL.canParse(redirectUri)) {
    return PAGE_ERRORS.badRedirect;
  }
  const host = new URL(redirectUri).hostname;
  const port = /:(\d*)$/.exec(authority)?.[1];
  const allowed = (app.domains ?? []).map((domain) => domain.toLowerCase());
  if (port === undefined && allowed.includes(host)) return accept(isLoopback(host));
  if (allowed.includes(`${host}:*`) || (port !== undefined && allowed.includes(`${host}:${port}`))) {
    return accept(port !== undefined || isLoopback(host));
  }
  if (port === undefined) return foreignHost(app, host);
  const otherPort = allowed.some((domain) => domain === host || domain.startsWith(`${host}:`));
  const refuse = otherPort || isLoopback(host) ? foreignPort : foreignHost;
  return refuse(app, `${host}:${port}`);
}

function accept(isLax: boolean): { notes: Hint[] } {
  return { notes: isLax ? [NOT_WITH_REAL_WECHAT] : [] };
}
