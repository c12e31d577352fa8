import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allPages, root, type Block } from './pages.js';
import { withoutProse } from './prose.js';

type Shown = Block & { path: string };

const blocks: Shown[] = allPages().flatMap(({ path, blocks }) => blocks.map((block) => ({ path, ...block })));

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

const isChinese = ({ path }: Shown): boolean => path.includes('.zh-CN');
const shown = blocks.filter(({ file }) => file);
const quotations = blocks.filter(({ quoted }) => quoted);

it.each(shown.filter((block) => !isChinese(block)))('$path shows $file as it is', ({ file = '', code }) => {
  expect(code).toBe(read(file));
});

it.each(shown.filter(isChinese))(
  '$path shows $file, with comments and texts in Chinese',
  ({ file = '', ...block }) => {
    expect(withoutProse(block)).toEqual(withoutProse({ ...block, code: read(file) }));
  },
);

it.each(quotations)('$path quotes $quoted as it is', ({ quoted = '', code, language }) => {
  const prose = (text: string): string => squeezed(withoutProse({ language, code: text }).join('\n'));
  expect(prose(read(quoted))).toContain(prose(code));
});

it.each([
  ['English', false],
  ['Chinese', true],
])('every example is shown, in %s', (_language, chinese) => {
  const folders = [
    'docs/examples',
    'test/guides/examples',
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
  const inLanguage = blocks.filter((block) => isChinese(block) === chinese).map(({ file }) => file);
  expect(examples.filter((file) => !inLanguage.includes(file))).toEqual([]);
});

/** A quotation may be indented less than where it stands. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
