/** A lone surrogate: valid in a JSON string, not encodable in a URL. */
export const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * A non-empty string, or `undefined`. WeChat sends `''` for what it does not know; as an id it would make all users
 * one.
 */
export function nonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws TypeError unless the value is a string that a URL can carry */
export function assertParameter(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !LONE_SURROGATE.test(value)) return value;
  throw new TypeError(`${name} must be a non-empty string.`);
}

/** @throws TypeError unless the value is a boolean or absent */
export function assertBoolean(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value === 'boolean') return value;
  throw new TypeError(`${option} must be true or false.`);
}

/** One of the choices; the first is the default. @throws TypeError */
export function assertOneOf<T extends string>(
  option: string,
  choices: readonly [T, ...T[]],
  value: unknown,
): T {
  if (value === undefined) return choices[0];
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw new TypeError(`${option} ${inspectValue(value)} is unknown: use one of ${choices.join(', ')}.`);
}

/** A value in an error message: only strings are shown, of all else the type. */
export function inspectValue(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : typeof value;
}
