import { parseHost } from '../../lib/api/host.js';
import { Connection } from '../../lib/api/connection.js';
import { sendRequest, type HttpRequest } from '../../lib/api/http.js';
import { HttpFailure } from '../../lib/api/watched-request.js';
import { respondingWith, rawServer, unreachableOrigin, type RawServer } from '../support/raw-server.js';
import { refusingOrigin } from '../support/ports.js';
import { until } from '../support/until.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';

function requestTo(origin: string, more: Partial<HttpRequest> = {}): HttpRequest {
  const times = { timeout: 1000, connectTimeout: 1000 };
  const host = parseHost(origin);
  const connection = new Connection(host, undefined, {});
  return {
    host,
    connection,
    axios: undefined,
    onSocket: (socket) => connection.opened(socket, () => undefined),
    onUnexpected: () => undefined,
    path: '/sns/auth',
    params: { openid: 'o', lang: '阿 &=' },
    ...times,
    ...more,
  };
}

async function catchFailure(request: HttpRequest): Promise<[string, boolean]> {
  const error: unknown = await sendRequest(request).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(HttpFailure);
  const { code, mayHaveBeenSent, message } = error as HttpFailure;
  expect(message).toBe(code);
  return [code, mayHaveBeenSent];
}

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

it('a request has the headers that WeChat needs and no more', async () => {
  let text = '';
  server = await rawServer((socket) => {
    socket.on('data', (data) => {
      text += data.toString();
      socket.write(OK);
    });
  });
  const { status, body } = await sendRequest(requestTo(server.origin));
  expect([status, String(body)]).toEqual([200, '{}']);
  const { host } = new URL(server.origin);
  expect(text).toBe(
    `GET /sns/auth?openid=o&lang=%E9%98%BF%20%26%3D HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: identity\r\n` +
      'Connection: keep-alive\r\n\r\n',
  );
});

it.each([204, 302, 404, 500])('a response of any status is returned: %i', async (status) => {
  server = await rawServer(
    respondingWith(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\nLocation: /\r\n\r\n`),
  );
  expect(await sendRequest(requestTo(server.origin))).toMatchObject({ status, body: Buffer.alloc(0) });
  expect(server.requests).toHaveLength(1);
});

it('a response that comes in parts is put together', async () => {
  server = await rawServer((socket) => {
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n');
      setImmediate(() => socket.write('3\r\ncde\r\n0\r\n\r\n'));
    });
  });
  expect(String((await sendRequest(requestTo(server.origin))).body)).toBe('abcde');
});

it('a connection is reused, even by a request right after a response', async () => {
  server = await rawServer(respondingWith(OK));
  const request = requestTo(server.origin);
  for (let i = 0; i < 4; i++) await sendRequest(request);
  expect([server.requests.length, server.connections]).toEqual([4, 1]);
});

describe('the size limit of a response', () => {
  const ofLength = (length: number): string =>
    `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${'x'.repeat(length)}`;

  it('is 64 KiB', async () => {
    server = await rawServer(respondingWith(ofLength(65_536)));
    expect((await sendRequest(requestTo(server.origin))).body).toHaveLength(65_536);
  });

  it('ends a longer response and its connection', async () => {
    let closed = false;
    server = await rawServer((socket) => {
      socket.on('close', () => (closed = true));
      respondingWith(ofLength(65_537))(socket);
    });
    expect(await catchFailure(requestTo(server.origin))).toEqual(['ERR_RESPONSE_TOO_LONG', true]);
    expect(await until(() => closed)).toBe(true);
  });
});

describe('a request that fails', () => {
  it('was never sent if the connection is refused', async () => {
    expect(await catchFailure(requestTo(await refusingOrigin()))).toEqual(['ECONNREFUSED', false]);
  });

  it('was never sent if no connection is made in time', async () => {
    const { origin, close } = await unreachableOrigin();
    expect(await catchFailure(requestTo(origin, { connectTimeout: 50 }))).toEqual(['ETIMEDOUT', false]);
    await close();
  });

  it('was never sent if the time runs out while connecting', async () => {
    const { origin, close } = await unreachableOrigin();
    expect(await catchFailure(requestTo(origin, { timeout: 50, connectTimeout: 50 }))).toEqual([
      'ETIMEDOUT',
      false,
    ]);
    await close();
  });

  it('may have been sent if no response comes in time', async () => {
    server = await rawServer(() => undefined);
    const request = requestTo(server.origin, { timeout: 1000, connectTimeout: 900 });
    expect(await catchFailure(request)).toEqual(['ETIMEDOUT', true]);
  });

  it.each<[string, string, Parameters<typeof rawServer>[0]]>([
    ['at once', 'ECONNRESET', (socket) => socket.on('data', () => socket.resetAndDestroy())],
    ['without a response', 'ECONNRESET', (socket) => socket.on('data', () => socket.end())],
    ['in the middle of one', 'ECONNRESET', (socket) => socket.on('data', () => socket.end(OK.slice(0, -1)))],
  ])('may have been sent if the connection ends %s', async (_how, code, onConnection) => {
    server = await rawServer(onConnection);
    expect(await catchFailure(requestTo(server.origin))).toEqual([code, true]);
  });

  it('may have been sent if the response is not HTTP', async () => {
    server = await rawServer(respondingWith('SSH-2.0\r\n\r\n'));
    expect(await catchFailure(requestTo(server.origin))).toEqual([expect.stringMatching(/^HPE_/), true]);
  });

  it('may have been sent over a reused connection', async () => {
    let requests = 0;
    server = await rawServer((socket) => {
      socket.on('data', () => (++requests < 2 ? socket.write(OK) : socket.resetAndDestroy()));
    });
    const request = requestTo(server.origin);
    await sendRequest(request);
    // Less than a connection would take, which there is no need for.
    expect(await catchFailure({ ...request, connectTimeout: 0 })).toEqual(['ECONNRESET', true]);
    expect(server.connections).toBe(1);
  });

  it('leaves no timer behind, like one that succeeds', async () => {
    server = await rawServer((socket) => {
      socket.once('data', () => socket.write(OK));
    });
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await sendRequest(requestTo(server.origin, { timeout: 60_000, connectTimeout: 50_000 }));
    await catchFailure(requestTo(await refusingOrigin(), { timeout: 60_000, connectTimeout: 50_000 }));
    expect(timers()).toBe(before);
  });
});

it('a switch of protocols is not a response', async () => {
  server = await rawServer(
    respondingWith('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
  );
  expect(await catchFailure(requestTo(server.origin, { timeout: 20_000 }))).toEqual(['ECONNRESET', true]);
});
