import type { RecordedRequest } from './journal.js';

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

/** The request in one line. */
export function summary({ method, path, query }: Pick<RecordedRequest, 'method' | 'path' | 'query'>): string {
  const params = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return `${method} ${path}${params.length > 0 ? `?${params.join('&')}` : ''}`;
}
