import type { RequestHandler } from 'express';
import { answerFailure } from './errors.js';

/**
 * Refuses what another site makes a visitor's browser send: logging out, or logging in as somebody else.
 *
 * Browsers say in `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/) whose page sent a request. Older ones, and
 * all over plain http, send `Origin` with every POST. What has neither header is no browser, and carries nobody's
 * cookies but its own. GET changes nothing here, so it needs no check.
 */
export const refuseCrossSite: RequestHandler = (req, res, next) => {
  if (
    req.method === 'GET' ||
    req.method === 'HEAD' ||
    isOwn(req.get('sec-fetch-site'), req.get('origin'), req.host)
  ) {
    next();
  } else {
    answerFailure(req, res, 'otherSite', 403);
  }
};

function isOwn(fetchSite: string | undefined, origin: string | undefined, host: string): boolean {
  if (fetchSite !== undefined) return fetchSite === 'same-origin';
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
