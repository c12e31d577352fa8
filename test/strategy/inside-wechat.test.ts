import { WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import type { Response } from 'supertest';
import { beginLogin, browser, type Browser } from '../support/login.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { account, startEmulator, website, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

function accountOptions(extra: object = {}): WeChatStrategyOptions {
  const { openOrigin, apiOrigin, callbackURL } = websiteOptions(origin()) as Required<WeChatStrategyOptions>;
  return {
    clientID: account.appid,
    clientSecret: account.secret,
    platform: 'officialAccount',
    callbackURL,
    openOrigin,
    apiOrigin,
    ...extra,
  } as WeChatStrategyOptions;
}

/** Opens the consent page in WeChat's own browser, agrees, and comes back. */
async function agree(visitor: Browser, authorize: URL): Promise<Response> {
  const { url } = wechat.phone.open(authorize.href);
  if (url === undefined) throw new Error('WeChat did not send the person back');
  const { pathname, search } = new URL(url);
  return visitor.get(pathname + search);
}

describe('login inside WeChat', () => {
  it('sends people to the consent page with the documented parameters in the documented order', async () => {
    const { app } = appWith(new WeChatStrategy(accountOptions(), profileAsUser));
    const { href } = await beginLogin(browser(app));
    expect(href.replace(/state=\w+/, 'state=S')).toBe(
      `${origin()}/connect/oauth2/authorize?appid=${account.appid}` +
        '&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fwechat%2Fcallback' +
        '&response_type=code&scope=snsapi_userinfo&state=S&connect_redirect=1#wechat_redirect',
    );
  });

  it('logs the person in with their profile', async () => {
    const { app } = appWith(new WeChatStrategy(accountOptions(), profileAsUser));
    const visitor = browser(app);
    const { body } = await agree(visitor, await beginLogin(visitor));
    expect(body.user).toMatchObject({
      platform: 'officialAccount',
      clientID: account.appid,
      unionid: expect.any(String),
    });
    expect(body.user.displayName).not.toBe('');
  });

  it('asks for the consent again, or for the snapshot page, only when told', async () => {
    const authenticate = { forcePopup: true, forceSnapShot: true };
    const { app } = appWith(new WeChatStrategy(accountOptions({ connectRedirect: false }), profileAsUser), {
      authenticate,
    });
    const { href } = await beginLogin(browser(app));
    expect(href).toMatch(/&state=\w+&forcePopup=true&forceSnapShot=true#wechat_redirect$/);
  });

  it('the scope alone says that it is an official account', async () => {
    const options = { ...accountOptions({ scope: ['snsapi_base'] }) } as { platform?: unknown };
    delete options.platform;
    const { app } = appWith(new WeChatStrategy(options as WeChatStrategyOptions, profileAsUser));
    expect((await beginLogin(browser(app))).pathname).toBe('/connect/oauth2/authorize');
  });

  it('snsapi_base: the ids, and no call for the profile', async () => {
    const { app } = appWith(new WeChatStrategy(accountOptions({ scope: 'snsapi_base' }), profileAsUser));
    const visitor = browser(app);
    const { body } = await agree(visitor, await beginLogin(visitor));
    expect(body.user).toMatchObject({ displayName: '', openid: expect.stringMatching(/^o/) });
    expect(body.user._raw).toBe(JSON.stringify({ openid: body.user.openid }));
    expect(wechat.requests.map(({ endpoint }) => endpoint)).not.toContain('userinfo');
  });

  it('a scope with a comma at the end is read as WeChat means it', async () => {
    const { app } = appWith(new WeChatStrategy(accountOptions(), profileAsUser));
    const visitor = browser(app);
    wechat.faults.next('access_token', { fields: { scope: 'snsapi_base,snsapi_userinfo,' } });
    const { body } = await agree(visitor, await beginLogin(visitor));
    expect(body.user.displayName).not.toBe('');
  });

  it('a snapshot user: fail "snapshot", 403, and no call for the profile', async () => {
    const { app } = appWith(new WeChatStrategy(accountOptions(), profileAsUser), {
      authenticate: { forceSnapShot: true },
    });
    const visitor = browser(app);
    expect((await agree(visitor, await beginLogin(visitor))).status).toBe(403);
    expect(wechat.requests.map(({ endpoint }) => endpoint)).not.toContain('userinfo');
  });

  it("a snapshot user under snapshotUsers: 'allow': a profile that says so", async () => {
    const strategy = new WeChatStrategy(accountOptions({ snapshotUsers: 'allow' }), profileAsUser);
    const { app } = appWith(strategy, { authenticate: { forceSnapShot: true } });
    const visitor = browser(app);
    const { body } = await agree(visitor, await beginLogin(visitor));
    expect(body.user.isSnapshotUser).toBe(true);
  });
});

describe('one route for desktop and WeChat', () => {
  const both = (): WeChatStrategyOptions => ({
    ...websiteOptions(origin()),
    officialAccount: { clientID: account.appid, clientSecret: account.secret },
  });

  it('a desktop gets the QR code, WeChat its own page, and the same person comes out', async () => {
    const { app } = appWith(new WeChatStrategy(both(), profileAsUser));
    const desktop = await beginLogin(browser(app));
    expect(desktop.pathname).toBe('/connect/qrconnect');
    expect(desktop.searchParams.get('appid')).toBe(website.appid);
    const phone = browser(app);
    phone.set('User-Agent', WECHAT_UA);
    const inside = await beginLogin(phone);
    expect(inside.pathname).toBe('/connect/oauth2/authorize');
    const { body } = await agree(phone, inside);
    expect(body.user).toMatchObject({ clientID: account.appid, platform: 'officialAccount' });
  });

  it('WeCom, which calls itself MicroMessenger too, gets the QR code', async () => {
    const { app } = appWith(new WeChatStrategy(both(), profileAsUser));
    const wecom = browser(app);
    wecom.set('User-Agent', 'Mozilla/5.0 wxwork/3.1.16 MicroMessenger/7.0.1 Language/zh');
    expect((await beginLogin(wecom)).pathname).toBe('/connect/qrconnect');
  });

  it('the callback belongs to the pair that the login was started with, whatever browser it comes in', async () => {
    const { app } = appWith(new WeChatStrategy(both(), profileAsUser));
    const phone = browser(app);
    const inside = new URL(
      (await phone.get('/auth/wechat').set('User-Agent', WECHAT_UA).expect(302)).headers['location'] ?? '',
    );
    const { body } = await agree(phone, inside);
    expect(body.user.clientID).toBe(account.appid);
  });

  it('a request can choose its door', async () => {
    const { app } = appWith(new WeChatStrategy(both(), profileAsUser), {
      authenticate: { platform: 'officialAccount' },
    });
    expect((await beginLogin(browser(app))).searchParams.get('appid')).toBe(account.appid);
  });
});
