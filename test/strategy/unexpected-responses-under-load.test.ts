import type { Socket } from 'node:net';
import { WeChatClient } from 'passport-wechat-oauth2';
import { rawServer, responseBytes } from '../support/raw-server.js';

// A connection that is one response off always has a request under way when a response arrives, so that nothing ever
// comes unasked on it: one response sent twice would make a whole chain of users into others.
it.each([
  [100, 20],
  [140, 5],
])(
  'makes nobody of a hundred users at once into another one (%i at a time, the second response after %i ms)',
  async (workers, late) => {
    const TOTAL = 1500;
    let requests = 0;
    const server = await rawServer((socket) => {
      socket.setNoDelay();
      socket.on('data', (data) => {
        const id = /js_code=(\w+)/.exec(String(data))?.[1];
        const bytes = responseBytes({ openid: `person-${id}`, session_key: 'k' });
        const isTwice = ++requests === TOTAL / 2;
        setTimeout(
          () => {
            socket.write(bytes);
            if (isTwice) setTimeout(() => socket.writable && socket.write(bytes), late);
          },
          20 + Math.random() * 40,
        );
      });
    });
    const app = { clientID: 'wx0', clientSecret: 's', apiOrigin: server.origin, timeout: 20_000 };
    const client = new WeChatClient(app);
    const wrong: string[] = [];
    let right = 0;
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < TOTAL) {
        const id = `u${next++}`;
        const openid = await client.codeToSession(id).then(
          (session) => session.openid,
          () => undefined,
        );
        if (openid === `person-${id}`) right++;
        else if (openid !== undefined) wrong.push(openid);
      }
    };
    await Promise.all(Array.from({ length: workers }, worker));
    await server.close();
    expect(wrong).toEqual([]);
    expect(right).toBeGreaterThanOrEqual(TOTAL * 0.99);
  },
);

// At the bound of connections, the exchange of one login follows the profile of another as soon as that has taken
// longer than a copy of the exchange before could be late. Nagle's algorithm holds copies back until the next request
// acknowledges the first response: they come before its own.
it.each([
  [2, 'access_token', 'with the next request'],
  [3, 'access_token', 'with the next request'],
  [2, 'userinfo', 'with the next request'],
  [3, 'userinfo', 'with the next request'],
  [2, 'access_token', 60],
  [2, 'access_token', 120],
  [2, 'access_token', 200],
])(
  'makes nobody of three hundred users at once into another one, where a response comes %i times, to %s, %s',
  async (times, endpoint, late) => {
    const LOGINS = 300;
    const nths = [1, 60, 140, 200, 290];
    await Promise.all(
      nths.map(async (nth) => {
        let requests = 0;
        const held = new WeakMap<Socket, string>();
        const server = await rawServer((socket) => {
          socket.on('data', (data) => {
            const url = new URL(/^GET (\S+)/.exec(String(data))?.[1] ?? '', 'http://wechat.invalid');
            const id = url.searchParams.get('code') ?? url.searchParams.get('access_token');
            const isProfile = url.pathname.endsWith('userinfo');
            const bytes = responseBytes(
              isProfile
                ? { openid: id, nickname: id }
                : { access_token: id, openid: id, scope: 'snsapi_userinfo' },
            );
            const respond = (): void => {
              socket.write((held.get(socket) ?? '') + bytes);
              held.delete(socket);
              if (!url.pathname.endsWith(endpoint) || ++requests !== nth) return;
              const copies = bytes.repeat(times - 1);
              if (typeof late === 'string') held.set(socket, copies);
              else setTimeout(() => socket.writable && socket.write(copies), late);
            };
            setTimeout(respond, isProfile ? 255 + 10 * Math.random() : 10 * Math.random());
          });
        });
        const app = { clientID: 'wx0', clientSecret: 's', apiOrigin: server.origin, timeout: 60_000 };
        const client = new WeChatClient(app);
        const login = async (id: string): Promise<string | undefined> => {
          const { access_token, openid } = await client.exchangeCode(id);
          return (await client.userInfo(access_token, openid)).nickname;
        };
        const endings = await Promise.all(
          Array.from({ length: LOGINS }, (_, i) =>
            login(`u${i}`).then(
              (user) => (user === `u${i}` ? 'right' : `u${i} became ${user}`),
              () => 'failed',
            ),
          ),
        );
        await server.close();
        expect(endings.filter((ending) => ending !== 'right' && ending !== 'failed')).toEqual([]);
        expect(endings.filter((ending) => ending === 'right').length).toBeGreaterThanOrEqual(LOGINS - 3);
        // The copy makes the host suspect, so that all exchanges after it get a new connection.
        if (nth === 290) expect(server.connections).toBeLessThan(LOGINS);
      }),
    );
  },
);
