import type { Request } from 'express';
import { HALF_CHARACTER } from './checks.js';

/** What a request says of a login: nothing yet, a refusal, a code, or nonsense. */
export type Callback =
  | { kind: 'none' }
  | { kind: 'denied' }
  | { kind: 'malformed'; message: string }
  | { kind: 'code'; code: string; state: string | undefined };

/** WeChat's codes have 32 characters. */
const MAX_CODE_LENGTH = 512;

/** Reads what WeChat's page sends a browser back with. */
export function readCallback(req: Request): Callback {
  const { code, state } = queryOf(req);
  if (code === undefined && state === undefined) return { kind: 'none' };
  if (state !== undefined && typeof state !== 'string') return malformed('state must be given once');
  // A person who says no comes back with a state and no code, where they come back at all.
  if ((code === undefined || code === '') && state !== undefined) return { kind: 'denied' };
  return readCode(code, state);
}

/** Reads the code that a native app or a mini program posts: from the body, or from the query. */
export function readPostedCode(req: Request): Callback {
  const body: unknown = req.body;
  const posted = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
  const { code: queried } = queryOf(req);
  if (posted !== undefined && queried !== undefined) return malformed('the code must be given once');
  return readCode(posted ?? queried, undefined);
}

function readCode(code: unknown, state: string | undefined): Callback {
  if (code === undefined || code === '') return malformed('there is no code');
  if (typeof code !== 'string') return malformed('the code must be a text, given once');
  if (code.length > MAX_CODE_LENGTH) return malformed('the code is too long');
  if (HALF_CHARACTER.test(code)) return malformed('the code is not a text');
  // Old WeChat clients send this word for a person who said no.
  return code === 'authdeny' ? { kind: 'denied' } : { kind: 'code', code, state };
}

function malformed(problem: string): Callback {
  return { kind: 'malformed', message: `The request is not an answer of WeChat: ${problem}.` };
}

/** Bare Node does not parse the query. A repeated parameter is a list here, as Express has it. */
function queryOf(req: Request): { code?: unknown; state?: unknown } {
  const { query, url } = req as { query?: unknown; url?: string };
  if (typeof query === 'object' && query !== null) return query;
  const searchParams = new URLSearchParams(/\?(.*)/s.exec(url ?? '')?.[1]);
  const valueOf = (name: string): unknown => {
    const values = searchParams.getAll(name);
    return values.length > 1 ? values : values[0];
  };
  return { code: valueOf('code'), state: valueOf('state') };
}
