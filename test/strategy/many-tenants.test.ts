import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { AddressInfo, Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Request } from 'express';
import type { EmulatorApp } from 'wechat-login-emulator';
import { CookieStateStore, WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { startEmulator } from '../support/emulator.js';
import { appWith, profileAsUser, type TestApp } from '../support/express-app.js';
import { approve, beginLogin, browser, logIn } from '../support/login.js';
import { examplePrograms } from '../support/example-programs.js';

function tenant(number: number, platform: EmulatorApp['platform']): EmulatorApp {
  const digits = String(number).padStart(6, '0');
  return {
    appid: `wxabcdef${platform === 'website' ? '0000' : '1111'}${digits}`,
    // Long, so that it shows where one is kept that should not be.
    secret: Buffer.alloc(platform === 'mobileApp' ? 4096 : 32, `secret-of-${digits}-`).toString(),
    platform,
    name: `Tenant ${digits}`,
    domains: ['localhost:*', `shop-${number}.example.com:*`],
  };
}

const sites = [tenant(0, 'website'), tenant(1, 'website')] as const;
const nativeApps = Array.from({ length: 1000 }, (_, number) => tenant(number, 'mobileApp'));
const { wechat, origin } = startEmulator({ apps: [...sites, ...nativeApps] });

function createStrategy(
  resolveApp: (req: Request) => unknown,
  extra: Partial<Pick<WeChatStrategyOptions, 'store' | 'state' | 'timeout'>> = {},
): WeChatStrategy {
  return new WeChatStrategy(
    {
      resolveApp: resolveApp as Extract<WeChatStrategyOptions, { resolveApp: unknown }>['resolveApp'],
      callbackURL: 'http://localhost:3000/auth/wechat/callback',
      openOrigin: origin(),
      apiOrigin: origin(),
      ...extra,
    },
    profileAsUser,
  );
}

/** The tenant whose number the request's header names. */
function byHeader(apps: readonly EmulatorApp[]): (req: Request) => object {
  return (req) => {
    const { appid, secret, platform } = apps[Number(req.get('x-tenant'))] as EmulatorApp;
    return { clientID: appid, clientSecret: secret, platform };
  };
}

describe('resolveApp', () => {
  it.each([
    ['synchronously', byHeader(sites)],
    ['asynchronously', async (req: Request) => Promise.resolve(byHeader(sites)(req))],
  ])('selects the credentials of a request %s', async (_when, resolveApp) => {
    const { app } = appWith(createStrategy(resolveApp));
    for (const number of [0, 1]) {
      const visitor = browser(app).set('x-tenant', String(number)) as ReturnType<typeof browser>;
      const start = await beginLogin(visitor);
      expect(start.searchParams.get('appid')).toBe(sites[number]?.appid);
      const { body } = await visitor.get(await approve(wechat, start));
      expect(body.user.clientID).toBe(sites[number]?.appid);
    }
  });

  it.each([
    ['throws', () => { throw new RangeError('no such tenant'); }], // prettier-ignore
    ['rejects', () => Promise.reject(new RangeError('no such tenant'))],
  ])('passes its own error to the error handler if it %s', async (_how, resolveApp) => {
    const { app, errors } = appWith(createStrategy(resolveApp));
    for (const path of ['/auth/wechat', '/auth/wechat/callback?code=x&state=y']) {
      await browser(app).get(path).expect(500);
      expect(errors.pop()).toEqual(new RangeError('no such tenant'));
    }
    expect(wechat.requests).toEqual([]);
  });

  it.each([
    ['undefined', undefined, /resolveApp must return the credentials/],
    ['null', null, /resolveApp must return the credentials/],
    ['a string', 'wx123', /resolveApp must return the credentials/],
    ['an empty object', {}, /clientID is missing/],
    ['no secret', { clientID: 'wx1' }, /clientSecret is missing/],
    ['an empty secret', { clientID: 'wx1', clientSecret: '' }, /clientSecret is missing/],
    [
      'an unknown platform',
      { clientID: 'wx1', clientSecret: 's', platform: 'web' },
      /platform "web" is unknown/,
    ],
    [
      'a wrong scope',
      { clientID: 'wx1', clientSecret: 's', platform: 'website', scope: 'snsapi_base' },
      /scope "snsapi_base"/,
    ],
    [
      'half an officialAccount',
      { clientID: 'wx1', clientSecret: 's', officialAccount: { clientID: 'wx2' } },
      /officialAccount.clientSecret is missing/,
    ],
  ])('is refused with a TypeError if it returns %s', async (_what, resolved, message) => {
    // prettier-ignore
    const { app, errors } = appWith(createStrategy(() => resolved));
    await browser(app).get('/auth/wechat').expect(500);
    expect(errors).toEqual([
      expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(message) }),
    ]);
  });
});

