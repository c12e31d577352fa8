import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import type { Finding } from 'wechat-login-doctor';

const MARKS = { ok: '✓', warning: '!', fault: '✗', unknown: '?' };

/** A table of what the doctor found of several apps: a row for each scenario, a column for each app. */
export function compare(apps: Map<string, Finding[]>, isOwn: (app: string, id: string) => boolean): string {
  const columns = [...apps.keys()];
  const [first = []] = apps.values();
  const rows = first
    .filter(({ id }) => id.startsWith('conformance.'))
    .map(({ id, message }) => {
      const cells = columns.map((app) => {
        const finding = apps.get(app)?.find((candidate) => candidate.id === id);
        return finding && isOwn(app, id) ? `${MARKS[finding.level]} ${finding.seen}` : '–';
      });
      return [message, ...cells];
    });
  const lines = [['', ...columns], columns.concat('').map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The table between the two comments in a README, and a way to write it anew. */
export async function tableIn(readme: string, table: string): Promise<{ current: string; expected: string }> {
  const file = path.join(__dirname, '../../doctor', readme);
  const text = readFileSync(file, 'utf8');
  const [before = '', rest = ''] = text.split('<!-- comparison -->\n');
  const [current = '', after = ''] = rest.split('<!-- end of comparison -->');
  const formatted = await prettier.format(table, { parser: 'markdown' });
  const expected = `\n${formatted}\n`;
  if (process.env['UPDATE_COMPARISON']) {
    writeFileSync(file, `${before}<!-- comparison -->\n${expected}<!-- end of comparison -->${after}`);
    return { current: expected, expected };
  }
  return { current, expected };
}
