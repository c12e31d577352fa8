import Table from 'cli-table3';
import colors from 'picocolors';
import type { Finding, Level } from '../finding.js';
import type { Language } from '../text.js';
import { CONFIDENCES, count, LEVELS, PUNCTUATION, word } from './words.js';

type Colors = ReturnType<typeof colors.createColors>;

const MARKS: Record<Level, string> = { ok: '✓', warning: '!', fault: '✗', unknown: '?' };

/** Findings for people: each as it comes, those of the conformance test as a table at the end. */
export class TerminalReport {
  private readonly language: Language;
  private readonly paint: Colors;
  private readonly findings: Finding[] = [];

  constructor(language: Language, color: boolean) {
    this.language = language;
    this.paint = colors.createColors(color);
  }

  /** What to print for a finding at once; nothing for what stands in the table alone. */
  add(finding: Finding): string | undefined {
    this.findings.push(finding);
    const { id, level, message, seen } = finding;
    if (level === 'ok' && isConformance(finding)) return undefined;
    if (level === 'ok') return `${this.mark(level)} ${message} ${this.paint.dim(seen)}`;
    return [
      `${this.mark(level)} ${this.paint.bold(message)} ${this.paint.dim(id)}`,
      ...this.details(finding),
    ].join('\n');
  }

  /** The table of the conformance test, if it was played, and the count of the levels. */
  end(): string {
    const played = this.findings.filter(isConformance);
    const counts = (['fault', 'warning', 'unknown', 'ok'] as const)
      .map((level) =>
        count(this.findings.filter((finding) => finding.level === level).length, level, this.language),
      )
      .join(PUNCTUATION[this.language].comma);
    const table = played.length === 0 ? [] : ['', this.table(played)];
    return [...table, '', `${word('total', this.language)}${PUNCTUATION[this.language].colon}${counts}`].join(
      '\n',
    );
  }

  private details({ seen, why, cure, confidence, source }: Finding): string[] {
    const { colon, comma } = PUNCTUATION[this.language];
    const lines: [string, string][] = [
      [word('seen', this.language), seen],
      [word('why', this.language), why],
      [word('cure', this.language), cure],
      [word('source', this.language), `${CONFIDENCES[confidence][this.language]}${comma}${source}`],
    ];
    return lines
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `    ${this.paint.dim(name + colon)}${text}`);
  }

  private table(findings: Finding[]): string {
    const { language } = this;
    const table = new Table({
      head: [word('scenario', language), word('outcome', language), word('result', language)],
      style: { head: [], border: [], compact: true },
    });
    for (const { level, message, seen } of findings) {
      table.push([message, seen, `${this.mark(level)} ${LEVELS[level][language]}`]);
    }
    return table.toString();
  }

  private mark(level: Level): string {
    const { green, yellow, red, cyan } = this.paint;
    return { ok: green, warning: yellow, fault: red, unknown: cyan }[level](MARKS[level]);
  }
}

function isConformance({ id }: Finding): boolean {
  return id.startsWith('conformance.') && !['conformance.stopped', 'conformance.no-emulator'].includes(id);
}
