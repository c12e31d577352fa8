import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { allPages, root, type Page } from './pages.js';

const pages = new Map(allPages().map((page) => [page.path, page]));

/** What is wrong with a relative address on a page; nothing when it leads somewhere. */
function problemOf(page: Page, address: string): string | undefined {
  const [file = '', anchor] = decodeURI(address).split('#');
  const path = file === '' ? page.path : normalize(join(page.path, '..', file));
  if (!existsSync(join(root, path))) return `${address}: there is no ${path}`;
  const target = pages.get(path);
  if (anchor === undefined || !target) return undefined;
  const found = target.ids.includes(anchor) || target.headings.some((heading) => heading.anchor === anchor);
  return found ? undefined : `${address}: ${path} has no heading of that name`;
}

it.each([...pages.values()])('$path links to what is there', (page) => {
  const relative = page.links.filter((address) => !/^([a-z]+:|\/\/)/i.test(address));
  expect(relative.map((address) => problemOf(page, address)).filter((problem) => problem)).toEqual([]);
});
