import type { Request, Response } from 'express';
import type { Backend } from '../backend.js';
import type { RecordChange } from '../records/changes.js';

const MAX_STREAMS = 100;

/** Bytes that a client may leave unread before it is cut off, so that a slow one cannot fill the memory. */
const MAX_UNREAD = 4 * 1024 * 1024;

/** Milliseconds; proxies take a connection for dead when nothing comes for about a minute. */
const HEARTBEAT = 15_000;

/**
 * `GET /_emulator/events`: server-sent events, one for each change of the journal and of the logins. See
 * https://html.spec.whatwg.org/multipage/server-sent-events.html.
 */
export function streamEvents({ changes }: Backend, req: Request, res: Response): void {
  if (changes.size >= MAX_STREAMS) {
    res.status(503).json({ error: `${MAX_STREAMS} clients follow the events already` });
    return;
  }
  res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    // nginx would collect the events and send them late.
    'X-Accel-Buffering': 'no',
  });
  // Something must be sent at once: browsers report a stream as open only then.
  res.write(': follows requests and logins as they happen\n\n');
  const send = ({ type, data }: RecordChange): void => {
    res.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    if (res.writableLength > MAX_UNREAD) req.socket.destroy();
  };
  const unsubscribe = changes.subscribe(send);
  const heartbeat = setInterval(() => res.write(':\n\n'), HEARTBEAT);
  res.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });
}
