/**
 * What can only be suspected of a configuration: it may be right, so it is no error, but it usually is not.
 * Each is a `process.emitWarning` of type `WeChatWarning` with one of these codes, once for each code and subject in a process.
 */
const WARNINGS = {
  WECHAT_APPID_BLANK:
    'clientID has a space in it or around it, which no AppID has: WeChat will not know it (40013).',
  WECHAT_SECRET_BLANK:
    'clientSecret has a space in it or around it, which no AppSecret has: WeChat will refuse it (40125).',
  WECHAT_CALLBACK_HTTP:
    'callbackURL is http, so the code of a login crosses the network in the open: serve the callback over https.',
  WECHAT_CALLBACK_HOST:
    'callbackURL has a port or names this machine, and WeChat refuses both (10003). For development, start ' +
    'wechat-login-emulator and set openOrigin and apiOrigin to its address.',
  WECHAT_ORIGIN_HTTP:
    'An origin is plain http to a public host, which shows the AppSecret, codes and tokens to everybody on the way: use https. ' +
    'Under NODE_ENV=production this is an error, unless allowInsecureOrigins is true.',
  WECHAT_COOKIE_SECRET:
    'The secret of the CookieStateStore has less than 32 characters, so it might be guessed: take a random one.',
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
