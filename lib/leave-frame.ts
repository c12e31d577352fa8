import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const SCRIPT = 'window.top.location.replace(window.location.href)';

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
};

/**
 * The page is seen by those whose browser wants a click first: Firefox, where the frame and the page are of two
 * hosts.
 */
const TEXTS = {
  zh: ['zh-CN', '微信登录', '已从微信返回，还差一步即可完成登录。', '继续登录'],
  en: ['en', 'WeChat login', 'You are back from WeChat. One more step finishes your login.', 'Continue'],
} as const;

/**
 * A middleware for the callback route of an embedded QR code: it hands an authorization response that arrives inside a
 * frame to the window around it, and lets every other request pass.
 *
 * With `self_redirect: true`, WeChat's page sends the frame to your callback. Another site started that navigation,
 * so the browser leaves out SameSite=Lax cookies, and with them the session that the login was started in; a redirect
 * does not bring them back. The page that this middleware responds with is your own, and so is the navigation of the
 * window that it starts: the cookies come along, and the login ends in the whole window. If a browser demands a click
 * for that, the page asks for it, in Chinese or English as `Accept-Language` says.
 *
 * It goes by `Sec-Fetch-Dest`, which all browsers have sent since 2023 to https URLs and to localhost. It needs
 * nothing of the Content-Security-Policy that the app has; with `X-Frame-Options: DENY` there is no frame to leave.
 *
 * @example app.get('/auth/wechat/callback', leaveFrame(), passport.authenticate('wechat', { failureRedirect: '/login' }));
 */
export function leaveFrame(): (req: IncomingMessage, res: ServerResponse, next: () => void) => void {
  return (req, res, next) => {
    if (req.headers['sec-fetch-dest'] !== 'iframe') {
      next();
      return;
    }
    // In the order of preference; its weights only repeat it, as browsers send it.
    const [, language = 'zh'] = /\b(zh|en)\b/i.exec(req.headers['accept-language'] ?? '') ?? [];
    const [lang, title, sentence, link] = TEXTS[language.toLowerCase() as keyof typeof TEXTS];
    res.writeHead(200, HEADERS);
    res.end(
      `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<script>${SCRIPT}</script><p>${sentence}</p><p><a href="" target="_top">${link}</a></p>`,
    );
  };
}
