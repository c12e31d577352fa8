import { renderDoublePage, renderErrorPage } from '../pages/render.js';
import type { EmulatorApp } from '../options/apps-and-users.js';
import type { PageUser } from '../pages/views.js';
import { html, withHeader, type Answer } from '../wechat/answer.js';
import { avatarUrl } from '../wechat/avatar.js';
import type { Backend } from '../wechat/backend.js';
import type { Destination } from '../wechat/callback-address.js';
import type { PageError } from '../wechat/page-errors.js';
import type { Call } from './call.js';

/** WeChat's errors in the browser: HTTP 200, a page, no way back to the app. */
export function errorPage(
  { lang }: Call,
  { text, textEn = text, code, fix }: PageError,
  status = 200,
): Answer {
  const view = { lang, text: lang === 'en' ? textEn : text, ...(code !== undefined && { code }), fix };
  return html(renderErrorPage(view), status);
}

/** A page that no other site may put into a frame and lure a click onto. */
export function unframed(page: string): Answer {
  return withHeader(html(page), 'Content-Security-Policy', "frame-ancestors 'none'");
}

export function doublePage({ lang }: Call, { url, again = url }: Destination): Answer {
  return html(renderDoublePage({ lang, url, again }));
}

/** An app's name in the language of the page. */
export function appName({ lang }: Call, { name, nameEn = name }: EmulatorApp): string {
  return lang === 'en' ? nameEn : name;
}

/** The people who may be chosen on the phone, the one who holds it first. */
export function pageUsers(backend: Backend, { origin, user: owner }: Call): PageUser[] {
  const users = [owner, ...backend.settings.users.filter((user) => user !== owner)];
  return users.map((user) => ({
    name: user.name,
    nickname: user.nickname,
    headimgurl: avatarUrl(origin, user),
  }));
}
