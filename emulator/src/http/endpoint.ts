import type { Request, RequestHandler } from 'express';
import { refusal, type Answer } from '../answer.js';
import { isApi, traceCall } from '../api.js';
import { masked } from '../journal.js';
import { PAGE_ERRORS } from '../page-errors.js';
import type { State } from '../state.js';
import type { Endpoint } from '../types.js';
import { isForeign, readCall, type Call } from './call.js';
import { answerUnder, deliver } from './deliver.js';
import { errorPage } from './page-answers.js';
import { pollAnswer } from './qr-routes.js';

type Work = (state: State, call: Call) => Answer | Promise<Answer>;

/** One of WeChat's endpoints: written into the journal, open to faults. */
export function endpoint(state: State, name: Endpoint | 'unknown', work: Work): RequestHandler {
  return async (req, res) => {
    const call = readCall(state, req, res);
    const recorded = state.journal.add({
      endpoint: name,
      method: call.method,
      path: call.path,
      query: masked(call.params),
      headers: req.headers,
      ip: req.ip ?? '',
    });
    const fault = name === 'unknown' ? undefined : state.faults.take(name);
    if (fault?.delay !== undefined) await wait(state, fault.delay, call.signal);
    const answer = await answerUnder(
      fault,
      () => work(state, call),
      (errcode, errmsg) => refuse(state, call, name, errcode, errmsg),
    );
    if (answer) {
      const { status, errcode } = answer;
      recorded.answer = { status, ...(errcode !== undefined && { errcode }) };
    }
    if (isApi(name)) traceCall(state, call.params, { endpoint: name, sent: call.sent, answer, fault });
    await deliver(res, answer, fault);
  };
}

/** The errcode of a fault, in the words of the endpoint. */
function refuse(state: State, call: Call, name: Endpoint | 'unknown', code: number, text?: string): Answer {
  if (isApi(name)) return refusal(code, state.clock, state.settings, text);
  if (name === 'poll') return pollAnswer(code, call.query);
  return errorPage(call, { ...PAGE_ERRORS.fault, code, ...(text !== undefined && { text }) });
}

function wait(state: State, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = state.clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}

/** A page that is none of WeChat's endpoints. */
export function page(state: State, work: (state: State, call: Call) => Answer): RequestHandler {
  return async (req, res) => {
    await deliver(res, work(state, readCall(state, req, res)), undefined);
  };
}

/** A form of the emulator's own pages, which a page of another site may not send. */
export function form(state: State, work: (state: State, call: Call) => Answer): RequestHandler {
  return async (req: Request, res) => {
    const call = readCall(state, req, res);
    const answer = isForeign(state, req)
      ? errorPage(call, PAGE_ERRORS.foreignOrigin, 403)
      : work(state, call);
    await deliver(res, answer, undefined);
  };
}
