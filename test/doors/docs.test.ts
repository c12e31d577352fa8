import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const guides = [
  'embedded-qr',
  'inside-wechat',
  'many-tenants',
  'mini-program',
  'native-app',
  'observability',
  'one-person',
  'website-qr',
];
const examples = readdirSync(join(__dirname, 'examples')).map((file) => `test/doors/examples/${file}`);

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The examples that a guide shows: what it says their file is, and their code. */
function shownIn(guide: string): [file: string, code: string][] {
  const blocks = read(guide).matchAll(/<!-- (test\/\S+) -->\n\n```ts\n(.*?)```\n/gs);
  return [...blocks].map(([, file = '', code = '']) => [file, code]);
}

it.each(guides)('%s shows its examples as they are tested, in both languages', (guide) => {
  for (const [file, code] of shownIn(`docs/${guide}.md`)) expect([file, code]).toEqual([file, read(file)]);
  expect(shownIn(`docs/${guide}.zh-CN.md`)).toEqual(shownIn(`docs/${guide}.md`));
});

it.each(guides)('%s quotes other files as they are', (guide) => {
  const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();
  for (const language of ['md', 'zh-CN.md']) {
    const quotes = read(`docs/${guide}.${language}`).matchAll(/<!-- from (\S+) -->\n\n```\w+\n(.*?)```/gs);
    for (const [, file = '', quote = ''] of quotes) expect(squeezed(read(file))).toContain(squeezed(quote));
  }
});

it('every example is in a guide', () => {
  const shown = guides.flatMap((guide) => shownIn(`docs/${guide}.md`).map(([file]) => file));
  expect(new Set(shown)).toEqual(new Set(examples));
});

it.each(guides)('%s has the same headings, tables and code in both languages', (guide) => {
  const shape = (file: string): (string | undefined)[] =>
    [...read(file).matchAll(/^(#+ |\| |```\w*)/gm)].map(([start]) => start);
  expect(shape(`docs/${guide}.zh-CN.md`)).toEqual(shape(`docs/${guide}.md`));
});

it.each(guides.flatMap((guide) => [`${guide}.md`, `${guide}.zh-CN.md`]))(
  '%s links to what is there',
  (guide) => {
    const links = [...read(`docs/${guide}`).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)];
    for (const [link, file, anchor] of links) {
      const text = read(join('docs', file === '' || file === undefined ? guide : file));
      const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(
        ([, heading = '']) =>
          `#${heading
            .toLowerCase()
            .replace(/[^\p{L}\p{N}\s_-]/gu, '')
            .trim()
            .replaceAll(' ', '-')}`,
      );
      if (anchor !== undefined) expect([link, anchors]).toEqual([link, expect.arrayContaining([anchor])]);
    }
  },
);
