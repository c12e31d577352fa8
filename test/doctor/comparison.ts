import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Finding } from 'wechat-login-doctor';
import { SCENARIOS } from '../../doctor/src/conformance/scenarios.js';
import { PHRASES } from '../../doctor/src/conformance/verdict.js';

const PRETTIER = path.join(__dirname, '../../node_modules/prettier/bin/prettier.cjs');
const MARKS = { ok: '✓', warning: '!', fault: '✗', unknown: '?' };

const CHINESE = new Map(Object.values(PHRASES).map(({ en, zh }) => [en, zh] as [string, string]));

/** The doctor's own words for an outcome, in Chinese: `the user, 200 + 500`. */
function inChinese(seen: string): string {
  const [who = '', answers = ''] = seen.split(', ');
  const words = answers.split(' + ').map((word) => CHINESE.get(word) ?? word);
  return [CHINESE.get(who) ?? who, ...(answers === '' ? [] : [words.join(' + ')])].join('，');
}

function title(id: string, language: 'en' | 'zh'): string {
  const scenario = SCENARIOS.find((candidate) => `conformance.${candidate.id}` === id);
  return scenario?.title[language] ?? id;
}

/** A table of what the doctor found of several apps: a row for each scenario, a column for each app. */
export function compare(
  apps: Map<string, Finding[]>,
  isOwn: (app: string, id: string) => boolean,
  language: 'en' | 'zh',
): string {
  const columns = [...apps.keys()];
  const [first = []] = apps.values();
  const rows = first
    .filter(({ id }) => id.startsWith('conformance.'))
    .map(({ id }) => {
      const cells = columns.map((app) => {
        const finding = apps.get(app)?.find((candidate) => candidate.id === id);
        if (!finding || !isOwn(app, id)) return '–';
        return `${MARKS[finding.level]} ${language === 'zh' ? inChinese(finding.seen) : finding.seen}`;
      });
      return [title(id, language), ...cells];
    });
  const lines = [['', ...columns], columns.concat('').map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The table between the two comments in a README; with UPDATE_COMPARISON set, it is written anew. */
export function tableIn(page: string, table: string): { current: string; expected: string } {
  const file = path.join(__dirname, '../../docs', page);
  const text = readFileSync(file, 'utf8');
  const [before = '', rest = ''] = text.split('<!-- comparison -->\n');
  const [current = '', after = ''] = rest.split('<!-- end of comparison -->');
  // Its own process: prettier is an ES module, which jest does not load.
  const formatted = execFileSync(process.execPath, [PRETTIER, '--parser', 'markdown'], {
    input: table,
    encoding: 'utf8',
  });
  const expected = `\n${formatted}\n`;
  if (process.env['UPDATE_COMPARISON']) {
    writeFileSync(file, `${before}<!-- comparison -->\n${expected}<!-- end of comparison -->${after}`);
    return { current: expected, expected };
  }
  return { current, expected };
}
