import type { ResolvedOptions } from '../../options/resolve-options.js';

/** Where the browser goes after the user's answer. */
export interface Destination {
  /** The app's callback, with `code` and `state`. */
  url: string;
  /** The second callback, under `doubleCallback`. */
  again?: string;
}

/**
 * The callback as the QR page's script builds it: by concatenation, so that behind a fragment the code lands
 * inside the fragment, and `state` is not encoded again (published captures of the page).
 */
export function concatenated(redirectUri: string, params: string): string {
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${params}`;
}

/**
 * The callback as the page inside WeChat builds it: the parameters stand in the query, before any fragment.
 */
export function withQuery(redirectUri: string, params: Record<string, string>): string {
  const hash = redirectUri.indexOf('#');
  const base = hash < 0 ? redirectUri : redirectUri.slice(0, hash);
  const fragment = hash < 0 ? '' : redirectUri.slice(hash);
  const query = Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const url = query.length === 0 ? base : concatenated(base, query.join('&'));
  // A Location header holds ASCII.
  return (url + fragment).replace(/[^\x21-\x7e]+/gu, (text) => encodeURIComponent(text));
}

/** One callback, or two under `doubleCallback`: with the same code, or the second with a code of its own. */
export function resolveDestination(
  { doubleCallback }: ResolvedOptions,
  url: string,
  withAnotherCode: () => string,
): Destination {
  if (doubleCallback === false) return { url };
  return { url, again: doubleCallback === 'same-code' ? url : withAnotherCode() };
}
