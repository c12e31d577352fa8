import type { LoginTrace, RecordedRequest } from 'wechat-login-emulator';
import { startClient, website } from '../support/emulator-client.js';

// GET /_emulator/events: server-sent events.
const client = startClient();
const { wechat } = client;

interface Event {
  type: string;
  data: unknown;
}

/** Opens the stream and collects its events. */
async function follow(): Promise<{
  events: Event[];
  until: (check: () => boolean) => Promise<void>;
  stop: () => void;
}> {
  const abort = new AbortController();
  const response = await client.get('/_emulator/events', { signal: abort.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events: Event[] = [];
  let changed = (): void => undefined;
  void read().catch(() => undefined);
  return {
    events,
    until: async (check) => {
      while (!check()) await new Promise<void>((resolve) => (changed = resolve));
    },
    stop: () => abort.abort(),
  };

  async function read(): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const found = /^event: (\w+)\ndata: (.*)$/.exec(block);
        if (found) events.push({ type: found[1] ?? '', data: JSON.parse(found[2] ?? '') });
      }
      changed();
    }
  }
}

test('a login can be followed step by step, without polling and without secrets', async () => {
  const stream = await follow();
  const { code } = wechat.phone.approve(await client.uuid(), 'amei');
  const { access_token } = await client.exchange(code);
  const login = (): LoginTrace | undefined =>
    stream.events.findLast(({ type }) => type === 'login')?.data as LoginTrace | undefined;
  await stream.until(() => login()?.outcome === 'done');
  expect(login()).toEqual(wechat.logins[0]);
  const answered = stream.events.filter(
    ({ type, data }) => type === 'request' && 'answer' in (data as object),
  );
  expect(answered.map(({ data }) => (data as RecordedRequest).endpoint)).toEqual([
    'qrconnect',
    'access_token',
  ]);
  const steps = stream.events
    .filter(({ type }) => type === 'login')
    .map(({ data }) => (data as LoginTrace).steps);
  expect(steps.map(({ length }) => length)).toEqual([1, 2, 3, 4]);
  for (const secret of [website.secret, code, access_token]) {
    expect(JSON.stringify(stream.events)).not.toContain(secret);
  }
  stream.stop();
});

test('a request is sent when it arrives, and again under the same id when it is answered', async () => {
  const stream = await follow();
  wechat.faults.next('userinfo', { delay: 60_000 });
  const pending = client.get('/sns/userinfo');
  await stream.until(() => stream.events.length === 1);
  const [arrived] = stream.events;
  expect(arrived?.data).not.toHaveProperty('answer');
  wechat.clock.advance(60_000);
  await pending;
  await stream.until(() => stream.events.some(({ data }) => 'answer' in (data as object)));
  const answered = stream.events.find(({ data }) => 'answer' in (data as object));
  expect((answered?.data as RecordedRequest).id).toBe((arrived?.data as RecordedRequest).id);
  stream.stop();
});

test('reset() is an event', async () => {
  const stream = await follow();
  wechat.reset();
  await stream.until(() => stream.events.length === 1);
  expect(stream.events).toEqual([{ type: 'reset', data: {} }]);
  stream.stop();
});

test('streams are bounded, and one that ends makes room', async () => {
  const streams = await Promise.all(Array.from({ length: 100 }, follow));
  expect((await client.get('/_emulator/events')).status).toBe(503);
  streams[0]?.stop();
  await expect(eventually(async () => (await client.get('/_emulator/events', once())).status)).resolves.toBe(
    200,
  );
  for (const { stop } of streams) stop();
});

const opened: AbortController[] = [];
afterEach(() => {
  for (const abort of opened.splice(0)) abort.abort();
});

function once(): RequestInit {
  const abort = new AbortController();
  opened.push(abort);
  return { signal: abort.signal };
}

/** The server learns of a client that has gone a moment later. */
async function eventually(status: () => Promise<number>): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await status();
    if (found !== 503) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return 503;
}

test('close() ends the streams', async () => {
  const stream = await client.get('/_emulator/events');
  const ended = stream.text().catch(() => 'cut off');
  await wechat.close();
  expect(typeof (await ended)).toBe('string');
  await client.listen();
});
