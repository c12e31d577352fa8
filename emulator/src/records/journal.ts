import type { Clock } from '../wechat/clock.js';
import type { Endpoint } from '../wechat/endpoints.js';

/** A request that a client sent, with every secret, code and token masked. */
export interface RecordedRequest {
  /** Milliseconds since 1970, by the emulator's clock. */
  at: number;
  /** `'unknown'` for an address that WeChat does not have. */
  endpoint: Endpoint | 'unknown';
  method: string;
  path: string;
  /** Parameters of the query and of a form body; of a repeated one, the first. */
  query: Record<string, string>;
  headers: Record<string, string>;
  /** The address that it came from. */
  ip: string;
  /** Absent while the answer is pending, and where the connection was dropped instead. */
  answer?: { status: number; errcode?: number };
}

const MAX_REQUESTS = 1000;
const MAX_PARAMETERS = 32;
const MAX_LENGTH = 2048;

const SECRET = new Set(['secret', 'code', 'js_code', 'access_token', 'refresh_token', 'client_secret']);
const HEADERS = ['host', 'user-agent', 'content-type', 'accept', 'accept-language', 'origin'];

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

function cut(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** The request in one line. */
export function summary({ method, path, query }: Pick<RecordedRequest, 'method' | 'path' | 'query'>): string {
  const params = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return `${method} ${path}${params.length > 0 ? `?${params.join('&')}` : ''}`;
}

/** What clients sent, the oldest first. */
export class Journal {
  readonly list: RecordedRequest[] = [];
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(
    request: Omit<RecordedRequest, 'at' | 'headers'> & { headers: NodeJS.Dict<string | string[]> },
  ): RecordedRequest {
    const headers: Record<string, string> = {};
    for (const name of HEADERS) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = cut(value);
    }
    const recorded: RecordedRequest = { at: this.clock.now(), ...request, path: cut(request.path), headers };
    this.list.push(recorded);
    if (this.list.length > MAX_REQUESTS) this.list.shift();
    return recorded;
  }

  clear(): void {
    this.list.length = 0;
  }
}
