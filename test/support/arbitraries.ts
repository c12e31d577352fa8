import fc from 'fast-check';

/** Any value, with those mixed in that attackers try first. */
export const anything = fc.oneof(
  fc.anything({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.constantFrom(
    '',
    '0',
    'authdeny',
    '__proto__',
    'constructor',
    '../',
    '%00',
    '\r\nLocation: https://evil.example',
    '{"$gt":""}',
    'x'.repeat(513),
    'x'.repeat(100_000),
    ['a', 'b'],
    ['a'],
    { a: 1 },
    { toString: 1 },
    Number.NaN,
    null,
    undefined,
  ),
);
/** Whether a value can be an id or a token. */
export const isNonEmptyString = (value: unknown): value is string =>
  typeof value === 'string' && value !== '';
