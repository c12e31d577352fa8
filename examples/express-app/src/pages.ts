import { Eta } from 'eta';
import type { Request, RequestHandler, Response } from 'express';
import { messageFor, type Failure } from './failures.js';
import { textFor, type Text } from './text.js';
import type { WeChat } from './which-wechat.js';

// Eta escapes what "<%= %>" prints: a nickname is whatever its owner likes it to be.
const eta = new Eta({ views: `${import.meta.dirname}/../views`, cache: true });

/** Sends a page in the visitor's language. */
export function render(req: Request, res: Response, view: string, data: object = {}): void {
  const text = textFor(req);
  res.vary('Accept-Language');
  // A shared computer's back button must not show who was here.
  res.set('Cache-Control', 'no-store');
  res.type('html').send(eta.render(view, { text, person: req.user, ...data }));
}

/** Sends the page that says what happened and what to do. */
export function renderFailure(req: Request, res: Response, failure: Failure, status: number): void {
  const text = textFor(req);
  const isLoggedIn = req.user !== undefined;
  res.status(status);
  render(req, res, 'failure', {
    message: messageFor(failure, text, isLoggedIn),
    way: wayOn(failure, isLoggedIn, text),
  });
}

/** Where the page leads; second to reading it, when trying again cannot help. */
function wayOn(
  failure: Failure,
  isLoggedIn: boolean,
  text: Text,
): { href: string; label: string; isSecond: boolean } {
  const isSecond = ['blocked', 'snapshot', 'refused', 'broken'].includes(failure);
  if (failure === 'notFound' || failure === 'otherSite') return { href: '/', label: text.toHome, isSecond };
  // Whoever is logged in wanted to link a WeChat.
  if (isLoggedIn) return { href: '/account', label: text.backToAccount, isSecond };
  return { href: '/login', label: isSecond ? text.toLogIn : text.tryAgain, isSecond };
}

/** Lets pages load from here and from WeChat what they need, and nothing else. */
export function securityHeaders(wechat: WeChat): RequestHandler {
  const { frameOrigin, scriptOrigin, pictureOrigins } = wechat;
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    `script-src 'self' ${scriptOrigin}`,
    // WeChat's page with the QR code, and ours on which it ends.
    `frame-src ${frameOrigin} 'self'`,
    `img-src 'self' ${pictureOrigins.join(' ')}`,
    // The form that begins a link ends at WeChat, and browsers hold its redirect to this as well.
    `form-action 'self' ${frameOrigin}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return (_req, res, next) => {
    res.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      // The address of the callback holds a code; other sites have no business with it.
      'Referrer-Policy': 'same-origin',
    });
    next();
  };
}
