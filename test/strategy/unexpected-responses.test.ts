import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import http from 'node:http';
import { WeChatClient, type WeChatCallOptions } from 'passport-wechat-oauth2';
import { rawServer, responseBytes, type RawServer } from '../support/raw-server.js';
import { until } from '../support/until.js';

// On a connection that is kept, a response that nobody asked for would be taken for the response to the next request:
// for a login that is one call, that is somebody else's openid.
let server: RawServer;
afterEach(() => server.close());

interface Wire {
  /** The number of the request, over all connections, from 1 on. */
  number: number;
  socket: Socket;
  /** The right response to this request. */
  bytes: string;
}

/** A WeChat that responds about the user whose code, token or openid it receives, in its own manner. */
async function startServer(
  respond: (wire: Wire) => unknown,
  axios?: WeChatCallOptions['axios'],
): Promise<WeChatClient> {
  let number = 0;
  server = await rawServer((socket) => {
    socket.on('data', (data) => {
      const url = new URL(/^GET (\S+)/.exec(String(data))?.[1] ?? '', 'http://wechat.invalid');
      void respond({ number: ++number, socket, bytes: responseBytes(bodyFor(url)) });
    });
  });
  const app = { clientID: 'wx0', clientSecret: 's' };
  return new WeChatClient({ ...app, apiOrigin: server.origin, timeout: 20_000, axios });
}

function bodyFor({ pathname, searchParams }: URL): object {
  const names = ['code', 'js_code', 'refresh_token', 'access_token'];
  const id = names.map((name) => searchParams.get(name)).find((value) => value !== null) ?? '';
  if (pathname === '/sns/auth') return { errcode: id === 'revoked' ? 40014 : 0 };
  if (pathname === '/sns/userinfo')
    return id === 'unauthorized' ? { errcode: 48001 } : { openid: id, nickname: id };
  return { access_token: id, openid: id, refresh_token: id, session_key: id, scope: 'snsapi_base' };
}

/** The calls whose responses do not say whom they are about. Each resolves with the user that the response is about. */
const CALLS: Record<string, (client: WeChatClient, id: string) => Promise<string>> = {
  access_token: async (client, id) => (await client.exchangeCode(id)).openid,
  jscode2session: async (client, id) => (await client.codeToSession(id)).openid,
  refresh_token: async (client, id) => (await client.refresh(id)).openid,
  userinfo: async (client, id) => (await client.userInfo(id, id)).openid,
  auth: async (client, id) => ((await client.check(id, id)) ? id : 'revoked'),
};

describe.each(Object.entries(CALLS))('%s', (endpoint, call) => {
  it.each([
    ['in the same packet', undefined],
    ['at once', 0],
    ['a millisecond later', 1],
    ['as late as Nagle’s algorithm can hold it back', 200],
  ])('receives a response about its own user after every response came twice, %s', async (_when, delay) => {
    const client = await startServer(async ({ socket, bytes }) => {
      socket.setNoDelay();
      if (delay === undefined) {
        socket.write(bytes + bytes);
        return;
      }
      socket.write(bytes);
      await sleep(delay);
      socket.write(bytes);
    });
    const users = ['anna', 'revoked', 'bo', 'chen', 'revoked', 'dora'];
    const seen: string[] = [];
    for (const user of users) seen.push(await call(client, user).catch((error: unknown) => String(error)));
    // The response of userinfo says whom it is about, so it waits for no rest: one may fail, and that makes the host
    // suspect.
    const failed = seen.findIndex((ending) => /openid is not the one that was asked for/.test(ending));
    if (endpoint === 'userinfo' && failed !== -1) seen[failed] = users[failed] as string;
    expect(seen).toEqual(users);
  });
});

describe.each(Object.entries(CALLS))('%s through an axios with an agent of its own', (_endpoint, call) => {
  it.each([0, 1, 20, 200])(
    'uses no connection twice, while every response comes twice, after %i ms',
    async (delay) => {
      const httpAgent = new http.Agent({ keepAlive: true });
      const sockets = new Set<Socket>();
      const client = await startServer(async ({ socket, bytes }) => {
        sockets.add(socket);
        socket.write(bytes);
        await sleep(delay);
        socket.write(bytes);
      }, axios.create({ httpAgent }));
      const users = ['anna', 'revoked', 'bo', 'chen', 'revoked', 'dora'];
      const seen: string[] = [];
      for (const user of users) {
        seen.push(await call(client, user));
        await sleep(5);
      }
      expect(seen).toEqual(users);
      expect(sockets.size).toBe(users.length);
      expect(httpAgent.freeSockets).toEqual({});
    },
  );
});

