/**
 * What can only be suspected of a configuration: it may be right, so it is no error, but it usually is not.
 * Each is a `process.emitWarning` of type `WeChatWarning` with one of these codes, once for each code in a process.
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
  WECHAT_COOKIE_SECRET:
    'The secret of the CookieStateStore has less than 32 characters, so it might be guessed: take a random one.',
} as const;

type WeChatWarningCode = keyof typeof WARNINGS;

const warned = new Set<WeChatWarningCode>();

export function warnOnce(code: WeChatWarningCode): void {
  if (warned.has(code)) return;
  warned.add(code);
  process.emitWarning(WARNINGS[code], { type: 'WeChatWarning', code });
}
