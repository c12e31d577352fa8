import { html, type Answer } from '../wechat/answer.js';
import { avatarUrl } from '../wechat/avatar.js';
import type { Destination } from '../wechat/callback-address.js';
import type { PageError } from '../wechat/page-errors.js';
import { renderErrorPage, type PageUser } from '../pages/render.js';
import type { Backend } from '../wechat/backend.js';
import type { Call } from './call.js';

/** WeChat's errors in the browser: HTTP 200, a page, no way back to the app. */
export function errorPage({ lang }: Call, error: PageError, status = 200): Answer {
  return html(renderErrorPage({ lang, ...error }), status);
}

/** A page that no other site may put into a frame and lure a click onto. */
export function unframed(page: string): Answer {
  const answer = html(page);
  return { ...answer, headers: { ...answer.headers, 'Content-Security-Policy': "frame-ancestors 'none'" } };
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

/**
 * Calls back twice, as WeChat's browsers were seen to do: once in the background, once as a page. Nearly at the same
 * time, as a browser that loads an address twice would.
 */
export function doublePage({ url, again = url }: Destination): Answer {
  const script = (value: string): string => JSON.stringify(value).replaceAll('<', '\\u003c');
  return html(
    `<!doctype html><meta charset="utf-8"><title>微信登录模拟器</title><script>
fetch(${script(url)}, { mode: 'no-cors', credentials: 'include', keepalive: true }).catch(() => {});
setTimeout(() => location.replace(${script(again)}), 20);
</script>`,
  );
}
