import { randomBytes } from 'node:crypto';

/** 128 random bits in the letters that WeChat documents for `state`: a-z, A-Z, 0-9. */
export function newHandle(): string {
  return randomBytes(16).toString('hex');
}

/** What `newHandle` makes. */
export const HANDLE = /^[0-9a-f]{32}$/;
