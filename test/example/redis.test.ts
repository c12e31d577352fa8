import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type Emulator, type EmulatorUser } from 'wechat-login-emulator';
import { roundRobin, type RoundRobin } from '../support/round-robin.js';
import { approve, beginLogin } from '../support/login.js';
import { describeRedis, startRedis, type Redis } from './redis.js';
import { startExample, type RunningApp } from './running-app.js';
import { logIn, visitor } from './visitor.js';

const PROCESSES = 3;
const PEOPLE = 200;

const users: EmulatorUser[] = Array.from({ length: PEOPLE }, (_, index) => ({
  name: `user${index}`,
  nickname: `Person ${index}`,
  headimgurl: '',
  unionKey: `user${index}`,
}));

describeRedis('several processes with Redis', () => {
  let redis: Redis;
  let wechat: Emulator;
  let folder: string;
  let apps: RunningApp[];
  let site: RoundRobin;

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
    site = await roundRobin(apps.map((app) => app.origin));
  });

  afterEach(async () => {
    site.close();
    await wechat.close();
    await Promise.all(apps.map((app) => app.stop()));
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  async function greetingOf(user: string): Promise<string | undefined> {
    const browser = visitor(site.origin);
    await logIn(browser, wechat, user);
    return /<h1>(.*)<\/h1>/.exec((await browser.get('/')).text)?.[1];
  }

  it('lose no login and mix none up, with many at once', async () => {
    const greetings = await Promise.all(users.map((user) => greetingOf(user.name)));
    expect(greetings).toEqual(users.map((user) => `Hello, ${user.nickname}`));
  });

  it('lose with one that is killed only the requests that it was answering', async () => {
    let killed = false;
    const outcomes = await Promise.all(
      users.slice(0, 60).map(async ({ name, nickname }) => {
        const browser = visitor(site.origin);
        try {
          const callback = await approve(wechat, await beginLogin(browser), name);
          // Everybody is somewhere in the middle of a login, which all three processes take part in.
          if (!killed) apps[0]?.process.kill('SIGKILL');
          killed = true;
          expect((await browser.get(callback)).status).toBe(302);
          expect((await browser.get('/')).text).toContain(`Hello, ${nickname}`);
          return { name, nickname, lost: false };
        } catch {
          return { name, nickname, lost: true };
        }
      }),
    );
    const losers = outcomes.filter(({ lost }) => lost);
    expect(losers).toHaveLength(site.lost());
    expect(losers.length).toBeLessThan(outcomes.length / 2);
    // They only have to begin again.
    for (const { name, nickname } of losers) expect(await greetingOf(name)).toBe(`Hello, ${nickname}`);
  });

  it('say so while Redis is away, and work again when it is back', async () => {
    const browser = visitor(site.origin);
    await logIn(browser, wechat, 'user1');
    await redis.stop();
    for (const path of ['/', '/login', '/auth/wechat']) {
      const page = await browser.get(path).expect(503);
      expect(page.text).toContain('try again in a moment');
      expect(page.get('Retry-After')).toBe('60');
    }
    await Promise.all(apps.map((app) => app.printed('Redis cannot be reached')));
    await redis.start();
    for (const app of apps) await eventually(() => visitor(app.origin).get('/login').expect(200));
    expect(await greetingOf('user2')).toBe('Hello, Person 2');
  });

  it('do not wait for a Redis that answers nothing', async () => {
    const browser = visitor(site.origin);
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
