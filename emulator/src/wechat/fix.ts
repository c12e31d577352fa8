/** One or two sentences for a developer, in English and Chinese. */
export interface Fix {
  en: string;
  zh: string;
}
