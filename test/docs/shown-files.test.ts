import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allPages, root, type Block } from './pages.js';

type Shown = Block & { path: string };

const blocks: Shown[] = allPages().flatMap(({ path, blocks }) => blocks.map((block) => ({ path, ...block })));

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

it.each(blocks.filter(({ file }) => file))('$path shows $file as it is', ({ file = '', code }) => {
  expect(code).toBe(read(file));
});

it.each(blocks.filter(({ quoted }) => quoted))('$path quotes $quoted as it is', ({ quoted = '', code }) => {
  expect(squeezed(read(quoted))).toContain(squeezed(code));
});

it.each([
  ['English', false],
  ['Chinese', true],
])('every example is shown, in %s', (_language, chinese) => {
  const folders = [
    'docs/examples',
    'test/doors/examples',
    'test/hosts/examples',
    'test/hosts/nodebb/plugin',
    'test/package/consumers/egg',
    'test/package/consumers/next-app-router',
    'test/package/consumers/next-pages',
  ];
  const examples = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1)),
  );
  const shown = blocks.filter(({ path }) => path.includes('.zh-CN') === chinese).map(({ file }) => file);
  expect(examples.filter((file) => !shown.includes(file))).toEqual([]);
});

/** A quotation may be indented less than where it stands. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
