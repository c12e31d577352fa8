import type { Clock } from '../shared/clock.js';
import type { Endpoint } from '../shared/endpoints.js';
import type { Masking } from './masking.js';

/** A request that a client sent, with every secret, code and token masked. */
export interface RecordedRequest {
  /** Counts from 1. */
  id: number;
  /** Milliseconds since 1970, by the emulator's clock. */
  at: number;
  /** `'unknown'` for a URL that WeChat does not have. */
  endpoint: Endpoint | 'unknown';
  /** `GET`, `POST`, … */
  method: string;
  /** Without the query. */
  path: string;
  /** Parameters of the query and of a form or JSON body; of a repeated one, the first. */
  query: Record<string, string>;
  /**
   * Some of them, in lower case: host, user-agent, content-type, accept, accept-language, origin; of
   * authorization the scheme alone, such as `Basic ***`.
   */
  headers: Record<string, string>;
  /** The IP address that it came from; `'phone'` for what the scripted phone opened. */
  ip: string;
  /** Absent while the response is pending, and if the connection was dropped instead. */
  answer?: {
    /** The HTTP status. */
    status: number;
    /** Absent if the response has none. */
    errcode?: number;
  };
}

interface Arrival {
  endpoint: RecordedRequest['endpoint'];
  method: string;
  path: string;
  params: URLSearchParams;
  headers: NodeJS.Dict<string | string[]>;
  ip: string;
}

const MAX_REQUESTS = 1000;
const HEADERS = ['host', 'user-agent', 'content-type', 'accept', 'accept-language', 'origin'];

/** What clients sent, the oldest first. */
export class Journal {
  readonly list: RecordedRequest[] = [];
  private readonly clock: Clock;
  private readonly masking: Masking;
  private readonly publish: (changed: RecordedRequest) => void;
  private lastId = 0;

  /** @param publish called with each request that is new or has changed */
  constructor(clock: Clock, masking: Masking, publish: (changed: RecordedRequest) => void) {
    this.clock = clock;
    this.masking = masking;
    this.publish = publish;
  }

  add({ endpoint, method, path, params, headers, ip }: Arrival): RecordedRequest {
    this.lastId += 1;
    const recorded: RecordedRequest = {
      id: this.lastId,
      at: this.clock.now(),
      endpoint,
      method,
      path: this.masking.text(path),
      query: this.masking.params(params),
      headers: this.readHeaders(headers),
      ip,
    };
    this.list.push(recorded);
    if (this.list.length > MAX_REQUESTS) this.list.shift();
    this.publish(recorded);
    return recorded;
  }

  /** Notes the response to a request. */
  answer(recorded: RecordedRequest, answer: NonNullable<RecordedRequest['answer']>): void {
    recorded.answer = answer;
    this.publish(recorded);
  }

  clear(): void {
    this.list.length = 0;
  }

  private readHeaders(headers: Arrival['headers']): Record<string, string> {
    const read: Record<string, string> = {};
    for (const name of HEADERS) {
      const value = headers[name];
      if (typeof value === 'string') read[name] = this.masking.text(value);
    }
    const { authorization } = headers;
    if (typeof authorization === 'string') read['authorization'] = hideCredentials(authorization);
    return read;
  }
}

/** The scheme of an Authorization header, without what follows it. */
function hideCredentials(authorization: string): string {
  const scheme = /^(basic|bearer|digest|negotiate)(?= )/i.exec(authorization)?.[0];
  return scheme === undefined ? '***' : `${scheme} ***`;
}
