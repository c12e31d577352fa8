import axios from 'axios';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { WeChatClient, type WeChatClientOptions, type WeChatError } from 'passport-wechat-oauth2';
import { rawServer, type OnConnection } from '../support/raw-server.js';
import { until } from '../support/until.js';
import { ended } from '../support/wechat-calls.js';

const TOKENS = JSON.stringify({ access_token: 'T', openid: 'o', scope: 'snsapi_base' });

describe.each<[string, () => Pick<WeChatClientOptions, 'axios'>]>([
  ['directly', () => ({})],
  ['through an axios', () => ({ axios: axios.create() })],
])('%s,', (_name, way) => {
  /**
   * The ending of one exchange with a server that sends these bytes again and again, and how many bytes it got rid
   * of.
   */
  async function exchange(first: string, again: string): Promise<{ error?: WeChatError; bytes: number }> {
    let bytes = 0;
    const server = await rawServer((socket) => {
      socket.once('data', () => {
        const write = (): void => {
          if (!socket.writable) return;
          bytes += 1024 * again.length;
          socket.write(again.repeat(1024), () => setImmediate(write));
        };
        socket.write(first, write);
      });
      socket.on('close', () => closed++);
    });
    let closed = 0;
    const client = new WeChatClient({
      ...{ clientID: 'wx0', clientSecret: 's', apiOrigin: server.origin, timeout: 60_000 },
      ...way(),
    });
    const { error } = await ended(client.exchangeCode('C'));
    await until(() => closed === 1);
    await server.close();
    return { error: error as WeChatError, bytes };
  }

  const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  it.each([
    ['1xx responses', '', 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'],
    ['100 Continue', '', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['headers', 'HTTP/1.1 200 OK\r\n', 'X-Endless: yes\r\n'],
    ['a body', 'HTTP/1.1 200 OK\r\n\r\n', '                '],
    ['chunks of one byte', CHUNKED, '1\r\n \r\n'],
    ['extensions of a chunk', `${CHUNKED}1`, ';extension=yes'],
    ['trailers', `${CHUNKED}0\r\n`, 'X-Endless: yes\r\n'],
  ])('%s without end are ended long before the timeout', async (_what, first, again) => {
    const { error, bytes } = await exchange(first, again);
    expect(error?.name).toMatch(/^WeChat(Response|Network)Error$/);
    expect(error?.message).toMatch(/longer than 65536 bytes|HPE_/);
    expect(error?.message).not.toMatch(/ETIMEDOUT|timeout/);
    // What the kernel had buffered is on top.
    expect(bytes).toBeLessThan(16 * 2 ** 20);
  });

  async function compressed(encoding: string, body: Buffer): Promise<{ result?: unknown; error?: unknown }> {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const respond: OnConnection = (socket) =>
      socket.on('data', () => socket.write(Buffer.concat([Buffer.from(head), body])));
    const server = await rawServer(respond);
    const options = {
      clientID: 'wx0',
      clientSecret: 's',
      apiOrigin: server.origin,
      timeout: 60_000,
      ...way(),
    };
    const ending = await ended(new WeChatClient(options).exchangeCode('C'));
    await server.close();
    return ending;
  }

  it.each([
    ['gzip', gzipSync(TOKENS)],
    ['x-gzip', gzipSync(TOKENS)],
    ['GZIP', gzipSync(TOKENS)],
    ['deflate', deflateSync(TOKENS)],
    ['br', brotliCompressSync(TOKENS)],
    ['identity', Buffer.from(TOKENS)],
  ])('reads a response that a gateway has compressed unasked with %s', async (encoding, body) => {
    expect(await compressed(encoding, body)).toMatchObject({ result: { openid: 'o' } });
  });

  it('reads deflate without a zlib header, which some gateways send', async () => {
    expect(await compressed('deflate', deflateRawSync(TOKENS))).toMatchObject({ result: { openid: 'o' } });
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(50 * 2 ** 20))],
    ['br', brotliCompressSync(Buffer.alloc(50 * 2 ** 20))],
    ['gzip', Buffer.from('not gzip')],
    ['zstd', Buffer.from(TOKENS)],
    ['gzip, gzip', gzipSync(gzipSync(TOKENS))],
  ])('names the Content-Encoding %s if it cannot read what came', async (encoding, body) => {
    const { error } = await compressed(encoding, body);
    expect(error).toMatchObject({ name: 'WeChatResponseError' });
    expect((error as Error).message).toContain(
      `Content-Encoding (${encoding}), for which the request did not ask`,
    );
  });
});
