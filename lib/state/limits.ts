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

/** The clocks of several processes differ by less. */
const MAX_SKEW_MS = 60_000;

/** Whether a login has taken too long. A clock that was set back to before it began does not keep it alive. */
export function isTooOld(issued: number, maxAge: number): boolean {
  const age = Date.now() - issued;
  return age >= maxAge || age < -MAX_SKEW_MS;
}

/** Why a login that comes back after its time is refused. */
export const TOO_LATE = 'The login took too long.';

/** What is too large comes from the request, as a rule: hence the status. */
export function tooLargeError(cure: string): Error {
  const error = new TypeError(`The application data in state is too large: keep an id in it, ${cure}.`);
  return Object.assign(error, { status: 400 });
}
