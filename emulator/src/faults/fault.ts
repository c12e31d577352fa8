interface Delayed {
  /** Milliseconds, by the emulator's clock, before anything else happens. Default 0. */
  delay?: number;
}

/** An answer instead of the endpoint's own. */
interface Instead extends Delayed {
  /**
   * Let the endpoint do its work first, so that the code is used up, and replace only its answer. Default
   * false.
   */
  after?: boolean;
}

/** WeChat's refusal. */
export interface ErrcodeFault extends Instead {
  /** Of the API the errcode, of the pages the code that they show, of `poll` the `wx_errcode`. */
  errcode: number;
  /** Without its rid, which is added. Default: WeChat's wording. */
  errmsg?: string;
}

/** Any HTTP answer. */
export interface ReplyFault extends Instead {
  /** The HTTP status, 200 to 599. Default 200. */
  status?: number;
  /** A string is sent as UTF-8. Default: empty. */
  body?: string | Uint8Array;
  /** Default `text/plain`. */
  contentType?: string;
  /** Further headers. Default: none. */
  headers?: Record<string, string>;
}

/** A gateway's HTML page. */
export interface HtmlFault extends Instead {
  /** Tells this fault from the others. */
  html: true;
  /** The HTTP status. Default 502. */
  status?: number;
}

/** No answer, the connection stays open until the client gives up. */
export interface HangFault extends Instead {
  /** Tells this fault from the others. */
  hang: true;
}

/** No answer, the connection breaks. */
export interface DropFault extends Delayed {
  /** Before the endpoint does its work, or after it (the code is used up). */
  drop: 'before' | 'after';
}

/** The endpoint's own answer, changed or badly delivered. These combine. */
export interface AnswerFault extends Delayed {
  /** Fields that replace those of the JSON reply, or are added to it. */
  fields?: Record<string, unknown>;
  /** Names of fields that the JSON reply comes without. */
  omit?: string[];
  /**
   * Raw control characters inside a string, which make the JSON invalid; WeChat lets them through in
   * nicknames.
   */
  control?: true;
  /** Announce the whole body, send this many bytes of it, then break the connection. */
  truncate?: number;
  /** Two writes, cut inside a character of more than one byte if there is one. */
  split?: true;
  /** The body bit by bit. */
  drip?: {
    /** How many bytes at a time. */
    bytes: number;
    /** Milliseconds of real time between two of them. */
    every: number;
  };
}

/** What goes wrong with one request: one of these, told apart by their members. */
export type Fault = ErrcodeFault | ReplyFault | HtmlFault | HangFault | DropFault | AnswerFault;
