import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import { json, serialize, type Answer } from '../wechat/answer.js';
import type { AnswerFault, ErrcodeFault, Fault, HangFault, HtmlFault, ReplyFault } from '../faults/faults.js';

/** How an endpoint words the errcode of a fault: the API in JSON, a page as a page, the poll as a script. */
export type Refuse = (errcode: number, errmsg?: string) => Answer;

/** Milliseconds between two writes that must arrive apart. */
const APART = 20;

/**
 * Lets the endpoint answer as far as the fault lets it.
 *
 * @returns `undefined` where there is to be no answer at all
 */
export async function answerUnder(
  fault: Fault | undefined,
  work: () => Answer | Promise<Answer>,
  refuse: Refuse,
): Promise<Answer | undefined> {
  if (!fault) return work();
  if ('drop' in fault) {
    if (fault.drop === 'after') await work();
    return undefined;
  }
  if (!isInstead(fault)) return changed(await work(), fault);
  if (fault.after) await work();
  if ('hang' in fault) return undefined;
  if ('errcode' in fault) return refuse(fault.errcode, fault.errmsg);
  if ('html' in fault) return gatewayPage(fault.status ?? 502);
  const { status = 200, body = '', contentType = 'text/plain', headers } = fault;
  return {
    status,
    contentType,
    body: typeof body === 'string' ? body : Buffer.from(body),
    ...(headers && { headers }),
  };
}

type InsteadFault = ErrcodeFault | ReplyFault | HtmlFault | HangFault;

function isInstead(fault: InsteadFault | AnswerFault): fault is InsteadFault {
  return ['errcode', 'html', 'hang', 'status', 'body', 'contentType', 'headers'].some(
    (member) => member in fault,
  );
}

/** What a gateway in front of WeChat sends when nobody behind it answers. */
export function gatewayPage(status: number): Answer {
  const body = `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>\r\n`;
  return { status, contentType: 'text/html', body };
}

function changed(answer: Answer, { fields, omit = [], control }: AnswerFault): Answer {
  let result = answer;
  if (answer.json) {
    const entries = Object.entries({ ...answer.json, ...fields });
    result = json(Object.fromEntries(entries.filter(([name]) => !omit.includes(name))));
  }
  if (control) {
    const body = result.json ? serialize(result.json) : result.body.toString();
    // The nickname if there is one, else the first string.
    const place = body.includes('"nickname":"') ? '"nickname":"' : '":"';
    result = { ...result, body: body.replace(place, (start) => `${start}\u0007\u0014\b`) };
  }
  return result;
}

/** Sends the answer the way the fault wants it sent; without one the connection breaks, or is left open. */
export async function deliver(
  res: Response,
  answer: Answer | undefined,
  fault: Fault | undefined,
): Promise<void> {
  if (res.destroyed) return;
  if (!answer) {
    if (fault && 'drop' in fault) res.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  res.writeHead(answer.status, {
    'Content-Type': answer.contentType,
    'Content-Length': body.length,
    ...answer.headers,
  });
  const { truncate, split, drip }: AnswerFault =
    fault && !('drop' in fault) && !isInstead(fault) ? fault : {};
  if (truncate !== undefined) {
    res.write(body.subarray(0, truncate), () => res.destroy());
  } else if (split) {
    const cut = insideCharacter(body);
    res.write(body.subarray(0, cut));
    await sleep(APART);
    res.end(body.subarray(cut));
  } else if (drip) {
    for (let sent = 0; sent < body.length && res.writable; sent += drip.bytes) {
      res.write(body.subarray(sent, sent + drip.bytes));
      await sleep(drip.every, undefined, { ref: false });
    }
    res.end();
  } else {
    res.end(body);
  }
}

/** A place inside the first character of more than one byte; the middle where every character has one. */
function insideCharacter(body: Buffer): number {
  const lead = body.findIndex((byte) => byte >= 0xc0);
  return lead < 0 ? body.length >> 1 : lead + 1;
}
