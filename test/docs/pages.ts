import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import MarkdownIt from 'markdown-it';

export const root = join(__dirname, '../..');

/** One page of Markdown, taken apart. */
export interface Page {
  /** Relative to the repository. */
  path: string;
  headings: { level: number; anchor: string }[];
  /** What the page's own HTML can be linked to by. */
  ids: string[];
  /** Addresses of links and pictures. */
  links: string[];
  /** For each table the number of cells of each row. */
  tables: number[][];
  listItems: number;
  blocks: Block[];
}

export interface Block {
  language: string;
  code: string;
  /** Where the code begins, counted from 1. */
  line: number;
  /** The heading that it stands under. */
  heading: string;
  /** The file that the block shows, named in a comment before it. */
  file: string | undefined;
  /** The file that the block is a part of, in a comment with `from`. */
  quoted: string | undefined;
}

/** Every page that is in the repository, or will be with the next commit. */
export function allPages(): Page[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  return [...new Set(listed.split('\n'))].filter((path) => path !== '').map(readPage);
}

const markdown = new MarkdownIt({ html: true });

export function readPage(path: string): Page {
  const page: Page = { path, headings: [], ids: [], links: [], tables: [], listItems: 0, blocks: [] };
  const tokens = markdown.parse(readFileSync(join(root, path), 'utf8'), {});
  const seen = new Map<string, number>();
  let heading = '';
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    const html = token.type === 'html_block' || token.type === 'html_inline' ? token.content : '';
    page.links.push(...[...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address));
    if (token.type === 'fence') {
      const comment = before?.type === 'html_block' ? before.content : '';
      page.blocks.push({
        language: token.info.trim(),
        code: token.content,
        line: (token.map?.[0] ?? 0) + 2,
        heading,
        file: /^<!-- (\S+) -->/.exec(comment)?.[1],
        quoted: /^<!-- from (\S+) -->/.exec(comment)?.[1],
      });
    }
    if (token.type === 'table_open') page.tables.push([]);
    if (token.type === 'tr_open') page.tables.at(-1)?.push(0);
    if (token.type === 'th_open' || token.type === 'td_open') {
      const rows = page.tables.at(-1) ?? [];
      rows.push((rows.pop() ?? 0) + 1);
    }
    if (token.type === 'list_item_open') page.listItems++;
    for (const child of token.children ?? []) {
      page.ids.push(...[...child.content.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id));
      const address = child.attrGet('href') ?? child.attrGet('src');
      if (address !== null) page.links.push(String(address));
    }
    if (before?.type === 'heading_open') {
      heading = (token.children ?? []).map((child) => child.content).join('');
      page.headings.push({ level: Number(before.tag.slice(1)), anchor: anchorOf(heading, seen) });
    }
  });
  return page;
}

/** What GitHub makes of a heading: letters of any script, digits, `_` and `-` stay; the second of a name gets `-1`. */
function anchorOf(heading: string, seen: Map<string, number>): string {
  const slug = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
  const times = seen.get(slug) ?? 0;
  seen.set(slug, times + 1);
  return times === 0 ? slug : `${slug}-${times}`;
}
