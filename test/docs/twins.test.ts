import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { allPages, readPage, root, type Block, type Page } from './pages.js';

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

const COMMENT: Record<string, RegExp> = {
  js: /\/\*.*?\*\/|(?<!:)\/\/.*/g,
  ts: /\/\*.*?\*\/|(?<!:)\/\/.*/g,
  sh: /(?<=^|\s)#.*/g,
  sql: /--.*/g,
  json: /(?!)/g,
};

const TEXT = /(['"`])(?:(?!\1).)*\1/g;

/** Texts of several words, or in Chinese, are for people, and in the language of the page. */
const withoutSentence = (text: string): string => (/[ \u3000-\uffee]/.test(text) ? '…' : text);

/** In diagrams and logs only the number of lines can be the same. */
function withoutProse({ language, code }: Block): unknown {
  const lines = code.split('\n');
  const comment = COMMENT[language];
  if (!comment) return { language, lines: lines.length };
  const withoutComment = (line: string): string => line.replace(comment, '').trimEnd();
  return {
    language,
    lines: lines.map((line) =>
      withoutComment(line).replace(TEXT, withoutSentence).replace('hint.zh', 'hint.en'),
    ),
  };
}
