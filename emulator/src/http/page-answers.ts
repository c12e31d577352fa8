import { renderDoublePage, renderErrorPage } from '../pages/render.js';
import type { PageUser } from '../pages/views.js';
import { html, withHeader, type Answer } from '../wechat/answer.js';
import { avatarUrl } from '../wechat/avatar.js';
import type { Backend } from '../backend.js';
import { localizeName } from '../shared/hint.js';
import type { Destination } from '../wechat/open/callback-address.js';
import { MEANINGS, type PageError } from '../wechat/open/page-errors.js';
import type { EmulatorRequest } from './emulator-request.js';

/** WeChat's errors in the browser: HTTP 200, a page, no way back to the app. */
export function errorPage(
  { masking }: Backend,
  { lang, path, query }: EmulatorRequest,
  { text, textEn = text, code, hint: { en, zh } }: PageError,
  status = 200,
): Answer {
  // What a client sent may stand in the hint, a secret in the wrong place, too.
  const hint = { en: masking.text(en), zh: masking.text(zh) };
  const shown = lang === 'en' ? textEn : text;
  const meaning = lang === 'en' ? MEANINGS.get(shown) : undefined;
  const view = {
    lang,
    text: shown,
    ...(meaning !== undefined && { meaning }),
    ...(code !== undefined && { code }),
    hint,
    ...(path === '/connect/qrconnect' && isEmbedded(query) && { embedded: textColour(query) }),
  };
  return html(renderErrorPage(view), status);
}

/** Whether the QR page is the small panel that wxLogin.js puts into a frame. */
export function isEmbedded(query: URLSearchParams): boolean {
  return ['self_redirect', 'style', 'href', 'oldstyle'].some((name) => query.has(name));
}

/** What the app has asked for, to suit the page around the frame. */
export function textColour(query: URLSearchParams): 'black' | 'white' {
  return query.get('style') === 'white' ? 'white' : 'black';
}

/** A page that no other site may put into a frame and lure a click onto. */
export function unframed(page: string): Answer {
  return withHeader(html(page), 'Content-Security-Policy', "frame-ancestors 'none'");
}

export function doublePage({ lang }: EmulatorRequest, { url, again = url }: Destination): Answer {
  return html(renderDoublePage({ lang, url, again }));
}

/** An app's name in the language of the page. */
export function appName({ lang }: EmulatorRequest, app: { name: string; nameEn?: string }): string {
  return localizeName(app)[lang];
}

/** The users who may be chosen on the phone, the one who holds it first. */
export function pageUsers(backend: Backend, { origin, user: owner }: EmulatorRequest): PageUser[] {
  const users = [owner, ...backend.options.users.filter((user) => user !== owner)];
  return users.map((user) => ({
    name: user.name,
    nickname: user.nickname,
    headimgurl: avatarUrl(origin, user),
  }));
}
