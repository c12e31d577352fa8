import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allPages, root } from './pages.js';
import { commentsIn } from './prose.js';

// The words of the documentation, in both languages: one for each thing, and the one that readers know. CONTRIBUTING.md
// says which, and why.
const pages = allPages().filter(({ path }) => !path.startsWith('docs/api/') && path !== 'CHANGELOG.md');
const chinese = pages.filter(({ path }) => path.includes('.zh-CN'));
const english = pages.filter(({ path }) => !path.includes('.zh-CN'));

/** Lines of prose: without blocks of code, and without code in the line. */
function proseOf(path: string): string[] {
  return (
    readFileSync(join(root, path), 'utf8')
      .replace(/^```.*?^```/gms, (block) => block.replace(/[^\n]/g, ''))
      .replace(/`[^`\n]*`|<!--.*?-->/g, '…')
      // SECURITY.md names tests, whose titles are not its own.
      .replace(path === 'SECURITY.md' ? /"[^"]*"/g : /(?!)/g, (title) => title.replace(/[^\n]/g, ''))
      .split('\n')
  );
}

const found = (path: string, words: RegExp): string[] =>
  proseOf(path).flatMap((line, index) =>
    [...line.matchAll(words)].map(([word]) => `${path}:${index + 1} ${word}`),
  );

it.each(english)('$path has the words of the field', ({ path }) => {
  expect(found(path, /\b(doors?|a text|texts? of|whoever|nobody)\b/gi)).toEqual([]);
});

it.each(chinese)('$path has the words of Chinese developers', ({ path }) => {
  expect(
    found(path, /本软件包|句柄|应答|带类型的|错误处理函数|登录入口|在平台上|扮演|替身|关联微信/g),
  ).toEqual([]);
});

it.each(chinese)('$path has code whose comments are Chinese', ({ path, blocks }) => {
  const foreign = blocks
    .flatMap(commentsIn)
    // `# syntax`, a shebang, and names alone are the same in every language.
    .filter((comment) => /[A-Za-z]{2,} [a-z]+ /.test(comment) && !/\p{Script=Han}/u.test(comment));
  expect([path, foreign]).toEqual([path, []]);
});
