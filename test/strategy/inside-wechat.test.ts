import {
  WeChatStrategy,
  type WeChatAuthenticateOptions,
  type WeChatStrategyOptions,
} from 'passport-wechat-oauth2';
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

/** Opens the consent page in WeChat's in-app browser, allows, and returns to the app. */
async function agree(visitor: Browser, authorize: URL): Promise<Response> {
  const { url } = wechat.phone.open(authorize.href);
  if (url === undefined) throw new Error('WeChat did not redirect to the app');
  const { pathname, search } = new URL(url);
  return visitor.get(pathname + search);
}

describe('login inside WeChat', () => {
  it('redirects to the consent page with the documented parameters in the documented order', async () => {
    const { app } = appWith(new WeChatStrategy(accountOptions(), profileAsUser));
    const { href } = await beginLogin(browser(app));
    expect(href.replace(/state=\w+/, 'state=S')).toBe(
      `${origin()}/connect/oauth2/authorize?appid=${account.appid}` +
        '&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fwechat%2Fcallback' +
        '&response_type=code&scope=snsapi_userinfo&state=S&connect_redirect=1#wechat_redirect',
    );
  });

  it('logs the user in with their profile', async () => {
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

  it('sends forcePopup and forceSnapShot if set, and no connect_redirect if that is off', async () => {
    const authenticate = { forcePopup: true, forceSnapShot: true };
    const { app } = appWith(new WeChatStrategy(accountOptions({ connectRedirect: false }), profileAsUser), {
      authenticate,
    });
    const { href } = await beginLogin(browser(app));
    expect(href).toMatch(/&state=\w+&forcePopup=true&forceSnapShot=true#wechat_redirect$/);
  });

  it('takes platform officialAccount from the scope', async () => {
    const options = { ...accountOptions({ scope: ['snsapi_base'] }) } as { platform?: unknown };
    delete options.platform;
    const { app } = appWith(new WeChatStrategy(options as WeChatStrategyOptions, profileAsUser));
    expect((await beginLogin(browser(app))).pathname).toBe('/connect/oauth2/authorize');
  });

  it('accepts a granted scope with a trailing comma', async () => {
    const { app } = appWith(new WeChatStrategy(accountOptions(), profileAsUser));
    const visitor = browser(app);
    wechat.faults.next('access_token', { fields: { scope: 'snsapi_base,snsapi_userinfo,' } });
    const { body } = await agree(visitor, await beginLogin(visitor));
    expect(body.user.displayName).not.toBe('');
  });

  it('fails a snapshot user with "snapshot", 403, without a call of userinfo', async () => {
    const { app } = appWith(new WeChatStrategy(accountOptions(), profileAsUser), {
      authenticate: { forceSnapShot: true },
    });
    const visitor = browser(app);
    expect((await agree(visitor, await beginLogin(visitor))).status).toBe(403);
    expect(wechat.requests.map(({ endpoint }) => endpoint)).not.toContain('userinfo');
  });

  it("logs a snapshot user in under snapshotUsers: 'allow', with isSnapshotUser in the profile", async () => {
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

  it('sends a desktop to the QR code and WeChat’s in-app browser to the consent page', async () => {
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

  it('sends WeCom, whose User-Agent names MicroMessenger too, to the QR code', async () => {
    const { app } = appWith(new WeChatStrategy(both(), profileAsUser));
    const wecom = browser(app);
    wecom.set('User-Agent', 'Mozilla/5.0 wxwork/3.1.16 MicroMessenger/7.0.1 Language/zh');
    expect((await beginLogin(wecom)).pathname).toBe('/connect/qrconnect');
  });

  it('exchanges the code for the app that began the login, whatever browser the callback comes from', async () => {
    const { app } = appWith(new WeChatStrategy(both(), profileAsUser));
    const phone = browser(app);
    const inside = new URL(
      (await phone.get('/auth/wechat').set('User-Agent', WECHAT_UA).expect(302)).headers['location'] ?? '',
    );
    const { body } = await agree(phone, inside);
    expect(body.user.clientID).toBe(account.appid);
  });

  it('lets a request choose its platform', async () => {
    const { app } = appWith(new WeChatStrategy(both(), profileAsUser), {
      authenticate: { platform: 'officialAccount' },
    });
    expect((await beginLogin(browser(app))).searchParams.get('appid')).toBe(account.appid);
  });
});

/** A strategy with a website app and an official account, in an Express app whose route passes these options. */
function siteWithBoth(
  authenticate: WeChatAuthenticateOptions = {},
  scope?: string,
): ReturnType<typeof appWith> {
  const officialAccount = { clientID: account.appid, clientSecret: account.secret, scope };
  const strategy = new WeChatStrategy({ ...websiteOptions(origin()), officialAccount }, profileAsUser);
  return appWith(strategy, { authenticate });
}

function inAppBrowser({ app }: ReturnType<typeof appWith>): Browser {
  return browser(app).set('User-Agent', WECHAT_UA) as Browser;
}

describe('inside WeChat', () => {
  it('shows the website’s QR code if there is no official account', async () => {
    const strategy = new WeChatStrategy(websiteOptions(origin()), profileAsUser);
    const start = await beginLogin(inAppBrowser(appWith(strategy)));
    expect(start.pathname).toBe('/connect/qrconnect');
    expect(start.searchParams.get('appid')).toBe(website.appid);
  });

  it('lets a request choose the QR code', async () => {
    const start = await beginLogin(inAppBrowser(siteWithBoth({ platform: 'website' })));
    expect(start.searchParams.get('appid')).toBe(website.appid);
  });

  it('logs in silently under snsapi_base: no consent page, no name, no call of userinfo', async () => {
    const phone = inAppBrowser(siteWithBoth({}, 'snsapi_base'));
    const start = await beginLogin(phone);
    // WeChat does not ask the user in a silent login, so there is nothing to cancel.
    const { url = '' } = wechat.phone.open(start.href, { decision: 'cancel' });
    const { body } = await phone.get(new URL(url).pathname + new URL(url).search);
    expect(body.user).toMatchObject({ displayName: '', clientID: account.appid });
    expect(body.user).not.toHaveProperty('unionid');
    expect(body.user._raw).toBe(JSON.stringify({ openid: body.user.openid }));
    expect(wechat.requests.filter(({ endpoint }) => endpoint === 'userinfo')).toEqual([]);
  });

  it('lets a request narrow the scope to snsapi_base', async () => {
    const start = await beginLogin(
      inAppBrowser(
        siteWithBoth({ platform: 'officialAccount', scope: 'snsapi_base' } as WeChatAuthenticateOptions),
      ),
    );
    expect(start.searchParams.get('scope')).toBe('snsapi_base');
  });

  it('decides whether to fetch the profile by the scope that the login began with', async () => {
    const phone = inAppBrowser(siteWithBoth({}, 'snsapi_base'));
    const start = await beginLogin(phone);
    wechat.faults.next('access_token', { fields: { scope: 'snsapi_base,snsapi_userinfo,' } });
    const { url = '' } = wechat.phone.open(start.href);
    const { body } = await phone.get(new URL(url).pathname + new URL(url).search);
    expect(body.user.displayName).toBe('');
  });

  it.each([
    [{ forcePopup: true }, 'forcePopup=true'],
    [{ forceSnapShot: true }, 'forceSnapShot=true'],
  ])('sends %j before connect_redirect', async (authenticate, sent) => {
    const { href } = await beginLogin(inAppBrowser(siteWithBoth(authenticate)));
    expect(href).toMatch(new RegExp(`&state=\\w+&${sent}&connect_redirect=1#wechat_redirect$`));
  });

  it('sends each page only the parameters that it knows', async () => {
    const options = { style: 'white', self_redirect: true, fast_login: 0, forcePopup: true } as const;
    const inside = await beginLogin(inAppBrowser(siteWithBoth(options)));
    const common = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];
    expect([...inside.searchParams.keys()]).toEqual([...common, 'forcePopup', 'connect_redirect']);
    const desktop = await beginLogin(browser(siteWithBoth(options).app));
    expect([...desktop.searchParams.keys()]).toEqual([...common, 'style', 'self_redirect', 'fast_login']);
  });
});
