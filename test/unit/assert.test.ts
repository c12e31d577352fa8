import {
  checkedMax,
  checkedMaxAge,
  checkedOrigin,
  checkedOrigins,
  checkedText,
  checkedTimeout,
  oneOf,
  quoted,
} from '../../lib/util/assert.js';

describe('a required string', () => {
  it.each(['x', ' x '])('may be %p', (text) => {
    expect(checkedText('clientID', text)).toBe(text);
  });

  it.each([undefined, null, '', ' \n', 5, {}, ['x']])('may not be %p', (value) => {
    expect(() => checkedText('clientID', value)).toThrow(/^clientID is missing: it is the AppID of your app/);
    expect(() => checkedText('officialAccount.clientSecret', value)).toThrow(
      /^officialAccount\.clientSecret is missing: it is the AppSecret of the app/,
    );
    expect(() => checkedText('other', value)).toThrow('other is missing: it must be a text.');
  });
});

describe('a timeout', () => {
  it.each([1, 0.5, 5000, 2 ** 31 - 1])('may be %p', (timeout) => {
    expect(checkedTimeout(timeout)).toBe(timeout);
  });

  it.each([0, -1, Number.NaN, Infinity, 2 ** 31, '5000', null, true])('may not be %p', (timeout) => {
    expect(() => checkedTimeout(timeout)).toThrow(
      'timeout must be a positive number of milliseconds, such as 5000.',
    );
  });
});

describe('bounds of a store', () => {
  it('have defaults', () => {
    expect([checkedMax(), checkedMaxAge()]).toEqual([8, 1_800_000]);
    expect([checkedMax(1), checkedMaxAge(0.5)]).toEqual([1, 0.5]);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, '8' as never])('may not be max %p', (max) => {
    expect(() => checkedMax(max)).toThrow('max must be a positive whole number.');
  });

  it.each([0, -1, Number.NaN, Infinity])('may not be maxAge %p', (maxAge) => {
    expect(() => checkedMaxAge(maxAge)).toThrow('maxAge must be a positive number of milliseconds.');
  });
});

describe('an origin', () => {
  it.each([
    ['https://example.com', 'https://example.com'],
    ['HTTP://Example.com/', 'http://example.com'],
    ['http://[::1]:4810', 'http://[::1]:4810'],
  ])('may be %s', (value, origin) => {
    expect(checkedOrigin('openOrigin', value)).toBe(origin);
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
    expect(() => checkedOrigin('openOrigin', value)).toThrow(
      /^openOrigin must be an origin such as "https:\/\/example\.com": /,
    );
  });

  it('may be one of several', () => {
    expect(checkedOrigins('apiOrigin', 'https://a.example')).toEqual(['https://a.example']);
    expect(checkedOrigins('apiOrigin', ['https://a.example/', 'https://b.example'])).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
    expect(() => checkedOrigins('apiOrigin', [])).toThrow(
      'apiOrigin is an empty list: give at least one origin.',
    );
    expect(() => checkedOrigins('apiOrigin', ['https://a.example', 'b'])).toThrow(
      /^apiOrigin must be an origin/,
    );
  });
});

describe('a choice', () => {
  it('is one of the known values, by default the first', () => {
    expect(oneOf('lang', ['a', 'b'], 'b')).toBe('b');
    expect(oneOf('lang', ['a', 'b'], undefined)).toBe('a');
    expect(() => oneOf('lang', ['a', 'b'], 'c')).toThrow('lang "c" is unknown: use one of a, b.');
    expect(() => oneOf('lang', ['a', 'b'], null)).toThrow('lang object is unknown: use one of a, b.');
  });

  it('is quoted in errors only if it is a string', () => {
    expect([quoted('a"b'), quoted({ secret: 's' }), quoted(5), quoted(undefined)]).toEqual([
      '"a\\"b"',
      'object',
      'number',
      'undefined',
    ]);
  });
});
