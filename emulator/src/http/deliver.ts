import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import type { KnownFault } from '../faults/check-fault.js';
import type { AnswerFault, ReplyFault } from '../faults/fault.js';
import { json, serialize, type Answer } from '../wechat/answer.js';

/** How an endpoint words the errcode of a fault: the API in JSON, a page as a page, the poll as a script. */
type Refuse = (errcode: number, errmsg?: string) => Answer;

/** Milliseconds between two writes that must arrive apart. */
const APART = 20;

/**
 * Lets the endpoint answer as far as the fault lets it.
 *
 * @returns `undefined` if there is to be no response at all
 */
export async function answerUnder(
  fault: KnownFault | undefined,
  work: () => Answer | Promise<Answer>,
  refuse: Refuse,
): Promise<Answer | undefined> {
  if (!fault) return work();
  if (fault.kind === 'answer') return changed(await work(), fault);
  if (fault.kind === 'drop' ? fault.drop === 'after' : fault.after) await work();
  switch (fault.kind) {
    case 'drop':
    case 'hang':
      return undefined;
    case 'errcode':
      return refuse(fault.errcode, fault.errmsg);
    case 'html':
      return gatewayPage(fault.status ?? 502);
    case 'reply':
      return customReply(fault);
  }
}

function customReply({ status = 200, body = '', contentType = 'text/plain', headers }: ReplyFault): Answer {
  return {
    status,
    contentType,
    body: typeof body === 'string' ? body : Buffer.from(body),
    ...(headers && { headers }),
  };
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
export async function deliver(res: Response, answer: Answer | undefined, fault?: KnownFault): Promise<void> {
  if (res.destroyed) return;
  if (!answer) {
    // Not res.destroy(): a response that waits for the one before it on the same connection has no socket
    // yet.
    if (fault?.kind === 'drop') res.req.socket.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  res.writeHead(answer.status, {
    'Content-Type': answer.contentType,
    'Content-Length': body.length,
    ...answer.headers,
  });
  const { truncate, split, drip }: AnswerFault = fault?.kind === 'answer' ? fault : {};
  if (truncate !== undefined) {
    res.write(body.subarray(0, truncate), () => res.req.socket.destroy());
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

/** A place inside the first character of more than one byte; the middle if every character has one. */
function insideCharacter(body: Buffer): number {
  const lead = body.findIndex((byte) => byte >= 0xc0);
  return lead < 0 ? body.length >> 1 : lead + 1;
}