it('200 logins at 100 a second each receive a response about their own user while every 5th response comes twice', async () => {
  const client = await startServer(async ({ number, socket, bytes }) => {
    await sleep(20);
    socket.write(bytes);
    if (number % 5 === 0) socket.write(bytes);
  });
  const logins: Promise<{ id: string; ending: 'right' | 'wrong' | 'failed' }>[] = [];
  for (let i = 0; i < 200; i++) {
    const id = `user-${i}`;
    logins.push(
      client.exchangeCode(id).then(
        ({ openid }) => ({ id, ending: openid === id ? 'right' : 'wrong' }),
        () => ({ id, ending: 'failed' }),
      ),
    );
    await sleep(10);
  }
  const endings = await Promise.all(logins);
  expect(endings.filter(({ ending }) => ending === 'wrong')).toEqual([]);
  expect(endings.filter(({ ending }) => ending === 'right').length).toBeGreaterThanOrEqual(190);
});

describe('a connection', () => {
  const UNASKED = {
    'a 408': 'HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n',
    'a response': responseBytes({ access_token: 'evil', openid: 'evil', scope: '' }),
    'a single byte': ' ',
  };

  it.each(Object.entries(UNASKED))(
    'that receives %s while it is idle is destroyed',
    async (_name, unasked) => {
      const sockets: Socket[] = [];
      const client = await startServer(({ socket, bytes }) => {
        sockets.push(socket);
        socket.write(bytes);
      });
      await client.exchangeCode('anna');
      await sleep(50);
      sockets[0]?.write(unasked);
      await until(() => sockets[0]?.destroyed);
      expect((await client.exchangeCode('bo')).openid).toBe('bo');
      expect(new Set(sockets).size).toBe(2);
    },
  );

  it.each([
    ['was not JSON', responseBytes({}).replace('{}', '<>')],
    ['was about nobody', responseBytes({})],
    ['had another status', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'],
  ])('whose last response %s is not used again', async (_name, unusable) => {
    const sockets = new Set<Socket>();
    const client = await startServer(({ number, socket, bytes }) => {
      sockets.add(socket);
      socket.write(number === 1 ? unusable : bytes);
    });
    await expect(client.exchangeCode('anna')).rejects.toThrow(/not usable/);
    expect((await client.userInfo('bo', 'bo')).openid).toBe('bo');
    expect(sockets.size).toBe(2);
  });

  it('whose last response was about somebody else is not used again, and exchanges get new ones from then on', async () => {
    const sockets: Socket[] = [];
    const client = await startServer(({ number, socket, bytes }) => {
      sockets.push(socket);
      socket.write(number === 2 ? responseBytes({ openid: 'anna' }) : bytes);
    });
    await client.exchangeCode('anna');
    await expect(client.userInfo('bo', 'bo')).rejects.toThrow(/not the one that was asked for/);
    for (const id of ['chen', 'dora']) expect((await client.exchangeCode(id)).openid).toBe(id);
    // The first two shared one connection.
    expect(new Set(sockets).size).toBe(3);
    await sleep(400);
    await client.exchangeCode('emma');
    expect(new Set(sockets).size).toBe(4);
  });

  it('that receives the page of a filter makes the host no suspect', async () => {
    const client = await startServer(({ number, socket, bytes }) =>
      socket.write(number === 2 ? responseBytes({}).replace('{}', '<>') : bytes),
    );
    await client.exchangeCode('anna');
    await expect(client.userInfo('anna', 'anna')).rejects.toThrow(/not a JSON object/);
    await client.exchangeCode('bo');
    await sleep(400);
    await client.exchangeCode('chen');
    expect(server.connections).toBe(2);
  });

  it('carries one exchange after another if it has rested in between', async () => {
    const client = await startServer(({ socket, bytes }) => socket.write(bytes));
    for (const id of ['anna', 'bo', 'chen']) {
      await client.exchangeCode(id);
      await sleep(1000);
    }
    expect(server.connections).toBe(1);
  });

  it('carries userinfo right after an exchange, and no other exchange until it has rested', async () => {
    const client = await startServer(({ socket, bytes }) => socket.write(bytes));
    await client.exchangeCode('anna');
    await client.userInfo('anna', 'anna');
    expect(server.connections).toBe(1);
    await client.exchangeCode('bo');
    expect(server.connections).toBe(2);
  });
});
