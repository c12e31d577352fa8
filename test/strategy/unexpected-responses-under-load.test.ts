import { WeChatClient } from 'passport-wechat-oauth2';
import { rawServer, responseBytes } from '../support/raw-server.js';

// A connection that is one response off always has a request under way when a response arrives, so that nothing ever comes
// unasked on it: one response sent twice would make a whole chain of users into others.
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
