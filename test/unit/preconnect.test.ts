import { parseHost } from '../../lib/api/host.js';
import { connectAhead, lacksConnection } from '../../lib/api/pool.js';
import { rawServer } from '../support/raw-server.js';
import { until } from '../support/until.js';

describe('lacksConnection()', () => {
  let elapsed = 0;
  let now: jest.SpyInstance<number, []>;
  beforeEach(() => {
    const real = performance.now.bind(performance);
    elapsed = 0;
    now = jest.spyOn(performance, 'now').mockImplementation(() => real() + elapsed);
  });
  afterEach(() => now.mockRestore());

  it('is true for hosts over TLS only', () => {
    expect(lacksConnection(parseHost('https://a.invalid'))).toBe(true);
    expect(lacksConnection(parseHost('http://a.invalid'))).toBe(false);
  });

  it('is true once in five seconds, whatever becomes of the connection', async () => {
    const server = await rawServer((socket) => socket.destroy());
    const host = parseHost(server.origin.replace('http:', 'https:'));
    connectAhead(host);
    expect(lacksConnection(host)).toBe(false);
    await until(() => server.connections === 1);
    await server.close();
    elapsed = 4900;
    expect(lacksConnection(host)).toBe(false);
    elapsed = 5001;
    expect(lacksConnection(host)).toBe(true);
    expect(lacksConnection(parseHost('https://b.invalid'))).toBe(true);
  });

  it('is false while a connection is being opened, and true once that has failed', async () => {
    const server = await rawServer(() => undefined);
    const host = parseHost(server.origin.replace('http:', 'https:'));
    connectAhead(host);
    await until(() => server.connections === 1);
    elapsed = 6000;
    expect(lacksConnection(host)).toBe(false);
    await server.close();
    await until(() => lacksConnection(host));
    expect(lacksConnection(host)).toBe(true);
  });
});
