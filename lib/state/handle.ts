import { randomUUID } from 'node:crypto';

/**
 * A random handle in the letters that WeChat documents for `state`: a-z, A-Z, 0-9. Of its 128 bits, 122 are random
 * (RFC 9562, section 5.4); Node draws the bytes for many at a time, which makes it cheaper than `randomBytes`.
 */
export function newHandle(): string {
  return randomUUID().replaceAll('-', '');
}

/** What `newHandle` makes. */
export const HANDLE = /^[0-9a-f]{32}$/;
