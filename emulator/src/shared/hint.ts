/** What a developer can do about it, in English and Chinese: one sentence, or a few on lines of their own. */
export interface Hint {
  /** In English. */
  en: string;
  /** In Chinese. */
  zh: string;
}

/** Several hints as one, each on a line of its own. */
export function joinHints(...hints: (Hint | undefined)[]): Hint {
  const given = hints.filter((hint) => hint !== undefined);
  return { en: given.map(({ en }) => en).join('\n'), zh: given.map(({ zh }) => zh).join('\n') };
}

/** An app's name in each language. */
export function localizeName({ name, nameEn = name }: { name: string; nameEn?: string }): Hint {
  return { en: nameEn, zh: name };
}
