import type { Visit } from './browser.js';
import type { HttpResponse } from './request.js';

/** Who is logged in, as far as the page tells. */
export type Who =
  | { is: 'person'; name: string }
  /** A profile without an identity: `"id":"undefined"`. */
  | { is: 'undefined' }
  /** Logged in, but the page shows none of the nicknames. */
  | { is: 'somebody' }
  | { is: 'nobody' };

/** What the pages of this app look like. */
export interface KnownPages {
  /** The page of `who` for somebody who is not logged in; absent without `who`. */
  anonymous?: string;
  /** The page after a login that went well, its words unchanged; absent until there was one. */
  loggedIn?: Visit;
  /** Whether that page shows the nickname of its user. */
  showsNames?: boolean;
}

/**
 * Reads who is logged in from a page.
 *
 * @param page the response of `who`, or else where the browser is after the callback
 * @param names the nicknames that may appear
 */
export function identify(page: Visit, names: string[], known: KnownPages): Who {
  const { response } = page;
  if (page.leadsTo !== undefined) return { is: 'nobody' };
  const succeeded = response.status < 400;
  if (succeeded && showsUndefined(response) && !(known.loggedIn && showsUndefined(known.loggedIn.response))) {
    return { is: 'undefined' };
  }
  const name = names.find((nickname) => response.body.includes(nickname));
  if (name !== undefined) return { is: 'person', name };
  if (!succeeded) return { is: 'nobody' };
  if (known.anonymous !== undefined) {
    return { is: pageKey(response) === known.anonymous ? 'nobody' : 'somebody' };
  }
  const loggedIn = known.loggedIn?.response;
  if (!loggedIn || describePlace(loggedIn) !== describePlace(response)) return { is: 'nobody' };
  // A page that shows its user by name, and none now.
  return { is: known.showsNames ? 'nobody' : 'somebody' };
}

/** Tells the anonymous page from others: by where it is, and of JSON by its content; other pages differ each time. */
export function pageKey(response: HttpResponse): string {
  const isJson = (response.headers['content-type'] ?? '').includes('json');
  return `${describePlace(response)} ${isJson ? response.body : ''}`;
}

function describePlace({ status, url }: HttpResponse): string {
  return `${status} ${url.host}${url.pathname}`;
}

/** The word where an id or a name should stand: `"id":"undefined"`, `Hello undefined`. */
function showsUndefined({ body }: HttpResponse): boolean {
  return /"\w*"\s*:\s*"undefined"|>[^<>]*\bundefined\b[^<>]*</.test(
    body.replace(/<script[^]*?<\/script>/g, ''),
  );
}
