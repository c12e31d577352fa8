import session from 'express-session';
import { CookieStateStore, WeChatStrategy } from 'passport-wechat-oauth2';
import type { Response } from 'supertest';
import { approve, beginLogin, browser, type Browser } from '../support/login.js';
import { beginAt, cookieSite } from '../support/cookie-site.js';
import { mobileApp, startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser, type TestApp } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

const exchanges = (): number => wechat.requests.filter(({ endpoint }) => endpoint === 'access_token').length;

function site(options: object = {}): TestApp {
  return appWith(new WeChatStrategy({ ...websiteOptions(origin()), ...options }, profileAsUser));
}

describe('two identical callbacks at once', () => {
  it('both log the user in, from one exchange', async () => {
    const visitor = browser(site().app);
    const callback = await approve(wechat, await beginLogin(visitor));
    wechat.faults.next('access_token', { delay: 100 });
    const answers = await Promise.all([visitor.get(callback), visitor.get(callback)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
    expect(exchanges()).toBe(1);
  });

  it('both log the user in with the state in a cookie, even if the second comes after the first has ended', async () => {
    const web = await cookieSite(origin());
    const { cookie, callback } = await beginAt(wechat, web);
    const answers = [await web.get(callback, [cookie]), await web.get(callback, [cookie])];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(exchanges()).toBe(1);
  });

  it('each get their own copy of the token response', async () => {
    const seen: object[] = [];
    const strategy = new WeChatStrategy(websiteOptions(origin()), (_a, _r, params, profile, done) => {
      seen.push(params);
      expect(params).not.toHaveProperty('changed');
      Object.assign(params, { changed: true });
      done(null, profile);
    });
    const { app } = appWith(strategy);
    const { callback, cookie } = await begun(app);
    wechat.faults.next('access_token', { delay: 100 });
    // Not the very same request: a script of the site's has set a cookie in between.
    const cookies = [cookie, `${cookie}; seen=1`];
    await Promise.all(
      cookies.map((line) => browser(app).get(callback).set({ Cookie: line, Host }).expect(200)),
    );
    expect([seen.length, exchanges()]).toEqual([2, 1]);
  });

  it('both report a failed exchange', async () => {
    const { app, errors } = site();
    const visitor = browser(app);
    const callback = await approve(wechat, await beginLogin(visitor));
    wechat.faults.next('access_token', { errcode: -1, delay: 100 });
    const answers = await Promise.all([visitor.get(callback), visitor.get(callback)]);
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
    expect([errors.length, exchanges()]).toEqual([2, 1]);
  });

  it('leave the first login in place if they bring two codes for one state', async () => {
    const visitor = browser(site().app);
    const start = await beginLogin(visitor);
    const callbacks = [await approve(wechat, start), await approve(wechat, start)];
    const first = await visitor.get(callbacks[0] ?? '');
    expect(first.status).toBe(200);
    expect((await visitor.get(callbacks[1] ?? '')).status).toBe(403);
    expect((await visitor.get('/me')).body.user.openid).toBe(first.body.user.openid);
  });
});

/** A login that has begun: its callback, and the Cookie header that its browser sends. */
async function begun(
  app: TestApp['app'],
  agent: Browser = browser(app),
): Promise<{ callback: string; cookie: string }> {
  const start = await agent.get('/auth/wechat').expect(302);
  const lines = [start.headers['set-cookie'] ?? []].flat();
  const callback = await approve(wechat, new URL(start.headers['location'] ?? ''));
  return { callback, cookie: lines.map((line) => line.split(';')[0]).join('; ') };
}

/** A server of its own, with a port of its own, answers each request of these tests: to the browser it is one host. */
const Host = 'localhost:3000';

const sessionOf = (response: Response): string =>
  [response.headers['set-cookie'] ?? []]
    .flat()
    .map((line) => line.split(';')[0])
    .at(-1) ?? '';

const STORES: [string, () => object][] = [
  ['session', () => ({})],
  ['cookie', () => ({ store: new CookieStateStore({ secret: 's'.repeat(32), secure: false }) })],
];

describe.each(STORES)(
  'the same callback again, after the first has been answered (state in a %s)',
  (_where, options) => {
    it('ends as the first did: the user is logged in with whichever answer arrives', async () => {
      const { app, errors } = site(options());
      const { callback, cookie } = await begun(app);
      const first = await browser(app).get(callback).set({ Cookie: cookie, Host });
      const second = await browser(app).get(callback).set({ Cookie: cookie, Host });
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.body).toEqual(first.body);
      for (const answer of [first, second]) {
        const me = await browser(app)
          .get('/me')
          .set({ Cookie: sessionOf(answer), Host });
        expect(me.body).toEqual({ user: first.body.user });
      }
      expect([exchanges(), errors]).toEqual([1, []]);
    });

    it('fails as the first did', async () => {
      const { app } = site(options());
      const { callback, cookie } = await begun(app);
      wechat.faults.next('access_token', { errcode: 40226 });
      for (let i = 0; i < 2; i++)
        expect((await browser(app).get(callback).set({ Cookie: cookie, Host })).status).toBe(403);
      expect(exchanges()).toBe(1);
    });

    it('gets nothing if its code, its state or its cookies differ', async () => {
      const { app } = site(options());
      const one = await begun(app);
      const other = await begun(app);
      await browser(app).get(one.callback).set({ Cookie: one.cookie, Host }).expect(200);
      const param = (url: string, name: string): string =>
        new URLSearchParams(url.split('?')[1]).get(name) ?? '';
      const otherCode = one.callback.replace(param(one.callback, 'code'), param(other.callback, 'code'));
      const otherState = one.callback.replace(param(one.callback, 'state'), param(other.callback, 'state'));
      for (const [callback, cookie] of [
        [otherCode, one.cookie],
        [otherState, one.cookie],
        [one.callback, other.cookie],
        [one.callback, `${one.cookie}; theme=dark; ${other.cookie}`],
        [one.callback, ''],
      ] as const) {
        const answer = await browser(app).get(callback).set({ Cookie: cookie, Host });
        expect([401, 403]).toContain(answer.status);
        expect(answer.body).not.toHaveProperty('user.openid');
      }
      // The other login is untouched by all this.
      expect((await browser(app).get(other.callback).set({ Cookie: other.cookie, Host })).status).toBe(200);
    });

    it('gets nothing without any cookie, even if the first had none', async () => {
      const { app } = site(options());
      const { callback } = await begun(app);
      expect((await browser(app).get(callback)).status).toBe(403);
      expect((await browser(app).get(callback)).status).toBe(403);
    });

    it('logs in once if two codes for one state arrive at once', async () => {
      const { app } = site(options());
      const { callback, cookie } = await begun(app);
      const another = await begun(app);
      const code = (url: string): string => /code=(\w+)/.exec(url)?.[1] ?? '';
      const second = callback.replace(code(callback), code(another.callback));
      wechat.faults.next('access_token', { delay: 100 });
      const answers = await Promise.all(
        [callback, second].map((url) => browser(app).get(url).set({ Cookie: cookie, Host })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
      expect(exchanges()).toBe(1);
    });
  },
);

describe('a shared exchange', () => {
  it('excludes another browser that has the callback URL', async () => {
    const { app } = site();
    const visitor = browser(app);
    const callback = await approve(wechat, await beginLogin(visitor));
    const thief = browser(app);
    await beginLogin(thief);
    wechat.faults.next('access_token', { delay: 100 });
    const [mine, theirs] = await Promise.all([visitor.get(callback), thief.get(callback)]);
    expect([mine?.status, theirs?.status]).toEqual([200, 403]);
  });

  it('excludes another login of the same browser', async () => {
    const visitor = browser(site().app);
    const [one, two] = [await beginLogin(visitor), await beginLogin(visitor)];
    const callback = await approve(wechat, one);
    const state = (url: URL): string => url.searchParams.get('state') ?? '';
    const mixed = callback.replace(state(one), state(two));
    wechat.faults.next('access_token', { delay: 100 });
    const statuses = (await Promise.all([visitor.get(callback), visitor.get(mixed)])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 401]);
    expect(exchanges()).toBe(2);
  });

  it('requires a state: a posted code and state: false share nothing', async () => {
    const posted = appWith(
      new WeChatStrategy(
        {
          ...websiteOptions(origin()),
          clientID: mobileApp.appid,
          clientSecret: mobileApp.secret,
          platform: 'mobileApp',
        },
        profileAsUser,
      ),
    );
    const code = wechat.phone.sendAuth({ appid: mobileApp.appid });
    wechat.faults.next('access_token', { delay: 50 });
    const [one, two] = [browser(posted.app), browser(posted.app)];
    const answers = await Promise.all([
      one.post('/auth/wechat').send(code),
      two.post('/auth/wechat').send(code),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);

    wechat.reset();
    const stateless = browser(site({ state: false }).app);
    const callback = await approve(wechat, await beginLogin(stateless));
    wechat.faults.next('access_token', { delay: 50 });
    const both = await Promise.all([stateless.get(callback), stateless.get(callback)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('excludes another strategy', async () => {
    const one = await cookieSite(origin());
    const two = await cookieSite(origin());
    const { cookie, callback } = await beginAt(wechat, one);
    expect((await one.get(callback, [cookie])).status).toBe(200);
    expect((await two.get(callback, [cookie])).status).toBe(401);
    expect(exchanges()).toBe(2);
  });
});

describe('the back button or a reload', () => {
  it('fails cleanly after a login, and the user stays logged in', async () => {
    const visitor = browser(site().app);
    const callback = await approve(wechat, await beginLogin(visitor));
    expect((await visitor.get(callback)).status).toBe(200);
    expect((await visitor.get(callback)).status).toBe(403);
    expect((await visitor.get('/me')).body.user).toMatchObject({ provider: 'wechat' });
    expect(exchanges()).toBe(1);
  });

  it('fails cleanly after a failed login', async () => {
    const visitor = browser(site().app);
    const callback = (await approve(wechat, await beginLogin(visitor))).replace(/code=\w+/, 'code=x');
    expect((await visitor.get(callback).set({ Host })).status).toBe(401);
    expect((await visitor.get(callback).set({ Host })).status).toBe(401);
    expect(exchanges()).toBe(1);
  });

  it('fails cleanly if two processes load the session before either saves it', async () => {
    const sessionStore = new session.MemoryStore();
    const strategy = (): WeChatStrategy => new WeChatStrategy(websiteOptions(origin()), profileAsUser);
    // Two processes with one session store; the second one loads the session before the first has saved it.
    const [one, two] = [appWith(strategy(), { sessionStore }), appWith(strategy(), { sessionStore })];
    const visitor = browser(one.app);
    const other = browser(two.app);
    other.jar = visitor.jar;
    const callback = await approve(wechat, await beginLogin(visitor));
    wechat.faults.next('access_token', { delay: 100 });
    wechat.faults.next('access_token', { delay: 100 });
    const statuses = (await Promise.all([visitor.get(callback), other.get(callback)])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 401]);
  });
});
