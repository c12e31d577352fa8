import type { Host } from '../../lib/api/host.js';
import type { Pool } from '../../lib/api/pool.js';
import { rawServer, type RawServer } from '../support/raw-server.js';
import { until } from '../support/until.js';

// The modules take the clock when they load.
const realNow = performance.now.bind(performance);
let elapsed = 0;
performance.now = () => realNow() + elapsed;
let preconnect: typeof import('../../lib/api/preconnect.js').preconnect;
let create: (origin: string) => [Host, Pool];
let server: RawServer | undefined;
beforeAll(async () => {
  ({ preconnect } = await import('../../lib/api/preconnect.js'));
  const { parseHost } = await import('../../lib/api/host.js');
  const { Pool } = await import('../../lib/api/pool.js');
  create = (origin) => {
    const host = parseHost(origin);
    return [host, new Pool(host, undefined)];
  };
});
beforeEach(() => {
  elapsed = 0;
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => {
  performance.now = realNow;
});

const secure = (origin = ''): string => origin.replace('http:', 'https:');

describe('preconnect()', () => {
  it('connects over TLS only', async () => {
    server = await rawServer(() => undefined);
    preconnect(...create(server.origin));
    preconnect(...create(secure(server.origin)));
    await until(() => server?.connections === 1);
    await new Promise(setImmediate);
    expect(server.connections).toBe(1);
  });

  it('connects once in five seconds, whatever becomes of the connection', async () => {
    server = await rawServer((socket) => socket.destroy());
    const [host, pool] = create(secure(server.origin));
    for (elapsed of [0, 4900]) preconnect(host, pool);
    await until(() => pool.isEmpty);
    preconnect(host, pool);
    expect(server.connections).toBe(1);
    elapsed = 5001;
    preconnect(host, pool);
    await until(() => server?.connections === 2);
    expect(server.connections).toBe(2);
  });

  it('waits for a connection that is being opened, and tries again once that has failed', async () => {
    server = await rawServer(() => undefined);
    const [host, pool] = create(secure(server.origin));
    preconnect(host, pool);
    await until(() => server?.connections === 1);
    elapsed = 6000;
    preconnect(host, pool);
    expect(pool.isEmpty).toBe(false);
    await server.close();
    server = undefined;
    expect(await until(() => pool.isEmpty)).toBe(true);
  });
});
