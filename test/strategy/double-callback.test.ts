import session from 'express-session';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import { approve, beginLogin, browser } from '../support/login.js';
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
    const visitor = browser(appWith(strategy).app);
    const callback = await approve(wechat, await beginLogin(visitor));
    wechat.faults.next('access_token', { delay: 100 });
    await Promise.all([visitor.get(callback), visitor.get(callback)]);
    expect(seen).toHaveLength(2);
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
    expect((await visitor.get(callback)).status).toBe(401);
    expect((await visitor.get(callback)).status).toBe(403);
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
