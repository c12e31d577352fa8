/** In characters. More of them fit into no cookie. */
const LONGEST = 1000;

/**
 * The page to go to after a login, if it is one of ours, and `/` otherwise. Whoever may put any address there has a
 * trap that looks like this site: https://cwe.mitre.org/data/definitions/601.html
 */
export function localPath(wanted: unknown): string {
  if (typeof wanted !== 'string') return '/';
  // As a browser reads it: it takes "\" for "/", and leaves out tabs and line breaks.
  const here = 'http://here.invalid';
  if (!URL.canParse(wanted, here)) return '/';
  const { origin, pathname, search, hash } = new URL(wanted, here);
  // "/.//evil.example" is on our origin, but its path, read again as an address, is not.
  if (origin !== here || pathname.startsWith('//')) return '/';
  const path = pathname + search + hash;
  // Encoded, as it goes into the session, the cookie and the redirect: a Chinese character has nine characters there.
  return path.length > LONGEST ? '/' : path;
}
