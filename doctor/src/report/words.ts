import type { Confidence, Level } from '../finding.js';
import type { Language, Text } from '../text.js';

export const LEVELS: Record<Level, Text> = {
  ok: { en: 'ok', zh: '正常' },
  warning: { en: 'warning', zh: '警告' },
  fault: { en: 'fault', zh: '错误' },
  unknown: { en: 'unknown', zh: '未知' },
};

/** After a number. Chinese has no plural. */
const PLURALS: Partial<Record<Level, string>> = { warning: 'warnings', fault: 'faults' };

/** How many findings are of a level: `1 fault`, `6 warnings`. */
export function count(number: number, level: Level, language: Language): string {
  const plural = language === 'en' && number !== 1 ? PLURALS[level] : undefined;
  return `${number} ${plural ?? LEVELS[level][language]}`;
}

/** What stands between a word and what it is about, and between the parts of a list. */
export const PUNCTUATION = {
  en: { colon: ': ', comma: ', ' },
  zh: { colon: '：', comma: '，' },
} satisfies Record<Language, Record<'colon' | 'comma', string>>;

export const CONFIDENCES: Record<Confidence, Text> = {
  document: { en: 'from a document', zh: '依据文档' },
  users: { en: 'from users', zh: '依据用户反馈' },
  code: { en: 'from code', zh: '依据代码' },
};

const WORDS = {
  seen: { en: 'Seen', zh: '实际' },
  why: { en: 'Why', zh: '原因' },
  cure: { en: 'Do', zh: '处理' },
  source: { en: 'Source', zh: '来源' },
  scenario: { en: 'conformance', zh: '一致性测试' },
  result: { en: 'result', zh: '结果' },
  outcome: { en: 'who, response', zh: '登录的用户，响应' },
  plan: { en: 'The doctor will', zh: '本工具将' },
  total: { en: 'Findings', zh: '检查结果' },
} satisfies Record<string, Text>;

export function word(name: keyof typeof WORDS, language: Language): string {
  return WORDS[name][language];
}
