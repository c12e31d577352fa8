/**
 * What can only be suspected of a configuration: it may be right, so it is no error, but it usually is not.
 * Each is a `process.emitWarning` of type `WeChatWarning` with one of these codes, once for each code and subject in
 * a process.
 */
const WARNINGS = {
  WECHAT_APPID_BLANK:
    'clientID has a space in it or around it, which no AppID has: WeChat will not know it (40013).',
  WECHAT_SECRET_BLANK:
    'clientSecret has a space in it or around it, which no AppSecret has: WeChat will refuse it (40125).',
  WECHAT_PLACEHOLDER: 'A credential is the placeholder of a guide: put your own in its place.',
  WECHAT_UNKNOWN_OPTION: 'An option is unknown, and has no effect.',
  WECHAT_CALLBACK_MISSING:
    'callbackURL is missing: it is where WeChat sends users back to. Unless every passport.authenticate() gives one, no login works.',
  WECHAT_CALLBACK_HTTP:
    'callbackURL is http, so the code of a login crosses the network in the open: serve the callback over https.',
  WECHAT_CALLBACK_HOST:
    'callbackURL has a port or names this machine, and WeChat refuses both (10003). For development, start ' +
    'wechat-login-emulator and set openOrigin and apiOrigin to its address.',
  WECHAT_ORIGINS:
    'Of openOrigin and apiOrigin only one is set, and not to a host of WeChat: codes of the one are unknown to the other. Set ' +
    'both (to an emulator, both to its address), or name the real host of WeChat for the other.',
  WECHAT_PROXY_UNTRUSTED:
    'X-Forwarded-Proto says https, but the proxy is not trusted, so callbackURL is resolved to http: set the trust of your host ' +
    "(Express: app.set('trust proxy', 1)), or make callbackURL absolute.",
  WECHAT_FETCH:
    'A login was begun by fetch() or XMLHttpRequest, which cannot follow the redirect to WeChat: use a link, or set location.href.',
  WECHAT_ORIGIN_HTTP:
    'An origin is plain http to a public host, which shows the AppSecret, codes and tokens to everybody on the way: use https. ' +
    'Under NODE_ENV=production this is an error, unless allowInsecureOrigins is true.',
  WECHAT_COOKIE_SECRET:
    'The secret of the CookieStateStore has less than 32 characters, so it might be guessed: take a random one.',
  WECHAT_COOKIE_HTTP:
    'The cookie of the CookieStateStore is Secure, but the login came over http, so that browsers drop it: serve the site over ' +
    'https (behind a proxy, trust its headers), or set secure: false in a network of your own.',
  WECHAT_VERIFY_SILENT:
    'verify has neither called done nor returned a promise of the user for 30 seconds, and the browser still waits.',
} as const;

type WeChatWarningCode = keyof typeof WARNINGS;

const warned = new Set<string>();

/** @param subject what the warning is about, such as the name of a strategy */
export function warnAbout(code: WeChatWarningCode, subject?: string): void {
  const key = `${code} ${subject ?? ''}`;
  if (warned.has(key)) return;
  warned.add(key);
  const about = subject === undefined ? '' : ` (${subject})`;
  process.emitWarning(WARNINGS[code] + about, { type: 'WeChatWarning', code });
}
