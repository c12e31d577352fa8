/** @throws TypeError for what is not a text with something in it */
export function checkedText(option: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new TypeError(
    `${option} is missing: ${WHERE[option.split('.').at(-1) ?? ''] ?? 'it must be a text'}.`,
  );
}

/** Half a character, which a JSON body can hold and no address. */
export const HALF_CHARACTER = /\p{Surrogate}/u;

/** A value that goes to WeChat in an address. @throws TypeError */
export function checkedParameter(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !HALF_CHARACTER.test(value)) return value;
  throw new TypeError(`${name} must be a text.`);
}

/** @throws TypeError for what is neither true nor false */
export function checkedBoolean(option: string, value: unknown, usual: boolean): boolean {
  if (value === undefined) return usual;
  if (typeof value === 'boolean') return value;
  throw new TypeError(`${option} must be true or false.`);
}

const WHERE: Readonly<Record<string, string>> = {
  clientID:
    'it is the AppID of your app at https://open.weixin.qq.com or https://mp.weixin.qq.com (is the environment set?)',
  clientSecret: 'it is the AppSecret of the app, shown beside its AppID (is the environment set?)',
};

/** @throws TypeError for what is not a positive number of milliseconds that a timer can hold */
export function checkedTimeout(timeout: unknown): number {
  if (typeof timeout === 'number' && timeout > 0 && timeout <= 2 ** 31 - 1) return timeout;
  throw new TypeError('timeout must be a positive number of milliseconds, such as 5000.');
}

/** How many logins a browser can have outstanding. @throws TypeError */
export function checkedMax(max = 8): number {
  if (Number.isInteger(max) && max > 0) return max;
  throw new TypeError('max must be a positive whole number.');
}

/** How long a login may take, in milliseconds: people leave a QR code open. @throws TypeError */
export function checkedMaxAge(maxAge = 30 * 60_000): number {
  if (maxAge > 0 && maxAge < Infinity) return maxAge;
  throw new TypeError('maxAge must be a positive number of milliseconds.');
}

/** @throws TypeError for an empty list or for what is not an http(s) origin */
export function checkedOrigins(
  option: string,
  value: string | readonly string[],
): readonly [string, ...string[]] {
  const [first, ...rest] = [value].flat().map((origin) => checkedOrigin(option, origin));
  if (first === undefined) throw new TypeError(`${option} is an empty list: give at least one origin.`);
  return [first, ...rest];
}

/** @throws TypeError for what is not an http(s) origin */
export function checkedOrigin(option: string, value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new TypeError(
    `${option} must be an origin such as "https://example.com": with http:// or https://, without path, query or user; undefined for WeChat itself.`,
  );
}

/** One of the choices; the first is the default. @throws TypeError */
export function oneOf<T extends string>(option: string, choices: readonly [T, ...T[]], value: unknown): T {
  if (value === undefined) return choices[0];
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw new TypeError(`${option} ${quoted(value)} is unknown: use one of ${choices.join(', ')}.`);
}

/** A value in an error message: nothing of it but a text is shown. */
export function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : typeof value;
}
