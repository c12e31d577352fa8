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
