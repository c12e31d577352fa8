import fc from 'fast-check';
import { localPath } from '../../examples/express-app/src/return-to.js';

const site = 'https://shop.example';

describe('the page after a login', () => {
  it.each([
    ['/'],
    ['/account'],
    ['/orders?page=2&sort=new#last'],
    ['/%E8%AE%A2%E5%8D%95'],
    ['/search?q=https://other.example/'],
    ['/%2F%2Fother.example'],
    [`/${'a'.repeat(999)}`],
  ])('is %s', (path) => {
    expect(localPath(path)).toBe(path);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a list', ['/account']],
    ['an address', 'https://evil.example/'],
    ['an address without protocol', '//evil.example'],
    ['a backslash', '/\\evil.example'],
    ['two backslashes', '\\\\evil.example'],
    ['a tab between the slashes', '/\t/evil.example'],
    ['a line break between the slashes', '/\n/evil.example'],
    ['a blank first', ' //evil.example'],
    ['a dot segment', '/.//evil.example'],
    ['two dot segments', '/x/..//evil.example'],
    ['an encoded dot segment', '/%2e//evil.example'],
    ['a protocol without host', 'https:'],
    ['a script', 'javascript:alert(1)'],
    ['a broken address', 'http://['],
    ['a very long path', `/${'a'.repeat(1000)}`],
    ['a path that is very long once it is encoded', `/${'订'.repeat(900)}`],
  ])('is the home page for %s', (_what, wanted) => {
    expect(localPath(wanted)).toBe('/');
  });

  it('is on this site, whatever is asked for', () => {
    const tricky = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '\t',
      '\n',
      ':',
      '@',
      '?',
      '#',
      'evil.example',
      'http:',
    );
    const wanted = fc.oneof(
      fc.string(),
      fc.array(tricky, { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(wanted, (text) => {
        expect(new URL(localPath(text), site).origin).toBe(site);
      }),
      { numRuns: 2000 },
    );
  });
});
