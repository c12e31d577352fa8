import { randomFillSync } from 'node:crypto';

// Random bytes for many handles at a time: asking the system for 16 costs more than all the rest of a redirect.
const random = Buffer.alloc(16 * 256);
let used = random.length;

/** 128 random bits in the letters that WeChat documents for `state`: a-z, A-Z, 0-9. */
export function newHandle(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += 16;
  return random.toString('hex', used - 16, used);
}

/** What `newHandle` makes. */
export const HANDLE = /^[0-9a-f]{32}$/;
