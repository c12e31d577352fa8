/** How many logins of one browser can be pending. @throws TypeError */
export function assertMax(max = 8): number {
  if (Number.isInteger(max) && max > 0) return max;
  throw new TypeError('max must be a positive whole number.');
}

/** How long a login may take, in milliseconds: users leave a QR code open. @throws TypeError */
export function assertMaxAge(maxAge = 30 * 60_000): number {
  if (maxAge > 0 && maxAge < Infinity) return maxAge;
  throw new TypeError('maxAge must be a positive number of milliseconds.');
}

/** Why a login that comes back after its time is refused. */
export const TOO_LATE = 'The login took too long.';
