import type { RequestHandler } from 'express';
import { traceCall } from './trace-calls.js';
import type { Answer } from '../wechat/answer.js';
import { isApi } from '../wechat/api/api-calls.js';
import { refuse } from '../wechat/api/refusal.js';
import type { Backend } from '../backend.js';
import type { Endpoint } from '../shared/endpoints.js';
import { PAGE_ERRORS } from '../wechat/open/page-errors.js';
import { readRequest, type EmulatorRequest } from './emulator-request.js';
import { isFromOtherSite, isToForeignName } from './cross-site.js';
import { answerUnder, deliver } from './deliver.js';
import { errorPage } from './page-answers.js';
import { pollAnswer } from './poll.js';

type Page = (backend: Backend, request: EmulatorRequest) => Answer;
type Handler = Page | ((backend: Backend, request: EmulatorRequest) => Promise<Answer>);

/**
 * Refuses what was sent to a name that is neither the emulator's nor WeChat's. A page of another site can
 * have its own name point here (DNS rebinding), and its browser would let it read every answer as one of its
 * own origin.
 */
export function refuseForeignNames(backend: Backend): RequestHandler {
  return async (req, res, next) => {
    if (!isToForeignName(backend, req)) next();
    else
      await deliver(res, errorPage(backend, readRequest(backend, req, res), PAGE_ERRORS.foreignOrigin, 403));
  };
}

/** One of WeChat's endpoints: written into the journal, open to faults. */
export function endpoint(backend: Backend, name: Endpoint | 'unknown', handler: Handler): RequestHandler {
  return async (req, res) => {
    const request = readRequest(backend, req, res);
    const recorded = backend.journal.add({
      endpoint: name,
      method: request.method,
      path: request.path,
      params: new URLSearchParams([...request.params, ...request.json]),
      headers: req.headers,
      ip: req.ip ?? '',
    });
    const fault = name === 'unknown' ? undefined : backend.faults.take(name);
    if (fault?.delay !== undefined) {
      const { resets } = backend;
      await wait(backend, fault.delay, request.signal);
      // A call from before a reset would leave its trace in what comes after it, in the next test.
      if (backend.resets !== resets) {
        req.socket.destroy();
        return;
      }
    }
    const answer = await answerUnder(
      fault,
      () => handler(backend, request),
      (errcode, errmsg) =>
        refuseAs(name, backend, request, { errcode, ...(errmsg !== undefined && { errmsg }) }),
    );
    if (answer) {
      const { status, errcode } = answer;
      backend.journal.answer(recorded, { status, ...(errcode !== undefined && { errcode }) });
    }
    if (isApi(name)) {
      const { params, sent } = request;
      traceCall(backend, { endpoint: name, params, sent, answer, faulty: fault !== undefined });
    }
    await deliver(res, answer, fault);
  };
}

/** The errcode of a fault, in the words of the endpoint. */
function refuseAs(
  name: Endpoint | 'unknown',
  backend: Backend,
  request: EmulatorRequest,
  { errcode, errmsg }: { errcode: number; errmsg?: string },
): Answer {
  if (isApi(name)) return refuse(backend, { errcode, ...(errmsg !== undefined && { errmsg }) });
  if (name === 'poll') return pollAnswer(errcode, request.query);
  const fault = { ...PAGE_ERRORS.fault, code: errcode, ...(errmsg !== undefined && { text: errmsg }) };
  return errorPage(backend, request, fault);
}

function wait(backend: Backend, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = backend.clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}

/** A page that is none of WeChat's endpoints. */
export function page(backend: Backend, handler: Page): RequestHandler {
  return async (req, res) => {
    await deliver(res, handler(backend, readRequest(backend, req, res)));
  };
}

/** A form of the emulator's own pages, which a page of another site may not send. */
export function form(backend: Backend, handler: Page): RequestHandler {
  return async (req, res) => {
    const request = readRequest(backend, req, res);
    const answer = isFromOtherSite(backend, req)
      ? errorPage(backend, request, PAGE_ERRORS.foreignOrigin, 403)
      : handler(backend, request);
    await deliver(res, answer);
  };
}
