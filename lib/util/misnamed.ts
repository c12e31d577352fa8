/** What other programs, and WeChat itself, call some options; in lower case. */
const ALIASES: Readonly<Record<string, string>> = {
  appid: 'clientID',
  appsecret: 'clientSecret',
  secret: 'clientSecret',
  redirecturi: 'callbackURL',
  redirecturl: 'callbackURL',
  callback: 'callbackURL',
  client: 'platform', // passport-wechat
};

/** The option that an unknown name was probably meant to be. */
export function nearestName(name: string, options: readonly string[]): string | undefined {
  const letters = lettersOf(name);
  const alias = ALIASES[letters];
  if (alias !== undefined) return options.includes(alias) ? alias : undefined;
  const [nearest] = options
    .map((option) => ({ option, edits: countEdits(letters, lettersOf(option)) }))
    .filter(({ option, edits }) => edits <= 2 && edits < option.length / 2)
    .sort((a, b) => a.edits - b.edits);
  return nearest?.option;
}

/** For an error message: the name under which an option was given by mistake. */
export function findMisnamed(option: string, given: object): string {
  const name = Object.keys(given).find((key) => key !== option && nearestName(key, [option]) === option);
  return name === undefined ? '' : ` (you gave ${name})`;
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}

/** Levenshtein's distance. */
function countEdits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
