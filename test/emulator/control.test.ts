import { request } from 'node:http';
import { account, Client, miniProgram, mobileApp, startClient, website } from '../support/emulator-client.js';

const client = startClient();

async function control(path: string, body: unknown): Promise<Record<string, string>> {
  const reply = await client.control(path, body);
  expect(reply.status).toBe(200);
  return (await reply.json()) as Record<string, string>;
}

test('a whole test in another language: everything over HTTP', async () => {
  const uuid = await client.uuid();
  await control('/phone/scan', { uuid });
  expect(await client.poll(uuid)).toContain('404');
  await control('/phone/cancel', { uuid });
  expect(await client.poll(uuid)).toContain('403');
  const { code = '', url } = await control('/phone/approve', { uuid, user: 'dawei' });
  expect(url).toContain(`code=${code}&state=xyz`);
  await control('/faults', { endpoint: 'access_token', fault: { errcode: -1 } });
  expect(await client.exchange(code)).toMatchObject({ errcode: -1 });
  expect(await client.exchange(code)).not.toHaveProperty('errcode');

  const requests = (await (await client.get('/_emulator/requests')).json()) as unknown[];
  expect(requests).toHaveLength(5);
  const logins = (await (await client.get('/_emulator/logins')).json()) as unknown[];
  expect(logins).toMatchObject([{ user: 'dawei', outcome: 'done' }]);
  await control('/reset', {});
  expect(client.wechat.requests).toHaveLength(0);
});

test('sendAuth, wxLogin, open and the clock over HTTP', async () => {
  const { code = '', state } = await control('/phone/sendAuth', {
    appid: mobileApp.appid,
    user: 'amei',
    state: 'n',
  });
  expect(state).toBe('n');
  const { now } = await control('/clock/advance', { ms: 600_000 });
  expect(Number(now)).toBeGreaterThan(Date.now() + 590_000);
  expect(await client.exchange(code, mobileApp)).toMatchObject({ errcode: 40029 });
  const session = await control('/phone/wxLogin', { appid: miniProgram.appid });
  expect(session['code']).toMatch(/^\w{32}$/);
  const opened = await control('/phone/open', {
    url: client.authorizeUrl(),
    user: 'amei',
    decision: 'allow',
  });
  expect(
    await client.exchange(new URL(opened['url'] ?? '').searchParams.get('code') ?? '', account),
  ).toMatchObject({
    scope: 'snsapi_userinfo',
  });
});

test.each([
  ['/phone/approve', {}, 'uuid'],
  ['/phone/approve', { uuid: 'x', who: 'amei' }, 'who'],
  ['/phone/scan', { uuid: 'nonsense' }, 'open a new QR page'],
  ['/phone/sendAuth', { appid: website.appid }, 'is not the appid of a mobileApp'],
  ['/phone/open', { url: 'https://open.weixin.qq.com/connect/qrconnect' }, '/connect/oauth2/authorize'],
  ['/faults', { endpoint: 'login', fault: {} }, 'jscode2session'],
  ['/faults', { endpoint: 'userinfo', fault: { errcode: 'x' } }, 'errcode'],
  ['/clock/advance', { ms: -1 }, 'ms'],
  ['/clock/advance', 'not an object', 'object'],
])('400 with what is wrong: %s %j', async (path, body, message) => {
  const reply = await client.control(path, body);
  expect(reply.status).toBe(400);
  expect(await reply.json()).toEqual({ error: expect.stringContaining(message) as string });
});

test('broken JSON gets 400, an unknown control 404', async () => {
  const headers = { 'Content-Type': 'application/json' };
  const broken = await client.get('/_emulator/reset', { method: 'POST', body: '{', headers });
  expect(broken.status).toBe(400);
  expect((await client.control('/nothing', {})).status).toBe(404);
});

describe('pages of other sites', () => {
  test('pages of other sites cannot send what a browser sends without asking', async () => {
    const body = JSON.stringify({});
    const simple = await client.get('/_emulator/reset', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(simple.status).toBe(403);
    expect((await client.get('/_emulator/reset', { method: 'POST' })).status).toBe(403);
  });

  test.each(['https://evil.example', 'null', 'http://localhost:1'])(
    'Origin %s is refused',
    async (origin) => {
      const reply = await client.control('/reset', {}, { Origin: origin });
      expect(reply.status).toBe(403);
      expect(reply.headers.get('access-control-allow-origin')).toBeNull();
      const uuid = await client.uuid();
      const form = await client.form(
        '/connect/confirm',
        { uuid, user: 'amei', decision: 'allow' },
        { Origin: origin },
      );
      expect(form.status).toBe(403);
      expect(await client.poll(uuid)).toContain('408');
      expect((await client.form('/connect/oauth2/authorize', {}, { Origin: origin })).status).toBe(403);
    },
  );

  test('a foreign name that leads here (DNS rebinding) is refused', async () => {
    const { port } = new URL(client.origin);
    for (const [name, status] of [
      [`evil.example:${port}`, 403],
      [`192.168.1.20:${port}`, 200],
      [`wechat:${port}`, 200],
    ] as const) {
      expect(await resetAs(name)).toBe(status);
    }
  });

  test.each(['/', '/_emulator/requests', '/_emulator/logins', '/_emulator/assets/base.css', '/sns/userinfo'])(
    'a foreign name that leads here may not read %s either',
    async (path) => {
      const { port } = new URL(client.origin);
      expect(await statusAs(`evil.example:${port}`, 'GET', path)).toBe(403);
      for (const ours of [`localhost:${port}`, 'open.weixin.qq.com', 'res.wx.qq.com', 'thirdwx.qlogo.cn']) {
        expect(await statusAs(ours, 'GET', path)).toBe(200);
      }
    },
  );

  test('publicOrigin is a name of the emulator', async () => {
    const tunnelled = new Client({ publicOrigin: 'https://tunnel.example' });
    await tunnelled.listen();
    expect(await statusAs('tunnel.example', 'GET', '/', tunnelled)).toBe(200);
    expect(await statusAs('evil.example', 'GET', '/', tunnelled)).toBe(403);
    await tunnelled.wechat.close();
  });

  test('the emulator’s own pages may send controls', async () => {
    expect((await client.control('/reset', {}, { Origin: client.origin })).status).toBe(200);
  });
});

/** A page's reset, sent by a browser that reached the emulator under this name. */
function resetAs(host: string): Promise<number | undefined> {
  return statusAs(host, 'POST', '/_emulator/reset');
}

/** fetch sets Host itself. */
function statusAs(
  host: string,
  method: string,
  path: string,
  { origin } = client,
): Promise<number | undefined> {
  const { hostname, port } = new URL(origin);
  const headers = {
    Host: host,
    ...(method === 'POST' && { Origin: `http://${host}`, 'Content-Type': 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    })
      .on('error', reject)
      .end(method === 'POST' ? '{}' : undefined);
  });
}

test('a time beyond all calendars and a header that HTTP does not allow are refused', async () => {
  expect((await client.control('/clock/advance', { ms: 1e308 })).status).toBe(400);
  const fault = { contentType: 'text/plain\n' };
  expect((await client.control('/faults', { endpoint: 'userinfo', fault })).status).toBe(400);
});
