import { getPublicSuffix } from 'tough-cookie';

/** Whether a URL is this machine's own. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

/** Whether two URLs are at hosts of one registrable domain; of IP addresses and single names, at the same host. */
export function isSameSite(one: URL, other: URL): boolean {
  if (one.hostname === other.hostname) return true;
  const site = registrableDomain(one);
  return site !== undefined && site === registrableDomain(other);
}

function registrableDomain({ hostname }: URL): string | undefined {
  if (/^[\d.]+$|^\[|^[^.]+$/.test(hostname)) return undefined;
  return getPublicSuffix(hostname, { allowSpecialUseDomain: true, ignoreError: true });
}
