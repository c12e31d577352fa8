import { request } from 'node:http';
import type { Fault } from 'wechat-login-emulator';
import { until } from '../support/until.js';
import { account, query, startClient, type Token } from '../support/emulator-client.js';

const client = startClient({ pollHold: 25_000 });
const { wechat } = client;

/** The address of a userinfo call that goes well when nothing is wrong. */
async function userinfoPath(user?: string): Promise<string> {
  const { access_token, openid } = await client.login(user);
  return `/sns/userinfo?${query({ access_token, openid })}`;
}

/** The chunks of a reply, as they came. */
function chunks(path: string): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    request(client.origin + path, (reply) => {
      const all: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => all.push(chunk));
      reply.on('end', () => {
        resolve(all);
      });
      reply.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

describe('a fault in place of the endpoint’s own response', () => {
  test.each([
    [-1, 'system error'],
    [45009, 'reach max api daily quota limit'],
    [45011, 'api minute-quota reach limit'],
    [50002, 'user limited'],
    [40226, 'code blocked'],
  ])('errcode %d, in WeChat’s words', async (errcode, errmsg) => {
    wechat.faults.next('access_token', { errcode });
    const reply = await client.exchange('whatever');
    expect(reply).toEqual({ errcode, errmsg: expect.stringMatching(`^${errmsg}.*, rid: `) as string });
  });

  test('an errmsg of one’s own still ends in a rid', async () => {
    wechat.faults.next('userinfo', { errcode: 40001, errmsg: 'so it is' });
    expect(await client.sns('userinfo', {})).toMatchObject({
      errmsg: expect.stringMatching(/^so it is, rid: /) as string,
    });
  });

  test('a reply fault sets HTTP status, body and headers', async () => {
    wechat.faults.next('userinfo', { status: 302, headers: { Location: 'https://evil.example/' } });
    const moved = await client.get('/sns/userinfo');
    expect([moved.status, moved.headers.get('location')]).toEqual([302, 'https://evil.example/']);
    wechat.faults.next('userinfo', {
      body: Buffer.from([0xff, 0xfe]),
      contentType: 'application/octet-stream',
    });
    const bytes = await client.get('/sns/userinfo');
    expect(Buffer.from(await bytes.arrayBuffer())).toEqual(Buffer.from([0xff, 0xfe]));
    expect(bytes.headers.get('content-type')).toBe('application/octet-stream');
    wechat.faults.next('userinfo', { body: '' });
    expect(await client.text('/sns/userinfo')).toBe('');
  });

  test('an html fault answers as a gateway does', async () => {
    wechat.faults.next('access_token', { html: true });
    wechat.faults.next('access_token', { html: true, status: 200 });
    for (const status of [502, 200]) {
      const reply = await client.get('/sns/oauth2/access_token');
      expect([reply.status, reply.headers.get('content-type')]).toEqual([status, 'text/html']);
      expect(await reply.text()).toMatch(/^<html>/);
    }
  });
});

describe('faults and whether the code is used up', () => {
  const survives = async (fault: Fault): Promise<boolean> => {
    const code = await client.code();
    wechat.faults.next('access_token', fault);
    await client.exchange(code).catch(() => undefined);
    const { errcode } = await client.exchange(code);
    expect([undefined, 40163]).toContain(errcode);
    return errcode === undefined;
  };

  test.each<[Fault, boolean]>([
    [{ drop: 'before' }, true],
    [{ drop: 'after' }, false],
    [{ errcode: -1 }, true],
    [{ errcode: -1, after: true }, false],
    [{ html: true }, true],
    [{ html: true, after: true }, false],
    [{ truncate: 5 }, false],
    [{ fields: { openid: '' } }, false],
  ])('%j: %s', async (fault, expected) => {
    expect(await survives(fault)).toBe(expected);
  });
});

describe('a fault that changes the endpoint’s own response', () => {
  test('fields and omit change the JSON', async () => {
    wechat.faults.next('access_token', {
      fields: { openid: 'o2', extra: 1 },
      omit: ['unionid', 'access_token'],
    });
    const token = await client.login();
    expect(token).toMatchObject({ openid: 'o2', extra: 1 });
    expect(token).not.toHaveProperty('unionid');
    expect(token).not.toHaveProperty('access_token');
  });

  test('control puts control characters inside the nickname', async () => {
    const path = await userinfoPath();
    wechat.faults.next('userinfo', { control: true });
    const text = await client.text(path);
    expect(text).toContain('"nickname":"\u0007\u0014\b阿梅');
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });
});

describe('a fault that delivers the response badly', () => {
  test('split cuts inside a character', async () => {
    const path = await userinfoPath('amei');
    wechat.faults.next('userinfo', { split: true });
    const [first = Buffer.of(), second = Buffer.of(), ...rest] = await chunks(path);
    expect(rest).toEqual([]);
    expect(first.toString('utf8')).toMatch(/\ufffd$/);
    expect(JSON.parse(Buffer.concat([first, second]).toString('utf8'))).toMatchObject({ nickname: '阿梅🌸' });
  });

  test('truncate cuts the body short', async () => {
    const path = await userinfoPath();
    wechat.faults.next('userinfo', { truncate: 20 });
    await expect(chunks(path)).rejects.toThrow('aborted');
  });

  test('drip sends a few bytes at a time', async () => {
    const path = await userinfoPath();
    wechat.faults.next('userinfo', { drip: { bytes: 50, every: 5 } });
    const parts = await chunks(path);
    expect(parts.length).toBeGreaterThan(2);
    expect(JSON.parse(Buffer.concat(parts).toString('utf8'))).toMatchObject({ nickname: '阿梅🌸' });
  });

  test('drop breaks the connection', async () => {
    const path = await userinfoPath();
    for (const drop of ['before', 'after'] as const) {
      wechat.faults.next('userinfo', { drop });
      await expect(chunks(path)).rejects.toThrow('socket hang up');
    }
    expect(wechat.requests.at(-1)).not.toHaveProperty('answer');
  });

  test('hang lasts until the client gives up, or the emulator closes', async () => {
    const path = await userinfoPath();
    wechat.faults.next('userinfo', { hang: true });
    await expect(client.text(path, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
    expect(JSON.parse(await client.text(path))).toMatchObject({ nickname: '阿梅🌸' });
  });

  test('delay goes by the emulator’s clock', async () => {
    const path = await userinfoPath();
    wechat.faults.next('userinfo', { delay: 60_000, errcode: 50002 });
    const before = wechat.requests.length;
    const reply = client.text(path);
    await until(() => wechat.requests.length > before);
    wechat.clock.advance(60_000);
    expect(await reply).toContain('"errcode":50002');
  });
});

test('reset() cuts off a call that is delayed, and it leaves nothing behind', async () => {
  wechat.faults.next('access_token', { delay: 60_000 });
  const reply = client.exchange('whatever');
  await until(() => wechat.requests.length > 0);
  wechat.reset();
  await expect(reply).rejects.toThrow('fetch failed');
  expect([wechat.requests, wechat.logins]).toEqual([[], []]);
});

test('reset() keeps a delayed page from starting a login', async () => {
  wechat.faults.next('qrconnect', { delay: 60_000 });
  const page = client.qrPage();
  await until(() => wechat.requests.length > 0);
  wechat.reset();
  await expect(page).rejects.toThrow('fetch failed');
  expect(wechat.logins).toEqual([]);
});

test('one fault, one request, in the order in which they were queued, each endpoint for itself', async () => {
  wechat.faults.next('userinfo', { errcode: 1 });
  wechat.faults.next('userinfo', { errcode: 2 });
  wechat.faults.next('auth', { errcode: 3 });
  const codes = [];
  for (const endpoint of ['userinfo', 'userinfo', 'userinfo', 'auth']) {
    codes.push((await client.sns(endpoint, {}))['errcode']);
  }
  expect(codes).toEqual([1, 2, 41001, 3]);
});

test('every endpoint can fail', async () => {
  const uuid = await client.uuid();
  const paths = {
    qrconnect: '/connect/qrconnect',
    qrcode: `/connect/qrcode/${uuid}`,
    authorize: '/connect/oauth2/authorize',
    poll: `/connect/l/qrconnect?uuid=${uuid}`,
    access_token: '/sns/oauth2/access_token',
    refresh_token: '/sns/oauth2/refresh_token',
    userinfo: '/sns/userinfo',
    auth: '/sns/auth',
    jscode2session: '/sns/jscode2session',
  } as const;
  for (const endpoint of Object.keys(paths) as (keyof typeof paths)[]) {
    wechat.faults.next(endpoint, { errcode: 10004, errmsg: 'the fault' });
    wechat.faults.next(endpoint, { status: 503 });
    expect(await client.text(paths[endpoint])).toContain('10004');
    expect((await client.get(paths[endpoint])).status).toBe(503);
  }
});

test('an errcode fault of poll sets its wx_errcode', async () => {
  wechat.faults.next('poll', { errcode: 500 });
  expect(await client.poll(await client.uuid())).toBe("window.wx_errcode=500;window.wx_code='';");
});

test('a fault that means nothing is refused where it is queued', () => {
  const { faults } = wechat;
  const refused = [
    {},
    { errcode: '40001' },
    { drop: 'never' },
    { status: 99 },
    { truncate: -1 },
    { what: 1 },
    null,
  ];
  for (const fault of refused) expect(() => faults.next('userinfo', fault as never)).toThrow(TypeError);
  expect(() => faults.next('login' as never, { errcode: 1 })).toThrow(/jscode2session/);
  expect(() => faults.next('userinfo', { status: 200, headers: { 'a b': 'c' } })).toThrow(/header/);
});

test('reset() forgets the faults that have not happened', async () => {
  wechat.faults.next('userinfo', { errcode: 50002 });
  wechat.reset();
  expect(await client.sns('userinfo', {})).toMatchObject({ errcode: 41001 });
});

test('a fault shows in the trace of its login', async () => {
  const token: Token = await client.exchange(client.accountCode(), account);
  wechat.faults.next('userinfo', { html: true });
  await client.get(`/sns/userinfo?${query({ access_token: token.access_token, openid: token.openid })}`);
  expect(wechat.logins[0]).toMatchObject({ outcome: 'failed', user: 'amei' });
  expect(wechat.logins[0]?.steps.at(-1)).toMatchObject({
    endpoint: 'userinfo',
    answered: 'HTTP 502 (fault)',
    ok: false,
  });
});