describe('tenants', () => {
  it.each([
    ['in the session', undefined],
    ['in cookies', new CookieStateStore({ secret: 'x'.repeat(32) })],
  ])('refuse a login that began at another tenant, with the state stored %s', async (_where, store) => {
    const { app } = appWith(createStrategy(byHeader(sites), { store }));
    const visitor = browser(app);
    const { headers } = await visitor.get('/auth/wechat').set('x-tenant', '0').expect(302);
    const callback = await approve(wechat, new URL(headers['location'] ?? ''));
    wechat.reset();
    const end = await visitor.get(callback).set('x-tenant', '1');
    expect(end.status).toBe(403);
    expect(wechat.requests).toEqual([]);
  });

  it.each<[string, string, string, object]>([
    ['to another tenant', 'localhost:3000', 'localhost:3000', { 'x-tenant': '1' }],
    ['to another host', 'localhost:3000', '127.0.0.1:3000', {}],
  ])('let no one in with a callback that is sent again %s', async (_where, host, other, headers) => {
    const { app } = appWith(createStrategy(byHeader(sites)));
    const begun = await browser(app).get('/auth/wechat').set({ 'x-tenant': '0', Host: host }).expect(302);
    const Cookie = [begun.headers['set-cookie']]
      .flat()
      .map((line) => String(line).split(';')[0])
      .join('; ');
    const callback = await approve(wechat, new URL(begun.headers['location'] ?? ''));
    const first = { 'x-tenant': '0', Host: host, Cookie };
    expect((await browser(app).get(callback).set(first)).status).toBe(200);
    expect((await browser(app).get(callback).set(first)).status).toBe(200);
    expect(
      (
        await browser(app)
          .get(callback)
          .set({ ...first, Host: other, ...headers })
      ).status,
    ).toBe(403);
  });

  it('never share an exchange, even of the same code at the same time', async () => {
    const { app } = appWith(createStrategy(byHeader(sites), { state: false }), {
      authenticate: { session: false },
    });
    await Promise.all(
      ['0', '1'].map((number) => browser(app).get('/auth/wechat/callback?code=same').set('x-tenant', number)),
    );
    const asked = wechat.requests.map(({ endpoint, query }) => [endpoint, query['appid']]);
    expect(asked.sort()).toEqual(sites.map(({ appid }) => ['access_token', appid]));
  });
});

describe('1,000 tenants', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  function heapUsed(): number {
    wechat.reset();
    collectGarbage();
    return process.memoryUsage().heapUsed;
  }

  /** Logs in once at each of these tenants, 50 at a time, and returns who came out. */
  async function logInAt({ app }: TestApp, numbers: number[]): Promise<unknown[]> {
    const server = app.listen(0);
    const address = `http://localhost:${(server.address() as AddressInfo).port}`;
    const users: unknown[] = [];
    const left = numbers.entries();
    const visitor = async (): Promise<void> => {
      for (const [login, number] of left) {
        const { code } = wechat.phone.sendAuth({ appid: nativeApps[number]?.appid ?? '' });
        const reply = await fetch(`${address}/auth/wechat`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'x-tenant': String(number) },
          body: JSON.stringify({ code }),
        });
        users[login] = ((await reply.json()) as { clientID: unknown }).clientID;
      }
    };
    await Promise.all(Array.from({ length: 50 }, visitor));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return users;
  }

  /** The credentials in memory of their own, as a database gives them. */
  function fromDatabase(req: Request): object {
    const { appid, secret, platform } = nativeApps[Number(req.get('x-tenant'))] as EmulatorApp;
    return { clientID: appid, clientSecret: Buffer.from(secret).toString(), platform };
  }

  it('share one bounded pool of connections and leave no memory behind', async () => {
    const testApp = appWith(createStrategy(fromDatabase, { timeout: 60_000 }), {
      sessions: false,
      authenticate: { session: false },
    });
    const open = new Set<Socket>();
    let most = 0;
    const onSocket = (message: unknown): void => {
      const { socket } = message as { socket: Socket };
      socket.once('connect', () => {
        if (socket.remotePort !== Number(new URL(origin()).port)) return;
        open.add(socket);
        most = Math.max(most, open.size);
        socket.once('close', () => open.delete(socket));
      });
    };
    subscribe('net.client.socket', onSocket);
    try {
      // Until the pool has all its connections.
      await logInAt(testApp, Array<number>(600).fill(0));
      const before = heapUsed();
      const everybody = await logInAt(testApp, [...nativeApps.keys()]);
      expect(everybody).toEqual(nativeApps.map(({ appid }) => appid));
      // The secrets alone would be 4 MB.
      expect((heapUsed() - before) / 1024 / 1024).toBeLessThan(3);
    } finally {
      unsubscribe('net.client.socket', onSocket);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(128);
  });
});

describe('the many-tenants example', () => {
  const start = examplePrograms(origin);

  it('logs in at each tenant by its host name, and nowhere else', async () => {
    const tenants = sites.map(({ appid, secret }, number) => [
      `shop-${number}.example.com`,
      { clientID: appid, clientSecret: secret },
    ]);
    const { port, origin: address } = new URL(
      await start('many-tenants', { TENANTS: JSON.stringify(Object.fromEntries(tenants)) }),
    );
    for (const [number, { appid }] of sites.entries()) {
      const host = { Host: `shop-${number}.example.com:${port}` };
      const visitor = browser(address);
      const end = await logIn(wechat, visitor, '/auth/wechat', host);
      expect(end.headers['location']).toBe('/');
      const { body } = await visitor.get('/').set(host);
      expect(body.user.id).toMatch(new RegExp(`^${appid}/o`));
      const elsewhere = await visitor.get('/').set('Host', `shop-${1 - number}.example.com:${port}`);
      expect(elsewhere.body).toEqual({ user: null });
    }
    const stranger = browser(address);
    expect((await stranger.get('/auth/wechat').set('Host', 'else.example.com')).status).toBe(500);
    // A browser that takes the callback of one tenant to the other.
    const started = await beginLogin(stranger, '/auth/wechat', { Host: `shop-0.example.com:${port}` });
    const end = await stranger.get(await approve(wechat, started)).set('Host', `shop-1.example.com:${port}`);
    expect(end.headers['location']).toBe('/?login=failed');
  });
});
