import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './pages.js';

const guarantees = /\n## What is guaranteed\n(.*?)\n## What is assumed\n/s.exec(
  readFileSync(join(root, 'SECURITY.md'), 'utf8'),
)?.[1];

/** Each test that SECURITY.md names, with its file. */
function named(): [file: string, test: string][] {
  const list: [string, string][] = [];
  let file = '';
  for (const [, path, test] of (guarantees ?? '').matchAll(/`(test\/[\w/.-]+)`|"([^"]+)"/g)) {
    if (path !== undefined) file = path;
    else list.push([file, (test ?? '').replaceAll(/\s+/g, ' ').replaceAll('\\', '')]);
  }
  return list;
}

it('every guarantee of SECURITY.md names tests', () => {
  const lines = (guarantees ?? '').split(/\n- /).slice(1);
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.filter((line) => !/`test\/.*"[^"]+"/s.test(line))).toEqual([]);
});

/** The titles in a file of tests, whole and as they are written: of it() and describe(), and of the rows of a table. */
function titles(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext);
  const found: string[] = [];
  const take = (title: ts.Node | undefined): void => {
    if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title)))
      found.push(title.getText(source).slice(1, -1));
  };
  (function look(node: ts.Node): void {
    if (ts.isCallExpression(node)) {
      const [first] = node.arguments;
      const called = node.expression.getText(source);
      if (/^(it|describe)\b/.test(called)) take(first);
      if (/^it\.each\b/.test(called) && first && ts.isArrayLiteralExpression(first))
        first.elements.filter(ts.isArrayLiteralExpression).forEach((row) => take(row.elements[0]));
    }
    ts.forEachChild(node, look);
  })(source);
  return found;
}

it.each(named())('%s has the test "%s"', (file, test) => {
  expect(titles(join(root, file))).toContain(test);
});
