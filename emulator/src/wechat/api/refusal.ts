import type { Backend } from '../../backend.js';
import { joinHints, type Hint } from '../../shared/hint.js';
import { json, type Answer } from '../answer.js';
import { newRequestId, newRid } from '../ids.js';
import { apiError } from './api-errors.js';

/** An errcode, and what is said about it beyond the table of errcodes. */
export interface Refusal {
  errcode: number;
  /** In place of the usual wording. */
  errmsg?: string;
  /** What may have led to it in this case; stands before the usual hint. */
  because?: Hint | undefined;
}

/** WeChat's refusal: the errmsg ends in the id that its support asks for. */
export function refuse({ clock, options }: Backend, { errcode, errmsg, because }: Refusal): Answer {
  const usual = apiError(errcode);
  const id =
    options.ridStyle === 'rid' ? `, rid: ${newRid(clock.now())}` : `, hints: [ req_id: ${newRequestId()} ]`;
  const answer = json({ errcode, errmsg: (errmsg ?? usual.errmsg) + id });
  return errcode === 0 ? answer : { ...answer, hint: joinHints(because, usual.hint) };
}
