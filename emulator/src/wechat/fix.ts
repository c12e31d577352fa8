/** What a developer is told, in English and Chinese: a sentence, or a few on lines of their own. */
export interface Fix {
  /** In English. */
  en: string;
  /** In Chinese. */
  zh: string;
}
