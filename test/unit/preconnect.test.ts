import { createClock } from '@sinonjs/fake-timers';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { selfSignedCertificate, type Certificate } from '../../emulator/src/tls.js';
import type { Connection } from '../../lib/api/connection.js';
import type { Host } from '../../lib/api/host.js';
import type { Pool, CallNeeds } from '../../lib/api/pool.js';
import { rawServer, respondingWith, type RawServer } from '../support/raw-server.js';
import { until } from '../support/until.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';

// In this process, which trusts the server's certificate because tls.connect() is told to. What connects over real
// time, with the built package in a process of its own, is in test/strategy/connections.test.ts.
const connect = tls.connect;
const connectSpy = jest.spyOn(tls, 'connect');
const clock = createClock(1000);
let preconnect: typeof import('../../lib/api/preconnect.js').preconnect;
let sendRequest: typeof import('../../lib/api/http.js').sendRequest;
let create: (origin: string, proxy?: URL) => [Host, Pool];
let certificate: Certificate;
let server: RawServer | undefined;
let tlsServer: tls.Server | undefined;
/** The server's ends of the connections. */
let accepted: tls.TLSSocket[] = [];

beforeAll(async () => {
  certificate = await selfSignedCertificate();
  // The modules take the clock and the timers when they load.
  const { setTimeout, clearTimeout } = globalThis;
  const now = performance.now.bind(performance);
  Object.assign(globalThis, { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout });
  performance.now = () => clock.now;
  ({ preconnect } = await import('../../lib/api/preconnect.js'));
  ({ sendRequest } = await import('../../lib/api/http.js'));
  const { parseHost } = await import('../../lib/api/host.js');
  const { Pool } = await import('../../lib/api/pool.js');
  Object.assign(globalThis, { setTimeout, clearTimeout });
  performance.now = now;
  create = (origin, proxy) => {
    const host = parseHost(origin);
    return [host, new Pool(host, proxy)];
  };
});
beforeEach(() => {
  connectSpy.mockClear();
  trust();
});
afterEach(async () => {
  await server?.close();
  tlsServer?.close();
  for (const socket of accepted) socket.destroy();
  [server, tlsServer, accepted] = [undefined, undefined, []];
  clock.reset();
});
afterAll(() => {
  jest.restoreAllMocks();
});

/** Has tls.connect() trust the server. */
function trust(more: tls.ConnectionOptions = {}): void {
  connectSpy.mockImplementation(((options: tls.ConnectionOptions) =>
    connect({ ...options, ca: certificate.ca, ...more })) as typeof tls.connect);
}

const secure = (origin = ''): string => origin.replace('http:', 'https:');

