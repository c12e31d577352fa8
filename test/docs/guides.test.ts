import { WeChatStrategy } from 'passport-wechat-oauth2';
import { createEmulator } from 'wechat-login-emulator';
import { appWith, profileAsUser } from '../support/express-app.js';
import { account, startEmulator, website, websiteOptions } from '../support/emulator.js';
import { approve, beginLogin, browser, local, logIn, type Browser } from '../support/login.js';
import { uuidIn } from '../support/qr-code.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { examplePrograms } from './programs.js';

// The programs that the guides show in whole.
const { wechat, origin } = startEmulator();
const start = examplePrograms();
const settings = (): Record<string, string> => ({
  EMULATOR_URL: origin(),
  WECHAT_APP_ID: website.appid,
  WECHAT_APP_SECRET: website.secret,
});

describe('link-an-account', () => {
  const open = (): Promise<string> => start('link-an-account.ts', settings());
  const byPassword = async (app: string, name: string): Promise<Browser> => {
    const visitor = browser(app);
    const form = { name, password: `${name}-password` };
    const response = await visitor.post('/login').type('form').send(form);
    expect(response.headers['location']).toBe('/account');
    return visitor;
  };
  const link = async (visitor: Browser): Promise<string | undefined> =>
    (await logIn(wechat, visitor, '/account/wechat')).headers['location'];

  it('links a WeChat, which then logs in', async () => {
    const app = await open();
    expect(await link(await byPassword(app, 'alice'))).toBe('/account?wechat=linked');
    const phone = browser(app);
    expect((await logIn(wechat, phone)).headers['location']).toBe('/account');
    expect((await phone.get('/account')).body).toEqual({ name: 'alice', linked: 1 });
  });

  it('says that a WeChat is somebody else’s, and who is logged in stays so', async () => {
    const app = await open();
    await link(await byPassword(app, 'alice'));
    const bob = await byPassword(app, 'bob');
    expect(await link(bob)).toBe('/account?wechat=taken');
    expect((await bob.get('/account?wechat=taken')).body).toEqual({
      name: 'bob',
      linked: 0,
      result: 'taken',
    });
  });

  it('links nothing when the login at WeChat fails', async () => {
    const visitor = await byPassword(await open(), 'alice');
    const callback = await approve(wechat, await beginLogin(visitor, '/account/wechat'));
    wechat.faults.next('access_token', { errcode: 40029 });
    expect((await visitor.get(callback)).headers['location']).toBe('/account?wechat=failed');
    expect((await visitor.get('/account')).body).toEqual({ name: 'alice', linked: 0 });
  });

  it('unlinks', async () => {
    const app = await open();
    const alice = await byPassword(app, 'alice');
    await link(alice);
    expect((await alice.post('/account/wechat/unlink')).headers['location']).toBe('/account?wechat=unlinked');
    expect((await logIn(wechat, browser(app))).headers['location']).toBe('/login?failed=wechat');
  });

  it('needs somebody who is logged in', async () => {
    const visitor = browser(await open());
    for (const path of ['/account', '/account/wechat', '/account/wechat/callback?code=x&state=y']) {
      expect((await visitor.get(path)).headers['location']).toBe('/login');
    }
  });
});

