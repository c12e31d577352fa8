/** The languages that findings are written in. */
export type Language = 'en' | 'zh';

/** What a reader is told, in both languages. */
export interface Text {
  en: string;
  zh: string;
}

export function same(value: string): Text {
  return { en: value, zh: value };
}

/** Joins texts of a list, as sentences that follow one another. */
export function join(texts: Text[], separator: Text = { en: ' ', zh: '' }): Text {
  return {
    en: texts.map(({ en }) => en).join(separator.en),
    zh: texts.map(({ zh }) => zh).join(separator.zh),
  };
}
