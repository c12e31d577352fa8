import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { generate } from 'selfsigned';
import { createEmulator } from 'wechat-login-emulator';
import { Client, query, qrParams, repeat, startClient, website } from '../support/emulator-client.js';

const client = startClient();

function send(headers: Record<string, string>, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(client.origin);
    request({ hostname, port, path, headers }, (reply: IncomingMessage) => {
      let body = '';
      reply.on('data', (chunk: Buffer) => (body += chunk.toString()));
      reply.on('end', () => {
        resolve({ status: reply.statusCode ?? 0, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** Bytes that are no request of any client. */
function sendRaw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(client.origin);
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    let reply = '';
    socket.on('data', (chunk: Buffer) => (reply += chunk.toString()));
    socket.on('close', () => {
      resolve(reply);
    });
    socket.on('error', () => undefined);
  });
}

describe('garbage in requests', () => {
  const GARBAGE = [
    '%',
    '%E0%A4%A',
    '%00',
    '=&&==&',
    'appid[]=x&appid=y',
    '__proto__=1&constructor=2',
    '<script>',
    'é'.repeat(500),
  ];
  const PATHS = [
    '/connect/qrconnect',
    '/connect/l/qrconnect',
    '/connect/confirm',
    '/connect/oauth2/authorize',
    '/sns/oauth2/access_token',
    '/sns/oauth2/refresh_token',
    '/sns/userinfo',
    '/sns/auth',
    '/sns/jscode2session',
    '/nowhere',
    '/_emulator/double',
  ];

  test.each(PATHS)('%s answers as WeChat would, without a stack', async (path) => {
    for (const garbage of GARBAGE) {
      const { status, body } = await send({}, `${path}?${encodeURI(garbage).replaceAll('%25', '%')}`);
      expect(status).toBe(path === '/nowhere' ? 404 : 200);
      expect(body).not.toMatch(/node_modules|\bat .+:\d+:\d+|<script>alert/);
      if (path.startsWith('/sns/')) expect(body).toMatch(/^\{"errcode":\d+,"errmsg":"/);
    }
  });

  test.each([
    '/connect/qrcode/%E0%A4%A',
    '/mmopen/vi_32/%/132',
    '/_emulator/assets/..%2f..%2fpackage.json',
    '/_emulator/assets/%00',
  ])('%s', async (path) => {
    const { status, body } = await send({}, path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).not.toMatch(/node_modules|"version"|\bat .+:\d+:\d+/);
  });

  test('a Host header that is no host is refused', async () => {
    for (const Host of ['"><script>alert(1)</script>', 'a b']) {
      const { status, body } = await send({ Host }, `/connect/qrconnect?${query(qrParams())}`);
      expect(status).toBe(403);
      expect(body).toContain('publicOrigin');
      expect(body).not.toContain('<script>alert');
    }
  });

  test('bytes that are not HTTP get 400, and the emulator goes on', async () => {
    expect(await sendRaw('\x16\x03\x01 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      await sendRaw('GET /sns/userinfo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc'),
    ).not.toContain('at ');
    expect(await client.text('/sns/userinfo')).toContain('41001');
  });

  test('a body that is too large, packed or not, is refused and not kept', async () => {
    const body = new URLSearchParams({ appid: 'x'.repeat(70_000) });
    const reply = await client.get('/sns/oauth2/access_token', { method: 'POST', body });
    expect(reply.status).toBe(413);
    expect(await reply.text()).not.toMatch(/node_modules/);
    const packed = { method: 'POST', body: 'no gzip', headers: { 'Content-Encoding': 'gzip' } };
    expect((await client.get('/sns/oauth2/access_token', packed)).status).toBe(400);
    expect(client.wechat.requests).toHaveLength(0);
  });
});

test('names of users and apps are shown, not run', async () => {
  const evil = '<img src=x onerror=alert(1)>';
  const app = { ...website, name: evil };
  const other = new Client({
    apps: [app],
    users: [{ name: evil, nickname: evil, headimgurl: evil, unionKey: 'x' }],
  });
  await other.listen();
  const uuid = await other.uuid({ state: `</script>${evil}` });
  const pages = [
    await (await other.qrPage({ state: `</script>${evil}` })).text(),
    await other.text(`/connect/confirm?uuid=${uuid}`),
    await other.text('/'),
  ];
  for (const page of pages) expect(page).not.toContain('<img src=x');
  for (const page of pages) expect(page).not.toContain('</script><img');
  await other.wechat.close();
});

test('phone pages and the start page go into no frame, the QR page does', async () => {
  const policy = async (path: string) => (await client.get(path)).headers.get('content-security-policy');
  expect(await policy('/')).toBe("frame-ancestors 'none'");
  expect(await policy(`/connect/confirm?uuid=${await client.uuid()}`)).toBe("frame-ancestors 'none'");
  expect(await policy(`/connect/qrconnect?${query(qrParams())}`)).toBeNull();
});

test('QR codes are bounded: the oldest is forgotten', async () => {
  const first = await client.uuid();
  await repeat(999, () => client.get(`/connect/qrconnect?${query(qrParams())}&f=xml`));
  expect(await client.text(`/connect/qrcode/${first}`)).not.toContain('二维码已失效');
  await client.qrPage();
  expect(await client.poll(first)).toContain('402');
});

describe('starting and stopping', () => {
  test('listens on loopback only, unless host says otherwise', async () => {
    const wechat = createEmulator();
    const { origin } = await wechat.listen();
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(wechat.listen()).rejects.toThrow(/listening already/);
    const { port } = new URL(origin);
    await expect(createEmulator().listen({ port: Number(port) })).rejects.toThrow(/EADDRINUSE/);
    await wechat.close();
    await wechat.close();
    expect((await wechat.listen({ host: '0.0.0.0' })).origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await wechat.close();
  });

  test('with TLS the origin is https, and so are the URLs that it gives out', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const wechat = createEmulator();
    const { origin } = await wechat.listen({ tls: { key, cert } });
    expect(origin).toMatch(/^https:/);
    const { request: requestTls } = await import('node:https');
    const page = await new Promise<string>((resolve, reject) => {
      requestTls(
        `${origin}/connect/qrconnect?${query(qrParams())}`,
        { rejectUnauthorized: false },
        (reply) => {
          let body = '';
          reply.on('data', (chunk: Buffer) => (body += chunk.toString()));
          reply.on('end', () => {
            resolve(body);
          });
        },
      )
        .on('error', reject)
        .end();
    });
    expect(page).toContain(`${origin}/connect/confirm?uuid=`);
    await wechat.close();
  });

  test('warns when NODE_ENV is production', async () => {
    const { NODE_ENV } = process.env;
    const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const wechat = createEmulator();
    try {
      await wechat.listen();
      expect(warning).not.toHaveBeenCalled();
      await wechat.close();
      process.env['NODE_ENV'] = 'production';
      await wechat.listen();
      expect(warning).toHaveBeenCalledWith(expect.stringContaining('production'));
    } finally {
      process.env['NODE_ENV'] = NODE_ENV;
      warning.mockRestore();
      await wechat.close();
    }
  });

  test('reset() forgets logins, tokens and time', async () => {
    const token = await client.login();
    client.wechat.clock.advance(3_600_000);
    client.wechat.reset();
    expect(Math.abs(client.wechat.clock.now() - Date.now())).toBeLessThan(1000);
    expect(await client.userinfo(token)).toMatchObject({ errcode: 40001 });
    expect(() => {
      client.wechat.clock.advance(-1);
    }).toThrow(TypeError);
  });
});
