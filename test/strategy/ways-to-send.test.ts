import axios from 'axios';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { WeChatClient, type WeChatClientOptions, type WeChatNetworkError } from 'passport-wechat-oauth2';
import { refusingOrigin } from '../support/ports.js';
import { rawServer, responseBytes, unreachableOrigin, type OnConnection } from '../support/raw-server.js';
import { ended } from '../support/wechat-calls.js';

const SECRETS = { clientSecret: 'secret-of-the-app', code: 'code-of-the-user' };
const TOKENS = responseBytes({ access_token: 'T', openid: 'o', scope: 'snsapi_base' });
const responding: OnConnection = (socket) => socket.on('data', () => socket.write(TOKENS));

/** A proxy that opens tunnels to anywhere. */
const tunnels = new Set<net.Socket>();
const proxy = http.createServer().on('connect', (req, client: net.Socket) => {
  tunnels.add(client);
  const { port, hostname } = new URL(`http://${req.url}`);
  const server = net.connect(Number(port), hostname, () => {
    server.removeAllListeners('error').on('error', () => client.resetAndDestroy());
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    server.pipe(client).pipe(server);
  });
  client.on('error', () => server.destroy()).on('close', () => server.destroy());
  server.on('error', () => client.destroyed || client.end('HTTP/1.1 502 No\r\n\r\n'));
  server.on('close', () => client.destroy());
});
beforeAll(() => new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  for (const client of tunnels) client.destroy();
  proxy.closeAllConnections();
  return new Promise((resolve) => proxy.close(resolve));
});
afterEach(() => Reflect.deleteProperty(process.env, 'HTTP_PROXY'));

interface Way {
  name: string;
  options: () => Pick<WeChatClientOptions, 'axios'>;
  /** The code of an error if the host refuses connections. */
  refused: string;
}