describe('relay', () => {
  const callback = 'http://localhost:3000/auth/wechat/callback'; // websiteOptions() has it
  const open = (): Promise<string> => start('relay.ts', { WECHAT_URL: origin(), CALLBACKS: callback });

  /** A site that logs in through the relay. */
  async function site(): Promise<{ visitor: Browser; relay: string }> {
    const relay = await open();
    const options = { ...websiteOptions(origin()), openOrigin: relay };
    const strategy = new WeChatStrategy(options, profileAsUser);
    const { app } = appWith(strategy);
    app.get('/embedded', async (req, res) => {
      const callbackURL = `${relay}/callback?to=${encodeURIComponent(callback)}`;
      res.json(await strategy.embed(req, { callbackURL }));
    });
    return { visitor: browser(app), relay };
  }

  /** Scans the code on a page of WeChat, and follows the browser through the relay to the site. */
  async function scan(url: URL | string, relay: string): Promise<string> {
    const page = await (await fetch(url)).text();
    const approved = wechat.phone.approve(uuidIn(page)).url;
    expect(approved).toMatch(`${relay}/callback?to=`);
    const back = await beginLogin(browser(relay), local(approved));
    expect(back.origin + back.pathname).toBe(callback);
    return back.pathname + back.search;
  }

  it('takes a login to WeChat and back, with all parameters as they were', async () => {
    const { visitor, relay } = await site();
    const begun = await beginLogin(visitor);
    expect(begun.origin).toBe(relay);
    const there = await beginLogin(browser(relay), begun.pathname + begun.search);
    expect([there.origin, there.hash]).toEqual([origin(), '#wechat_redirect']);
    expect([...there.searchParams.keys()]).toEqual([...begun.searchParams.keys()]);
    const { body } = await visitor.get(await scan(there, relay)).expect(200);
    expect(body.user).toMatchObject({ displayName: '阿梅🌸' });
  });

  it('takes a login in an embedded frame back', async () => {
    const { visitor, relay } = await site();
    const { appid, scope, redirect_uri, state } = (await visitor.get('/embedded')).body;
    // As wxLogin.js makes it.
    const query = `appid=${appid}&scope=${scope}&redirect_uri=${redirect_uri}&state=${state}`;
    const end = await visitor.get(await scan(`${origin()}/connect/qrconnect?${query}`, relay)).expect(200);
    expect(end.body.user).toMatchObject({ displayName: '阿梅🌸' });
  });

  it('leads nowhere else', async () => {
    const relay = await open();
    for (const to of [
      '',
      'https://evil.example',
      'http://localhost:3000/',
      `${callback}/../..`,
      `${callback}?next=//evil.example`,
      `${callback}@evil.example`,
      callback.toUpperCase(),
    ]) {
      const encoded = encodeURIComponent(to);
      await browser(relay).get(`/connect/qrconnect?redirect_uri=${encoded}`).expect(400);
      await browser(relay).get(`/callback?to=${encoded}&code=x&state=y`).expect(400);
    }
    await browser(relay).get(`/callback?to=https://evil.example&to=${callback}`).expect(400);
    await browser(relay).get('/callback').expect(400);
    await browser(relay).get('/connect/confirm').expect(404);
    // Of two, the one that was looked at is the one that counts.
    const twice = await browser(relay).get(`/callback?to=${callback}&to=https://evil.example&code=x`);
    expect(twice.headers['location']).toBe(`${callback}?code=x`);
  });
});

describe('silent-first', () => {
  const inWeChat = { 'User-Agent': WECHAT_UA };
  const open = (): Promise<string> =>
    start('silent-first.ts', {
      EMULATOR_URL: origin(),
      WECHAT_OA_APP_ID: account.appid,
      WECHAT_OA_APP_SECRET: account.secret,
    });
  /** Begins a login inside WeChat and comes back from it. */
  async function through(visitor: Browser, path: string): Promise<string | undefined> {
    const url = await beginLogin(visitor, path, inWeChat);
    const { url: back = '' } = wechat.phone.open(url.href);
    return (await visitor.get(local(back)).set(inWeChat)).headers['location'];
  }

  it('asks who is unknown, once', async () => {
    const app = await open();
    const first = browser(app);
    expect(await through(first, '/auth/silent')).toBe('/welcome');
    expect(await through(first, '/auth/wechat')).toBe('/');
    const later = browser(app);
    expect(await through(later, '/auth/silent')).toBe('/');
    expect((await later.get('/')).body).toMatchObject({ user: { name: '阿梅🌸' } });
  });

  it('works with a test account: by IP address and port, over http', async () => {
    const HOST = '192.168.1.20:3000';
    // Such an account cannot be bound, so it has no unionid.
    const { openPlatform: _none, ...app } = account;
    const emulator = createEmulator({ apps: [{ ...app, domains: [HOST] }] });
    const { origin: EMULATOR_URL } = await emulator.listen();
    try {
      const site = await start('silent-first.ts', {
        EMULATOR_URL,
        WECHAT_OA_APP_ID: account.appid,
        WECHAT_OA_APP_SECRET: account.secret,
      });
      const phone = browser(site);
      const headers = { ...inWeChat, Host: HOST };
      const url = await beginLogin(phone, '/auth/wechat', headers);
      const { url: back = '' } = emulator.phone.open(url.href);
      expect(back).toMatch(`http://${HOST}/auth/wechat/callback?`);
      expect((await phone.get(local(back)).set(headers)).headers['location']).toBe('/');
    } finally {
      await emulator.close();
    }
  });
});
