import type { WeChatEndpoint } from 'passport-wechat-oauth2';
import { selfSignedCertificate } from '../../emulator/src/tls.js';
import { createEmulator } from 'wechat-login-emulator';
import { refusingOrigin } from '../support/ports.js';
import { attempts, ENDPOINTS } from '../support/wechat-calls.js';
import {
  respondingWith,
  rawServer,
  responseBytes,
  unreachableOrigin,
  type OnConnection,
} from '../support/raw-server.js';
import { startEmulator } from '../support/emulator.js';

const { wechat, origin } = startEmulator();

const PERSON = { access_token: 'T', openid: 'o', session_key: 'K', scope: 'snsapi_base', errcode: 0 };

/** What happens on a connection that was made. */
const FAULTS: Record<string, OnConnection> = {
  'reset at once': (socket) => socket.resetAndDestroy(),
  'closed at once': (socket) => socket.end(),
  'reset when the request has come': (socket) => socket.on('data', () => socket.resetAndDestroy()),
  'closed without a response': (socket) => socket.on('data', () => socket.end()),
  'closed in the middle of the headers': (socket) =>
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Le')),
  'closed in the middle of a chunk': (socket) =>
    socket.on('data', () =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"openid":"o"'),
    ),
  'closed before the last chunk': (socket) =>
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n')),
  'open, without a response': () => undefined,
  'open, with half a header': respondingWith('HTTP/1.1 200 OK\r\nContent-Le'),
  'open, with half a body': respondingWith('HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n{"openid":"o"'),
  'another protocol': respondingWith('SSH-2.0-OpenSSH_9.2\r\n'),
  'HTTP/0.9': (socket) => socket.on('data', () => socket.end(JSON.stringify(PERSON))),
  'a switch of protocols': respondingWith(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n{}',
  ),
  'headers of a megabyte': respondingWith(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1 << 20)}\r\n\r\n`),
  'two lengths': respondingWith('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'),
  'a length and chunks': respondingWith(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  ),
  'a body without an end': (socket) => {
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n{');
      const timer = setInterval(() => socket.write(' '.repeat(5000)), 2);
      socket.on('close', () => {
        clearInterval(timer);
      });
    });
  },
  'endless 100 Continue': (socket) => {
    socket.on('data', () => {
      const timer = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 5);
      socket.on('close', () => {
        clearInterval(timer);
      });
    });
  },
};

const TYPED = /^WeChat(Network|Response)Error$/;

describe.each(['access_token', 'refresh_token'] as const)('%s', (endpoint) => {
  it.each(Object.entries(FAULTS))(
    'ends in a typed error on a faulty connection: %s',
    async (_name, onConnection) => {
      const server = await rawServer(onConnection);
      const { error } = await attempts(wechat, origin(), { apiOrigin: server.origin, timeout: 1000 })[
        endpoint
      ]();
      expect((error as Error).name).toMatch(TYPED);
      expect((error as { endpoint: WeChatEndpoint }).endpoint).toBe(endpoint);
      expect(server.connections).toBeGreaterThan(0);
      await server.close();
    },
  );
});

describe.each(ENDPOINTS)('%s', (endpoint) => {
  const through = (apiOrigin: string | string[], timeout = 20_000): Promise<{ error?: unknown }> =>
    attempts(wechat, origin(), { apiOrigin, timeout })[endpoint]();

  it('goes to the next host when the first one refuses the connection', async () => {
    expect(await through([await refusingOrigin(), origin()])).not.toHaveProperty('error');
  });

  it('goes to the next host when the name of the first one is unknown', async () => {
    expect(await through(['http://no-such-host.invalid', origin()])).not.toHaveProperty('error');
  });
});

describe('an exchange', () => {
  it('goes to the next host in time when the first drops packets', async () => {
    const host = await unreachableOrigin();
    const call = attempts(wechat, origin(), {
      apiOrigin: [host.origin, origin()],
      timeout: 3000,
    }).access_token;
    expect(await call()).not.toHaveProperty('error');
    await host.close();
  });

  it('times out within the limit when the only host drops packets', async () => {
    const host = await unreachableOrigin();
    const { error } = await attempts(wechat, origin(), {
      apiOrigin: host.origin,
      timeout: 200,
    }).access_token();
    expect(error).toMatchObject({ name: 'WeChatNetworkError', code: 'ETIMEDOUT' });
    await host.close();
  });

  it('tries a host that refused a connection last for a while', async () => {
    const good = await rawServer(respondingWith(responseBytes(PERSON)));
    const refusing = await refusingOrigin();
    const call = attempts(wechat, origin(), { apiOrigin: [refusing, good.origin], timeout: 20_000 }).auth;
    expect(await call()).toEqual({ result: true });
    const back = await rawServer(respondingWith(responseBytes(PERSON)), {
      port: Number(new URL(refusing).port),
    });
    expect(await call()).toEqual({ result: true });
    expect([good.requests.length, back.connections]).toEqual([2, 0]);
    await Promise.all([good.close(), back.close()]);
  });
});

describe('over https', () => {
  it('sends no secret to a host with an untrusted certificate, and tries the next host', async () => {
    const impostor = createEmulator();
    const { origin: secure } = await impostor.listen({ tls: await selfSignedCertificate() });
    const { error } = await attempts(wechat, origin(), { apiOrigin: secure, timeout: 20_000 }).access_token();
    expect(error).toMatchObject({ name: 'WeChatNetworkError', code: 'SELF_SIGNED_CERT_IN_CHAIN' });
    const both = { apiOrigin: [secure, origin()], timeout: 20_000 };
    expect(await attempts(wechat, origin(), both).access_token()).not.toHaveProperty('error');
    expect(impostor.requests).toEqual([]);
    await impostor.close();
  });

  it.each<[string, OnConnection]>([
    ['speaks no TLS', respondingWith('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')],
    ['resets the connection before the handshake is over', (socket) => socket.resetAndDestroy()],
    ['ends the connection before the handshake is over', (socket) => socket.on('data', () => socket.end())],
    ['never says hello', () => undefined],
  ])('tries the next host when one %s', async (_name, onConnection) => {
    const server = await rawServer(onConnection, { scheme: 'https' });
    const both = { apiOrigin: [server.origin, origin()], timeout: 4000 };
    expect(await attempts(wechat, origin(), both).access_token()).not.toHaveProperty('error');
    expect(server.connections).toBe(1);
    await server.close();
  });
});
