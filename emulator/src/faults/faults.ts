import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { ENDPOINTS, type Endpoint } from '../wechat/endpoints.js';

/** Milliseconds, by the emulator's clock, before anything else happens. */
interface Delayed {
  delay?: number;
}

/** An answer instead of the endpoint's own. */
interface Instead extends Delayed {
  /** Let the endpoint do its work first, so that the code is used up, and replace only its answer. Default false. */
  after?: boolean;
}

/** WeChat's refusal. `errmsg` without its rid; default: WeChat's wording. For `poll` it is the `wx_errcode`. */
export interface ErrcodeFault extends Instead {
  errcode: number;
  errmsg?: string;
}

/** Any HTTP answer. Defaults: status 200, an empty body, `text/plain`. */
export interface ReplyFault extends Instead {
  status?: number;
  body?: string | Uint8Array;
  contentType?: string;
  headers?: Record<string, string>;
}

/** A gateway's HTML page. Default status 502. */
export interface HtmlFault extends Instead {
  html: true;
  status?: number;
}

/** No answer, the connection stays open until the client gives up. */
export interface HangFault extends Instead {
  hang: true;
}

/** No answer, the connection breaks: before the endpoint does its work, or after (the code is used up). */
export interface DropFault extends Delayed {
  drop: 'before' | 'after';
}

/** The endpoint's own answer, changed or badly delivered. These combine. */
export interface AnswerFault extends Delayed {
  /** Fields that replace those of the JSON reply, or are added to it. */
  fields?: Record<string, unknown>;
  /** Names of fields that the JSON reply comes without. */
  omit?: string[];
  /** Raw control characters inside a string, which make the JSON invalid; WeChat lets them through in nicknames. */
  control?: true;
  /** Announce the whole body, send this many bytes of it, then break the connection. */
  truncate?: number;
  /** Two writes, cut inside a character of more than one byte where there is one. */
  split?: true;
  /** So many bytes every so many milliseconds of real time. */
  drip?: { bytes: number; every: number };
}

/** What goes wrong with one request. */
export type Fault = ErrcodeFault | ReplyFault | HtmlFault | HangFault | DropFault | AnswerFault;

const delay = z.number().min(0).optional();
const after = z.boolean().optional();
const status = z.number().int().min(200).max(599).optional();
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const headers = z.record(z.string(), z.string()).refine(
  (all) => {
    try {
      for (const [name, value] of Object.entries(all)) {
        validateHeaderName(name);
        validateHeaderValue(name, value);
      }
      return true;
    } catch {
      return false;
    }
  },
  { error: 'a header name or value that HTTP does not allow' },
);

const KINDS = {
  errcode: z.strictObject({ errcode: z.number().int(), errmsg: z.string().optional(), after, delay }),
  html: z.strictObject({ html: z.literal(true), status, after, delay }),
  hang: z.strictObject({ hang: z.literal(true), after, delay }),
  drop: z.strictObject({ drop: z.enum(['before', 'after']), delay }),
  reply: z.strictObject({
    status,
    body: z.union([z.string(), bytes]).optional(),
    contentType: z
      .string()
      .regex(/^[\x20-\x7e]+$/, { error: 'a content type that HTTP does not allow' })
      .optional(),
    headers: headers.optional(),
    after,
    delay,
  }),
  answer: z.strictObject({
    fields: z.record(z.string(), z.unknown()).optional(),
    omit: z.array(z.string()).optional(),
    control: z.literal(true).optional(),
    truncate: z.number().int().min(0).optional(),
    split: z.literal(true).optional(),
    drip: z.strictObject({ bytes: z.number().int().min(1), every: z.number().min(1) }).optional(),
    delay,
  }),
};

/** Which kind of fault an object means to be, by its tell-tale member. */
function kindOf(fault: object): keyof typeof KINDS {
  if ('errcode' in fault) return 'errcode';
  if ('html' in fault) return 'html';
  if ('hang' in fault) return 'hang';
  if ('drop' in fault) return 'drop';
  return ['status', 'body', 'contentType', 'headers'].some((member) => member in fault) ? 'reply' : 'answer';
}

const MAX_QUEUED = 1000;

/**
 * One-shot faults: each spoils one request to one endpoint, in the order in which they were queued.
 *
 * @example
 * wechat.faults.next('access_token', { drop: 'after' });
 * wechat.faults.next('userinfo', { errcode: 40001 });
 * wechat.faults.next('userinfo', { status: 502, body: 'Bad Gateway', delay: 200 });
 * wechat.faults.next('userinfo', { fields: { nickname: '' }, split: true });
 */
export class Faults {
  private readonly queues = new Map<Endpoint, Fault[]>();

  /**
   * Queues a fault for the next request to `endpoint` that has none yet.
   *
   * @throws TypeError when the endpoint or the fault means nothing; RangeError when 1000 are waiting
   * @example wechat.faults.next('access_token', { errcode: -1, after: true });
   */
  next(endpoint: Endpoint, fault: Fault): void {
    if (!ENDPOINTS.includes(endpoint)) {
      throw new TypeError(`faults.next(): endpoint must be one of ${ENDPOINTS.join(', ')}`);
    }
    if (typeof fault !== 'object' || (fault as unknown) === null || Object.keys(fault).length === 0) {
      throw new TypeError('faults.next(): the fault is an object that says what goes wrong');
    }
    const checked = KINDS[kindOf(fault)].safeParse(fault);
    if (!checked.success) throw new TypeError(`faults.next(): ${z.prettifyError(checked.error)}`);
    const queue = this.queues.get(endpoint) ?? [];
    if (queue.length >= MAX_QUEUED)
      throw new RangeError(`faults.next(): ${MAX_QUEUED} faults are waiting already`);
    queue.push(fault);
    this.queues.set(endpoint, queue);
  }

  /** @internal */
  take(endpoint: Endpoint): Fault | undefined {
    return this.queues.get(endpoint)?.shift();
  }

  /**
   * Forgets the faults that have not happened yet.
   *
   * @example afterEach(() => wechat.faults.clear());
   */
  clear(): void {
    this.queues.clear();
  }
}
