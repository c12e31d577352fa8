import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { allPages, readPage, root, type Page } from './pages.js';
import { withoutProse } from './prose.js';

const pages = allPages();
const twins = pages.filter(({ path }) => path.endsWith('.zh-CN.md'));

it.each(pages.filter(({ path }) => /^docs\/[^/]+\.md$/.test(path)))(
  '$path is there in both languages',
  ({ path }) => {
    const other = path.includes('.zh-CN') ? path.replace('.zh-CN', '') : path.replace(/md$/, 'zh-CN.md');
    expect(existsSync(join(root, other)) ? other : 'missing').toBe(other);
  },
);

describe.each(twins)('$path says the same as its twin', (chinese) => {
  const english = readPage(chinese.path.replace('.zh-CN', ''));

  it('in the same sections', () => {
    expect(levels(chinese)).toEqual(levels(english));
  });

  it('in as many tables, rows and list items', () => {
    expect([chinese.tables, chinese.listItems]).toEqual([english.tables, english.listItems]);
  });

  it('in the same code, but for comments and texts', () => {
    expect(chinese.blocks.map(withoutProse)).toEqual(english.blocks.map(withoutProse));
  });

  it('with links to the same places', () => {
    expect(targets(chinese)).toEqual(targets(english));
  });
});

function levels({ headings }: Page): number[] {
  return headings.map(({ level }) => level);
}

/** The pages and sites that a page links to, without their anchors, which are in the page's own language. */
function targets({ links, path }: Page): string[] {
  const own = path.split('/').pop()?.replace('.zh-CN', '') ?? '';
  return links
    .map((address) =>
      address
        .replace(/(?<!^)#.*/, '')
        .replace('.zh-CN', '')
        .replace('/zh-cn/', '/en/'),
    )
    .map((address) => (address.startsWith('#') ? own : address))
    .filter((address) => address !== own)
    .sort();
}
