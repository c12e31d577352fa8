import { until } from '../support/until.js';
import { CALLBACK, Client, startClient } from '../support/emulator-client.js';

const client = startClient({ pollHold: 25_000 });
const { wechat } = client;

/** A poll that the emulator holds: it has arrived when this resolves. */
async function heldPoll(uuid: string, last = ''): Promise<{ answer: Promise<string> }> {
  const before = wechat.requests.length;
  const answer = client.poll(uuid, last);
  await until(() => wechat.requests.length > before);
  return { answer };
}

const js = (errcode: number, code = ''): string => `window.wx_errcode=${errcode};window.wx_code='${code}';`;

test('a poll is held until the phone scans, then until the user taps', async () => {
  const uuid = await client.uuid();
  const first = await heldPoll(uuid);
  wechat.phone.scan(uuid);
  expect(await first.answer).toBe(js(404));
  const second = await heldPoll(uuid, '404');
  const { code } = wechat.phone.approve(uuid);
  expect(await second.answer).toBe(js(405, code));
});

test('a poll answers with a script', async () => {
  const uuid = await client.uuid();
  wechat.phone.scan(uuid);
  const reply = await client.get(`/connect/l/qrconnect?uuid=${uuid}`);
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toMatch(/^text\/javascript/);
});

test('a poll is held for 25 seconds, then answers 408', async () => {
  const uuid = await client.uuid();
  const poll = await heldPoll(uuid);
  wechat.clock.advance(15_000);
  const answered = await Promise.race([
    poll.answer,
    new Promise((resolve) => setTimeout(resolve, 50, 'held')),
  ]);
  expect(answered).toBe('held');
  wechat.clock.advance(10_000);
  expect(await poll.answer).toBe(js(408));
});

test('a poll with what the page knows is held, one without is answered at once', async () => {
  const uuid = await client.uuid();
  wechat.phone.scan(uuid);
  expect(await client.poll(uuid)).toBe(js(404));
  expect(await client.poll(uuid, '403')).toBe(js(404));
  const held = await heldPoll(uuid, '404');
  wechat.clock.advance(25_000);
  expect(await held.answer).toBe(js(408));
});

test('cancelling answers the poll with 403 and no callback, and the same code can be scanned again', async () => {
  const uuid = await client.uuid();
  wechat.phone.cancel(uuid);
  expect(await client.poll(uuid, '404')).toBe(js(403));
  const again = await heldPoll(uuid, '403');
  wechat.phone.scan(uuid);
  expect(await again.answer).toBe(js(404));
  const { code } = wechat.phone.approve(uuid);
  expect(await client.poll(uuid, '404')).toBe(js(405, code));
  expect(wechat.logins[0]?.outcome).toBe('open');
});

test('a QR code dies after five minutes, also under a poll that waits', async () => {
  const uuid = await client.uuid();
  wechat.clock.advance(5 * 60_000 - 1000);
  const poll = await heldPoll(uuid);
  wechat.clock.advance(1000);
  expect(await poll.answer).toBe(js(402));
  expect(await client.poll(uuid)).toBe(js(402));
  expect(() => wechat.phone.scan(uuid)).toThrow(/expired/);
  expect(await client.text(`/connect/confirm?uuid=${uuid}`)).toContain('二维码已过期');
});

test('a poll for an unknown uuid answers 402', async () => {
  expect(await client.poll('nonsense')).toBe(js(402));
  expect(await client.text('/connect/l/qrconnect')).toBe(js(402));
});

test('f=json answers a poll in JSON', async () => {
  const uuid = await client.uuid();
  const { code } = wechat.phone.approve(uuid);
  const reply = await client.get(`/connect/l/qrconnect?f=json&uuid=${uuid}`);
  expect(await reply.json()).toEqual({ wx_errcode: 405, wx_code: code });
});

test('the callback is concatenated: fragment, query and state stay as they are', async () => {
  const addresses = [
    [`${CALLBACK}#/login`, 'a=b', `${CALLBACK}#/login?code=CODE&state=a=b`],
    [`${CALLBACK}?next=1`, 'é&x', `${CALLBACK}?next=1&code=CODE&state=é&x`],
    [`${CALLBACK}?a=1&amp;b=2`, '', `${CALLBACK}?a=1&b=2&code=CODE&state=`],
  ];
  for (const [redirect_uri = '', state = '', expected] of addresses) {
    const { url, code } = wechat.phone.approve(await client.uuid({ redirect_uri, state }));
    expect(url.replace(code, 'CODE')).toBe(expected);
  }
});

test('an approved code can be approved no second time', async () => {
  const uuid = await client.uuid();
  const { code } = wechat.phone.approve(uuid, 'amei');
  expect(() => wechat.phone.approve(uuid, 'dawei')).toThrow(/used/);
  await client.form('/connect/confirm', { uuid, user: 'dawei', decision: 'cancel' });
  expect(await client.poll(uuid)).toBe(js(405, code));
});

test('reset() answers pending polls with 402', async () => {
  const poll = await heldPoll(await client.uuid());
  wechat.reset();
  expect(await poll.answer).toBe(js(402));
});

test('close() ends pending polls at once', async () => {
  const closing = new Client({ pollHold: 25_000 });
  await closing.listen();
  const uuid = await closing.uuid();
  const answer = closing.poll(uuid).then(
    (text) => text,
    () => 'connection closed',
  );
  await until(() => closing.wechat.requests.length === 2);
  await closing.wechat.close();
  expect(await answer).toMatch(/connection closed|402/);
});

test('a poll whose client has gone is forgotten', async () => {
  const uuid = await client.uuid();
  const gone = new AbortController();
  const before = wechat.requests.length;
  const poll = client.text(`/connect/l/qrconnect?uuid=${uuid}`, { signal: gone.signal });
  await until(() => wechat.requests.length > before);
  gone.abort();
  await expect(poll).rejects.toThrow('abort');
  expect(await until(() => wechat.requests.at(-1)?.answer)).toEqual({ status: 200 });
});

test.each([
  ['state-only', `${CALLBACK}?state=xyz`],
  ['authdeny', `${CALLBACK}?code=authdeny&state=xyz`],
] as const)('denial %s: the page is told to go back', async (denial, url) => {
  const old = new Client({ denial });
  await old.listen();
  const uuid = await old.uuid();
  old.wechat.phone.cancel(uuid);
  expect(await old.poll(uuid)).toBe(`${js(403)}window.wx_redirecturl="${url}";`);
  await old.wechat.close();
});
