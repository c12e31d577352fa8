import type { RequestHandler } from 'express';
import { masked } from '../records/masked.js';
import { traceCall } from '../records/trace-calls.js';
import { refusal, type Answer } from '../wechat/answer.js';
import { isApi } from '../wechat/api-calls.js';
import type { Backend } from '../wechat/backend.js';
import type { Endpoint } from '../wechat/endpoints.js';
import { PAGE_ERRORS } from '../wechat/page-errors.js';
import { readCall, type Call } from './call.js';
import { isFromOtherSite, isToForeignName } from './cross-site.js';
import { answerUnder, deliver } from './deliver.js';
import { errorPage } from './page-answers.js';
import { pollAnswer } from './poll.js';

type Page = (backend: Backend, call: Call) => Answer;
type Work = Page | ((backend: Backend, call: Call) => Promise<Answer>);

/**
 * Refuses what was sent to a name that is neither the emulator's nor WeChat's. A page of another site can have its own
 * name point here (DNS rebinding), and its browser would let it read every answer as one of its own origin.
 */
export function refuseForeignNames(backend: Backend): RequestHandler {
  return async (req, res, next) => {
    if (!isToForeignName(backend, req)) next();
    else await deliver(res, errorPage(readCall(backend, req, res), PAGE_ERRORS.foreignOrigin, 403));
  };
}

/** One of WeChat's endpoints: written into the journal, open to faults. */
export function endpoint(backend: Backend, name: Endpoint | 'unknown', work: Work): RequestHandler {
  return async (req, res) => {
    const call = readCall(backend, req, res);
    const recorded = backend.journal.add({
      endpoint: name,
      method: call.method,
      path: call.path,
      query: masked(call.params),
      headers: req.headers,
      ip: req.ip ?? '',
    });
    const fault = name === 'unknown' ? undefined : backend.faults.take(name);
    if (fault?.delay !== undefined) {
      const { resets } = backend;
      await wait(backend, fault.delay, call.signal);
      // A call from before a reset would leave its trace in what comes after it, in the next test.
      if (backend.resets !== resets) {
        req.socket.destroy();
        return;
      }
    }
    const answer = await answerUnder(
      fault,
      () => work(backend, call),
      (errcode, errmsg) => refuse(backend, call, name, errcode, errmsg),
    );
    if (answer) {
      const { status, errcode } = answer;
      recorded.answer = { status, ...(errcode !== undefined && { errcode }) };
    }
    if (isApi(name)) {
      const { params, sent } = call;
      traceCall(backend, { endpoint: name, params, sent, answer, faulty: fault !== undefined });
    }
    await deliver(res, answer, fault);
  };
}

/** The errcode of a fault, in the words of the endpoint. */
function refuse(
  backend: Backend,
  call: Call,
  name: Endpoint | 'unknown',
  code: number,
  text?: string,
): Answer {
  if (isApi(name)) return refusal(backend, code, text);
  if (name === 'poll') return pollAnswer(code, call.query);
  return errorPage(call, { ...PAGE_ERRORS.fault, code, ...(text !== undefined && { text }) });
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
export function page(backend: Backend, work: Page): RequestHandler {
  return async (req, res) => {
    await deliver(res, work(backend, readCall(backend, req, res)));
  };
}

/** A form of the emulator's own pages, which a page of another site may not send. */
export function form(backend: Backend, work: Page): RequestHandler {
  return async (req, res) => {
    const call = readCall(backend, req, res);
    const answer = isFromOtherSite(backend, req)
      ? errorPage(call, PAGE_ERRORS.foreignOrigin, 403)
      : work(backend, call);
    await deliver(res, answer);
  };
}
