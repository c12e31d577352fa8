import type { Clock } from '../wechat/clock.js';
import type { Endpoint } from '../wechat/endpoints.js';
import { cut } from './masked.js';

/** A request that a client sent, with every secret, code and token masked. */
export interface RecordedRequest {
  /** Milliseconds since 1970, by the emulator's clock. */
  at: number;
  /** `'unknown'` for an address that WeChat does not have. */
  endpoint: Endpoint | 'unknown';
  /** `GET`, `POST`, … */
  method: string;
  /** Without the query. */
  path: string;
  /** Parameters of the query and of a form body; of a repeated one, the first. */
  query: Record<string, string>;
  /** Some of them, in lower case: host, user-agent, content-type, accept, accept-language, origin. */
  headers: Record<string, string>;
  /** The address that it came from. */
  ip: string;
  /** Absent while the answer is pending, and where the connection was dropped instead. */
  answer?: {
    /** The HTTP status. */
    status: number;
    /** Absent where the answer has none. */
    errcode?: number;
  };
}

const MAX_REQUESTS = 1000;
const HEADERS = ['host', 'user-agent', 'content-type', 'accept', 'accept-language', 'origin'];

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
