import type { Block } from './pages.js';

const SLASHES = /\/\*.*?\*\/|(?<!:)\/\/[^\n]*/gs;
const HASH = /(?<=^|\s)#[^\n]*/gm;

/**
 * The comments of a language; a language that is not here is shown in each page's own words, as diagrams and logs
 * are.
 */
const COMMENT: Record<string, RegExp> = {
  js: SLASHES,
  ts: SLASHES,
  sh: HASH,
  nginx: HASH,
  ini: HASH,
  sql: /--[^\n]*/g,
  json: /(?!)/g,
};

const TEXT = /(['"`])(?:(?!\1).)*\1/g;

/** Texts of several words, or in Chinese, are for people, and in the language of the page. */
const withoutSentence = (text: string): string => (/[ \u3000-\uffee]/.test(text) ? '…' : text);

/** The lines of a block of code without comments and texts, which are in the language of the page. */
export function withoutProse({ language, code }: Pick<Block, 'language' | 'code'>): string[] {
  const comment = COMMENT[language];
  if (!comment) return code.split('\n').map(() => '…'); // only the number of lines can be the same
  return code
    .replace(comment, (text) => text.replace(/[^\n]+/g, ''))
    .split('\n')
    .map((line) => line.trimEnd().replace(TEXT, withoutSentence).replace('hint.zh', 'hint.en'));
}

/** The comments of a block of code. */
export function commentsIn({ language, code }: Pick<Block, 'language' | 'code'>): string[] {
  return code.match(COMMENT[language] ?? /(?!)/g) ?? [];
}
