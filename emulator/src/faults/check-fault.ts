import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import type {
  AnswerFault,
  DropFault,
  ErrcodeFault,
  Fault,
  HangFault,
  HtmlFault,
  ReplyFault,
} from './fault.js';

/** A fault that has been checked, with the kind that it turned out to be. */
export type KnownFault =
  | ({ kind: 'errcode' } & ErrcodeFault)
  | ({ kind: 'html' } & HtmlFault)
  | ({ kind: 'hang' } & HangFault)
  | ({ kind: 'drop' } & DropFault)
  | ({ kind: 'reply' } & ReplyFault)
  | ({ kind: 'answer' } & AnswerFault);

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

/** The members that tell a reply of one's own. */
const reply = {
  status,
  body: z.union([z.string(), bytes]).optional(),
  contentType: z
    .string()
    .regex(/^[\x20-\x7e]+$/, { error: 'a content type that HTTP does not allow' })
    .optional(),
  headers: headers.optional(),
};

const KINDS = {
  errcode: z.strictObject({ errcode: z.number().int(), errmsg: z.string().optional(), after, delay }),
  html: z.strictObject({ html: z.literal(true), status, after, delay }),
  hang: z.strictObject({ hang: z.literal(true), after, delay }),
  drop: z.strictObject({ drop: z.enum(['before', 'after']), delay }),
  reply: z.strictObject({ ...reply, after, delay }),
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

/** Which kind a fault means to be, by its tell-tale member. */
function detectKind(fault: object): KnownFault['kind'] {
  if ('errcode' in fault) return 'errcode';
  if ('html' in fault) return 'html';
  if ('hang' in fault) return 'hang';
  if ('drop' in fault) return 'drop';
  return Object.keys(reply).some((member) => member in fault) ? 'reply' : 'answer';
}

/** @throws TypeError when the fault means nothing */
export function checkFault(fault: Fault): KnownFault {
  if (typeof fault !== 'object' || (fault as unknown) === null || Object.keys(fault).length === 0) {
    throw new TypeError('faults.next(): the fault is an object that says what goes wrong');
  }
  const kind = detectKind(fault);
  const checked = KINDS[kind].safeParse(fault);
  if (!checked.success) throw new TypeError(`faults.next(): ${z.prettifyError(checked.error)}`);
  return { ...fault, kind } as KnownFault;
}