/** Starts a TLS server. Returns its port. */
async function listen(onConnection: (socket: tls.TLSSocket) => unknown): Promise<number> {
  const created = tls.createServer({ key: certificate.key, cert: certificate.cert }, (socket) => {
    accepted.push(socket.on('error', () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  tlsServer = created;
  return (created.address() as AddressInfo).port;
}

const NEEDS: CallNeeds = { deadline: Infinity, callsLeft: 1, urgent: false, needsQuiet: false };

/** Sends a request as a call does, and gives the connection back. Returns the connection. */
async function call(host: Host, pool: Pool): Promise<Connection> {
  const connection = await pool.acquire(NEEDS);
  const { status } = await sendRequest({
    ...{ host, connection, axios: undefined, path: '/', params: {}, timeout: 1000, connectTimeout: 1000 },
    onSocket: (socket) => connection.opened(socket, () => pool.closed(connection)),
    onUnexpected: () => undefined,
  });
  expect(status).toBe(200);
  pool.release(connection, true, true);
  return connection;
}

/** The only timer that is left once a connection is made or given up: the one that ends idle connections. */
const SWEEP = 1;
const isSecured = (socket: tls.TLSSocket): boolean => socket.getPeerFinished() !== undefined;
const ahead = (): tls.TLSSocket => connectSpy.mock.results[0]?.value as tls.TLSSocket;

describe('preconnect()', () => {
  it('connects over TLS only', async () => {
    server = await rawServer(() => undefined);
    preconnect(...create(server.origin));
    preconnect(...create(secure(server.origin)));
    await until(() => server?.connections === 1);
    await new Promise(setImmediate);
    expect(server.connections).toBe(1);
  });

  it('connects to no host that is behind a proxy', () => {
    preconnect(...create('https://127.0.0.1:9', new URL('http://127.0.0.1:9')));
    expect(connectSpy).not.toHaveBeenCalled();
  });

  it('connects once in five seconds, whatever becomes of the connection', async () => {
    server = await rawServer((socket) => socket.destroy());
    const [host, pool] = create(secure(server.origin));
    preconnect(host, pool);
    await until(() => pool.isEmpty);
    clock.tick(4999);
    preconnect(host, pool);
    expect(connectSpy).toHaveBeenCalledTimes(1);
    clock.tick(1);
    preconnect(host, pool);
    expect(connectSpy).toHaveBeenCalledTimes(2);
    await until(() => pool.isEmpty);
    expect(clock.countTimers()).toBe(SWEEP);
  });

  it('gives up after five seconds a connection that is not made, and may then try again', async () => {
    server = await rawServer(() => undefined);
    const [host, pool] = create(secure(server.origin));
    preconnect(host, pool);
    await until(() => server?.connections === 1);
    clock.tick(4999);
    expect(ahead().destroyed).toBe(false);
    clock.tick(1);
    expect(ahead().destroyed).toBe(true);
    await until(() => pool.isEmpty);
    preconnect(host, pool);
    await until(() => server?.connections === 2);
  });

  it('gives each address of a host a third of that time', () => {
    preconnect(...create('https://127.0.0.1:9'));
    expect(connectSpy).toHaveBeenCalledWith(
      expect.objectContaining({ autoSelectFamilyAttemptTimeout: 1667 }) as unknown,
    );
  });

  it.each([
    ['localhost', 'localhost'],
    ['127.0.0.1', false],
  ])('opens a connection to %s, with the server name %s, which the next call uses', async (name, sent) => {
    const port = await listen(respondingWith(OK));
    const [host, pool] = create(`https://${name}:${port}`);
    preconnect(host, pool);
    await until(() => accepted[0] && isSecured(ahead()));
    expect((accepted[0] as { servername?: unknown }).servername).toBe(sent);
    expect(clock.countTimers()).toBe(SWEEP);
    clock.tick(5000);
    preconnect(host, pool);
    await call(host, pool);
    expect([connectSpy.mock.calls.length, accepted.length]).toEqual([1, 1]);
  });

  it('opens a connection for which a call waits that comes before it is made', async () => {
    const port = await listen(respondingWith(OK));
    const [host, pool] = create(`https://127.0.0.1:${port}`);
    preconnect(host, pool);
    await call(host, pool);
    expect([connectSpy.mock.calls.length, accepted.length]).toEqual([1, 1]);
  });

  it.each([
    [58_999, 1],
    [59_000, 2],
  ])('opens a connection that is used for a minute: after %i ms, there are %i in all', async (ms, count) => {
    const port = await listen(respondingWith(OK));
    const [host, pool] = create(`https://127.0.0.1:${port}`);
    preconnect(host, pool);
    await until(() => accepted[0] && isSecured(ahead()));
    clock.tick(ms);
    await call(host, pool);
    expect(accepted).toHaveLength(count);
  });

  it('keeps no process alive, neither while the connection is made nor then', async () => {
    const keepsAlive = (socket: tls.TLSSocket): boolean => {
      const before = process.getActiveResourcesInfo().length;
      const after = (socket.ref(), process.getActiveResourcesInfo().length);
      socket.unref();
      return before === after;
    };
    server = await rawServer(() => undefined);
    preconnect(...create(secure(server.origin)));
    await until(() => server?.connections === 1);
    expect(keepsAlive(ahead())).toBe(false);
    connectSpy.mockClear();
    // Node makes a new handle for each address that it tries.
    const lookup: tls.ConnectionOptions['lookup'] = (_name, _options, callback) => {
      callback(
        null,
        ['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 })),
      );
    };
    trust({ lookup });
    const port = await listen(() => undefined);
    preconnect(...create(`https://localhost:${port}`));
    await until(() => accepted[0] && isSecured(ahead()));
    await new Promise(setImmediate);
    expect(keepsAlive(ahead())).toBe(false);
  });

  it('drops a connection on which something arrives before any request, and trusts none of the host after that', async () => {
    let isFirst = true;
    const port = await listen((socket) => {
      if (isFirst) socket.write(OK);
      else respondingWith(OK)(socket);
      isFirst = false;
    });
    const [host, pool] = create(`https://127.0.0.1:${port}`);
    preconnect(host, pool);
    await until(() => pool.isEmpty);
    expect(ahead().destroyed).toBe(true);
    const used = await call(host, pool);
    expect(await call(host, pool)).not.toBe(used);
  });

  it('drops a connection whose certificate is not trusted', async () => {
    connectSpy.mockImplementation(connect);
    const port = await listen(() => undefined);
    const [host, pool] = create(`https://127.0.0.1:${port}`);
    preconnect(host, pool);
    await until(() => pool.isEmpty);
    expect(clock.countTimers()).toBe(SWEEP);
  });
});
