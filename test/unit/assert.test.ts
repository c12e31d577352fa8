import { createApi } from '../../lib/api/request.js';
import { assertMax, assertMaxAge } from '../../lib/state/limits.js';
import { assertOneOf, inspectValue } from '../../lib/util/assert.js';
import { assertSecureOrigin } from '../../lib/util/secure-origin.js';

describe('a timeout', () => {
  it.each([1, 0.5, 5000, 2 ** 31 - 1])('may be %p', (timeout) => {
    expect(() => createApi({ timeout })).not.toThrow();
  });

  it.each([0, -1, Number.NaN, Infinity, 2 ** 31, '5000', null, true])('may not be %p', (timeout) => {
    expect(() => createApi({ timeout } as never)).toThrow(
      'timeout must be a positive number of milliseconds, such as 5000.',
    );
  });
});

describe('bounds of a store', () => {
  it('have defaults', () => {
    expect([assertMax(), assertMaxAge()]).toEqual([8, 1_800_000]);
    expect([assertMax(1), assertMaxAge(0.5)]).toEqual([1, 0.5]);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, '8' as never])('may not be max %p', (max) => {
    expect(() => assertMax(max)).toThrow('max must be a positive whole number.');
  });

  it.each([0, -1, Number.NaN, Infinity])('may not be maxAge %p', (maxAge) => {
    expect(() => assertMaxAge(maxAge)).toThrow('maxAge must be a positive number of milliseconds.');
  });
});

describe('an origin', () => {
  it.each([
    ['https://example.com', 'https://example.com'],
    ['HTTP://Example.com/', 'http://example.com'],
    ['http://[::1]:4810', 'http://[::1]:4810'],
  ])('may be %s', (value, origin) => {
    expect(assertSecureOrigin('openOrigin', value, true)).toBe(origin);
  });

  it.each([
    'example.com',
    'ftp://example.com',
    'xhttp://example.com',
    'https://example.com/path',
    'https://example.com/?a=1',
    'https://user@example.com',
    '',
    undefined,
    5,
  ])('may not be %p', (value) => {
    expect(() => assertSecureOrigin('openOrigin', value, true)).toThrow(
      /^openOrigin must be an origin such as "https:\/\/example\.com": /,
    );
  });

  it('may be one of several', () => {
    expect(createApi({ apiOrigin: 'https://a.example' }).origin).toBe('https://a.example');
    expect(createApi({ apiOrigin: ['https://a.example/', 'https://b.example'] }).origin).toBe(
      'https://a.example',
    );
    expect(() => createApi({ apiOrigin: [] })).toThrow(
      'apiOrigin is an empty list: give at least one origin.',
    );
    expect(() => createApi({ apiOrigin: ['https://a.example', 'b'] })).toThrow(
      /^apiOrigin must be an origin/,
    );
  });
});

describe('a choice', () => {
  it('is one of the known values, by default the first', () => {
    expect(assertOneOf('lang', ['a', 'b'], 'b')).toBe('b');
    expect(assertOneOf('lang', ['a', 'b'], undefined)).toBe('a');
    expect(() => assertOneOf('lang', ['a', 'b'], 'c')).toThrow('lang "c" is unknown: use one of a, b.');
    expect(() => assertOneOf('lang', ['a', 'b'], null)).toThrow('lang object is unknown: use one of a, b.');
  });

  it('is quoted in errors only if it is a string', () => {
    expect([
      inspectValue('a"b'),
      inspectValue({ secret: 's' }),
      inspectValue(5),
      inspectValue(undefined),
    ]).toEqual(['"a\\"b"', 'object', 'number', 'undefined']);
  });
});