const useProxy = (): void => {
  process.env['HTTP_PROXY'] = `http://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
};

/** Every way in which a request can be sent. What is promised of the calls holds on each. */
const WAYS: Way[] = [
  { name: 'directly', options: () => ({}), refused: 'ECONNREFUSED' },
  {
    name: 'through an axios',
    options: () => ({ axios: axios.create() }),
    refused: 'ECONNREFUSED',
  },
  {
    name: 'through an axios with an agent of its own',
    options: () => ({ axios: axios.create({ httpAgent: new http.Agent({ keepAlive: true }) }) }),
    refused: 'ECONNREFUSED',
  },
  {
    name: 'through an axios that follows redirects and retries in an interceptor',
    options: () => {
      const own = axios.create({ maxRedirects: 5 });
      own.interceptors.request.use((config) => ({ ...config, maxRedirects: 0 }));
      return { axios: own };
    },
    refused: 'ECONNREFUSED',
  },
  {
    name: 'through a proxy',
    options: () => {
      useProxy();
      return {};
    },
    refused: 'ERR_PROXY',
  },
  {
    name: 'through a proxy and an axios',
    options: () => {
      useProxy();
      return { axios: axios.create() };
    },
    refused: 'ERR_PROXY',
  },
];

describe.each(WAYS)('$name', ({ options, refused }) => {
  const exchange = (
    apiOrigin: string | string[],
    timeout = 8000,
  ): Promise<{ result?: unknown; error?: WeChatNetworkError }> => {
    const { clientSecret, code } = SECRETS;
    const client = new WeChatClient({ clientID: 'wx0', clientSecret, apiOrigin, timeout, ...options() });
    return ended(client.exchangeCode(code)) as Promise<{ error?: WeChatNetworkError }>;
  };

  /** No secret in anything that can be printed of the error. */
  const expectRedacted = (error: unknown): void => {
    const shown =
      inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + String((error as Error).stack);
    for (const secret of Object.values(SECRETS)) expect(shown).not.toContain(secret);
  };

  it('succeeds', async () => {
    const server = await rawServer(responding);
    expect(await exchange(server.origin)).toMatchObject({ result: { openid: 'o' } });
    await server.close();
  });

  it('goes to the spare host if no connection was made, and says so if that fails, too', async () => {
    const server = await rawServer(responding);
    expect(await exchange([await refusingOrigin(), server.origin])).toMatchObject({
      result: { openid: 'o' },
    });
    expect(server.requests).toHaveLength(1);
    const both = [await refusingOrigin(), await refusingOrigin()];
    const { error } = await exchange(both);
    expect(error).toMatchObject({
      name: 'WeChatNetworkError',
      code: refused,
      host: new URL(both[1] ?? '').host,
    });
    expect(error?.message).toContain(`after ${new URL(both[0] ?? '').host}: ${refused}`);
    expectRedacted(error);
    await server.close();
  });

  it('goes to the spare host in time if the first does not complete a connection', async () => {
    const first = await unreachableOrigin();
    const server = await rawServer(responding);
    expect(await exchange([first.origin, server.origin], 3000)).toMatchObject({ result: { openid: 'o' } });
    await Promise.all([first.close(), server.close()]);
  });

  it.each<[string, OnConnection]>([
    ['resets the connection', (socket) => socket.on('data', () => socket.resetAndDestroy())],
    [
      'closes it in the middle of a response',
      (socket) => socket.on('data', () => socket.end(TOKENS.slice(0, -9))),
    ],
  ])(
    'keeps a code from the spare host once it may have been sent: the first %s',
    async (_what, onConnection) => {
      const [first, spare] = [await rawServer(onConnection), await rawServer(responding)];
      const { error } = await exchange([first.origin, spare.origin]);
      expect(error?.name).toBe('WeChatNetworkError');
      expect(error?.code).toBe('ECONNRESET');
      expect(first.requests).toHaveLength(1);
      expect(spare.connections).toBe(0);
      expectRedacted(error);
      await Promise.all([first.close(), spare.close()]);
    },
  );

  it.each<[string, OnConnection]>([
    ['no response', () => undefined],
    ['half a header', (socket) => socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Le'))],
    ['half a body', (socket) => socket.on('data', () => socket.write(TOKENS.slice(0, -9)))],
  ])(
    'ends at the deadline with %s, closes the connection, and sends nothing to the spare host',
    async (_what, silence) => {
      let open = 0;
      const silent = await rawServer((socket) => {
        open++;
        socket.on('close', () => open--);
        silence(socket);
      });
      const spare = await rawServer(responding);
      const { error } = await exchange([silent.origin, spare.origin], 400);
      expect(error).toMatchObject({ name: 'WeChatNetworkError', code: 'ETIMEDOUT', status: 504 });
      expect(error?.message).toMatch(/raise the timeout option/);
      expect(spare.connections).toBe(0);
      expectRedacted(error);
      await sleep(100);
      expect(open).toBe(0);
      await Promise.all([silent.close(), spare.close()]);
    },
  );

  it('does not follow a redirect', async () => {
    const elsewhere = await rawServer(responding);
    const head = `HTTP/1.1 302 Found\r\nLocation: ${elsewhere.origin}/\r\nContent-Length: 0\r\n\r\n`;
    const server = await rawServer((socket) => socket.on('data', () => socket.write(head)));
    expect((await exchange(server.origin)).error).toMatchObject({
      name: 'WeChatResponseError',
      httpStatus: 302,
    });
    expect(elsewhere.connections).toBe(0);
    await Promise.all([server.close(), elsewhere.close()]);
  });
});

describe('through an axios whose adapter is not Node’s http', () => {
  const exchange = (adapter: () => Promise<never>, timeout = 2000): ReturnType<typeof ended> => {
    const { clientSecret, code } = SECRETS;
    const apiOrigin = ['http://a.invalid', 'http://b.invalid'];
    const own = axios.create({ adapter });
    return ended(
      new WeChatClient({ clientID: 'wx0', clientSecret, apiOrigin, timeout, axios: own }).exchangeCode(code),
    );
  };

  it.each([
    ['ECONNREFUSED', 2],
    ['ENOTFOUND', 2],
    ['ECONNRESET', 1],
    ['ECONNABORTED', 1],
    ['ERR_NETWORK', 1],
  ])(
    'an error %s makes %i requests: a code is sent once unless there was no connection',
    async (code, count) => {
      let requests = 0;
      const { error } = await exchange(() => {
        requests++;
        return Promise.reject(Object.assign(new Error(SECRETS.code), { code }));
      });
      expect(requests).toBe(count);
      expect((error as Error).name).toBe('WeChatNetworkError');
      expect(inspect(error, { depth: 9 })).not.toContain(SECRETS.code);
    },
  );

  it('one that never settles ends at the deadline', async () => {
    const { error } = await exchange(() => new Promise(() => undefined), 300);
    expect(error).toMatchObject({ code: 'ETIMEDOUT', status: 504 });
  });
});
