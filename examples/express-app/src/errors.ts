import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { WeChatError } from 'passport-wechat-oauth2';
import type { Failure } from './failures.js';
import { logError } from './log.js';
import { renderFailure } from './pages.js';

export const notFound: RequestHandler = (req, res) => {
  renderFailure(req, res, 'notFound', 404);
};

/**
 * What went wrong on our side or at WeChat. The log tells the developer what to do; the visitor gets a page without
 * details.
 */
export const errorPage: ErrorRequestHandler = (error, req, res, next) => {
  const deserved = statusOf(error);
  const ours = deserved >= 500 || error instanceof WeChatError;
  // A token that WeChat refuses right after issuing it has status 401, and is no mistake of the visitor's.
  const status = ours && deserved < 500 ? 502 : deserved;
  if (ours) logError(error);
  // Half an answer cannot be turned into another one; Express closes the connection.
  if (res.headersSent) return next(error);

  const failure = !ours ? 'request' : status === 500 ? 'broken' : 'busy';
  if (status === 503) res.set('Retry-After', '60');
  answerFailure(req, res, failure, status);
};

/** A page for a browser, JSON for a native app or a mini program. */
export function answerFailure(req: Request, res: Response, failure: Failure, status: number): void {
  if (req.is('json')) res.status(status).json({ error: failure });
  else renderFailure(req, res, failure, status);
}

/** Errors of Express, of the strategy and of our sessions say which status they deserve. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}
