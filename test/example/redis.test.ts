import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type Emulator, type EmulatorUser } from 'wechat-login-emulator';
import { describeRedis, startRedis, type Redis } from './redis.js';
import { startExample, type RunningApp } from './running-app.js';
import { approve, logIn, visitor } from './visitor.js';

const PROCESSES = 3;
const PEOPLE = 200;

const users: EmulatorUser[] = Array.from({ length: PEOPLE }, (_, index) => ({
  name: `user${index}`,
  nickname: `Person ${index}`,
  headimgurl: '',
  unionKey: `user${index}`,
}));

/** Sends each request to the next process; to the one after it where nobody listens any more. */
function roundRobin(origins: string[]): Server {
  let turn = 0;
  return createServer((req, res) => {
    function forward(tries: number): void {
      const url = new URL(req.url ?? '/', origins[turn++ % origins.length]);
      const passed = httpRequest(
        url,
        { method: req.method, headers: req.headers, agent: false },
        (answer) => {
          res.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(res);
        },
      );
      passed.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED' && tries > 0) forward(tries - 1);
        else res.destroy();
      });
      req.pipe(passed);
    }
    forward(origins.length);
  });
}

describeRedis('several processes with Redis', () => {
  let redis: Redis;
  let wechat: Emulator;
  let folder: string;
  let apps: RunningApp[];
  let proxy: Server;
  let site: string;

  beforeEach(async () => {
    redis = await startRedis();
    wechat = createEmulator({ users });
    const { origin } = await wechat.listen();
    folder = mkdtempSync(join(tmpdir(), 'several-'));
    const env = {
      EMULATOR_URL: origin,
      REDIS_URL: redis.url,
      DATABASE: join(folder, 'people.sqlite'),
      SESSION_SECRET: 'shared',
    };
    apps = await Promise.all(Array.from({ length: PROCESSES }, () => startExample(env)));
    proxy = roundRobin(apps.map((app) => app.origin)).listen(0);
    await once(proxy, 'listening');
    site = `http://localhost:${(proxy.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    proxy.close();
    proxy.closeAllConnections();
    await wechat.close();
    await Promise.all(apps.map((app) => app.stop()));
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  async function greetingOf(user: string): Promise<string | undefined> {
    const browser = visitor(site);
    await logIn(browser, wechat, user);
    return /<h1>(.*)<\/h1>/.exec((await browser.get('/')).text)?.[1];
  }

  it('lose no login and mix none up, with many at once', async () => {
    const greetings = await Promise.all(users.map((user) => greetingOf(user.name)));
    expect(greetings).toEqual(users.map((user) => `Hello, ${user.nickname}`));
  });

  it('go on without one that was killed', async () => {
    const browser = visitor(site);
    const callback = await approve(browser, wechat, 'user1');
    apps[0]?.process.kill('SIGKILL');
    await once(apps[0]?.process ?? proxy, 'exit');
    await browser.get(callback).expect(302);
    expect((await browser.get('/')).text).toContain('Hello, Person 1');
  });

  it('say so while Redis is away, and work again when it is back', async () => {
    const browser = visitor(site);
    await logIn(browser, wechat, 'user1');
    await redis.stop();
    for (const path of ['/', '/login', '/auth/wechat']) {
      const page = await browser.get(path).expect(503);
      expect(page.text).toContain('try again in a moment');
      expect(page.get('Retry-After')).toBe('60');
    }
    expect(apps[0]?.output()).toContain('Redis cannot be reached');
    await redis.start();
    for (const app of apps) await eventually(() => visitor(app.origin).get('/login').expect(200));
    expect(await greetingOf('user2')).toBe('Hello, Person 2');
  });

  it('do not wait for a Redis that answers nothing', async () => {
    const browser = visitor(site);
    await logIn(browser, wechat, 'user1');
    redis.freeze();
    try {
      const page = await browser.get('/').expect(503);
      expect(page.text).toContain('try again in a moment');
    } finally {
      redis.thaw();
    }
  });

  it('start without Redis, and work when it has come', async () => {
    await redis.stop();
    const late = await startExample({ REDIS_URL: redis.url, SESSION_SECRET: 'shared' });
    try {
      await visitor(late.origin).get('/login').expect(503);
      await redis.start();
      await expect(eventually(() => visitor(late.origin).get('/login').expect(200))).resolves.toBeDefined();
    } finally {
      await late.stop();
    }
  });
});

/** Tries until it works; jest's time limit ends it. */
async function eventually<T>(work: () => PromiseLike<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
