const MAX_PARAMETERS = 32;
const MAX_LENGTH = 2048;

const SECRET = new Set(['secret', 'code', 'js_code', 'access_token', 'refresh_token', 'client_secret']);

/** Parameters for people to read. Of a secret only the length stays, which gives away stray spaces and cut values. */
export function masked(params: URLSearchParams): Record<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of [...params].slice(0, MAX_PARAMETERS)) {
    if (!all.has(cut(name))) all.set(cut(name), mask(name, value));
  }
  return Object.fromEntries(all);
}

function mask(name: string, value: string): string {
  return SECRET.has(name) && value !== '' ? `*** (${value.length})` : cut(value);
}

/** Text from outside, in a length that can be kept. */
export function cut(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** A request in one line, for people to read. */
export function summary(method: string, path: string, params: URLSearchParams): string {
  const query = Object.entries(masked(params)).map(([name, value]) => `${name}=${value}`);
  return `${method} ${path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}
