import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const guarantees = /\n## What is guaranteed\n(.*?)\n## What is assumed\n/s.exec(
  readFileSync(join(root, 'SECURITY.md'), 'utf8'),
)?.[1];

/** Each test that SECURITY.md names, with its file. */
function named(): [file: string, test: string][] {
  const list: [string, string][] = [];
  let file = '';
  for (const [, path, test] of (guarantees ?? '').matchAll(/`(test\/[\w/.-]+)`|"([^"]+)"/g)) {
    if (path !== undefined) file = path;
    else list.push([file, (test ?? '').replaceAll(/\s+/g, ' ')]);
  }
  return list;
}

it('every guarantee of SECURITY.md names tests', () => {
  const lines = (guarantees ?? '').split(/\n- /).slice(1);
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.filter((line) => !/`test\/.*"[^"]+"/s.test(line))).toEqual([]);
});

it.each(named())('%s has the test "%s"', (file, test) => {
  const path = join(root, file);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain(test);
});
