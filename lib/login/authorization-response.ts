import type { Request } from 'express';
import { LONE_SURROGATE } from '../util/assert.js';

/** What came back from WeChat with a request: nothing, a refusal of the user, a code, or nonsense (RFC 6749, 4.1.2). */
export type AuthorizationResponse =
  | { kind: 'none' }
  | { kind: 'denied'; state: string | undefined }
  | { kind: 'malformed'; message: string }
  | { kind: 'code'; code: string; state: string | undefined; appid?: string | undefined };

/** WeChat's codes have 32 characters. */
const MAX_CODE_LENGTH = 512;

/** Reads what WeChat's page sends a browser back with. */
export function readAuthorizationResponse(req: Request): AuthorizationResponse {
  const { code, state, appid } = readQuery(req);
  if (code === undefined && state === undefined) return { kind: 'none' };
  if (state !== undefined && typeof state !== 'string') return malformed('state must be given once');
  // A user who refuses comes back with a state and no code, if at all.
  if ((code === undefined || code === '') && state !== undefined) return { kind: 'denied', state };
  const response = readCode(code, state);
  // A third-party platform is told whom the code is for.
  return response.kind === 'code' && typeof appid === 'string' ? { ...response, appid } : response;
}

/** Reads the code that a native app or a mini program posts: from the body, or from the query. */
export function readPostedCode(req: Request): AuthorizationResponse {
  const { code: posted } = Object(req.body) as { code?: unknown };
  const { code: queried } = readQuery(req);
  if (posted !== undefined && queried !== undefined) return malformed('the code must be given once');
  if ((posted ?? queried) === undefined && isUnparsed(req)) {
    return malformed(
      'the body was not parsed: use express.json() before this route, and send Content-Type: application/json',
    );
  }
  return readCode(posted ?? queried, undefined);
}

/** Whether a body came that no parser took: Express 5 leaves `undefined`, Express 4 an empty object. */
function isUnparsed({ body, headers }: Request): boolean {
  const came = Number(headers['content-length'] ?? 0) > '{}'.length || 'transfer-encoding' in headers;
  return came && Object.keys(Object(body) as object).length === 0;
}

function readCode(code: unknown, state: string | undefined): AuthorizationResponse {
  if (code === undefined || code === '') return malformed('there is no code');
  if (typeof code !== 'string') return malformed('the code must be a string, given once');
  if (code.length > MAX_CODE_LENGTH) return malformed('the code is too long');
  if (LONE_SURROGATE.test(code)) return malformed('the code contains an invalid character');
  // Old WeChat clients send this word if the user refused.
  return code === 'authdeny' ? { kind: 'denied', state } : { kind: 'code', code, state };
}

function malformed(problem: string): AuthorizationResponse {
  return { kind: 'malformed', message: `The request is not a response of WeChat: ${problem}.` };
}

/** Bare Node does not parse the query. A repeated parameter is a list here, as Express has it. */
function readQuery(req: Request): { code?: unknown; state?: unknown; appid?: unknown } {
  const { query, url } = req as { query?: unknown; url?: string };
  if (typeof query === 'object' && query !== null) return query;
  const searchParams = new URLSearchParams(/\?(.*)/s.exec(url ?? '')?.[1]);
  const read = (name: string): unknown => {
    const values = searchParams.getAll(name);
    return values.length > 1 ? values : values[0];
  };
  return { code: read('code'), state: read('state'), appid: read('appid') };
}
