import { WeChatStrategy, type WeChatAuthenticateOptions } from 'passport-wechat-oauth2';
import { account, startEmulator, website, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';
import { beginLogin, browser, type Browser } from '../support/login.js';
import { WECHAT_UA } from '../support/user-agent.js';

const { wechat, origin } = startEmulator();

/** A strategy with both pairs, in an app whose route gives these options. */
function bothPairs(authenticate: WeChatAuthenticateOptions = {}, scope?: string): ReturnType<typeof appWith> {
  const officialAccount = { clientID: account.appid, clientSecret: account.secret, scope };
  const strategy = new WeChatStrategy({ ...websiteOptions(origin()), officialAccount }, profileAsUser);
  return appWith(strategy, { authenticate });
}

function phoneOf({ app }: ReturnType<typeof appWith>): Browser {
  return browser(app).set('User-Agent', WECHAT_UA) as Browser;
}

describe('inside WeChat', () => {
  it('without a second pair: the QR code of the website, the only door that there is', async () => {
    const strategy = new WeChatStrategy(websiteOptions(origin()), profileAsUser);
    const start = await beginLogin(phoneOf(appWith(strategy)));
    expect(start.pathname).toBe('/connect/qrconnect');
    expect(start.searchParams.get('appid')).toBe(website.appid);
  });

  it('a request may ask for the QR code all the same', async () => {
    const start = await beginLogin(phoneOf(bothPairs({ platform: 'website' })));
    expect(start.searchParams.get('appid')).toBe(website.appid);
  });

  it('a silent login: no question, no name, and no call for the profile', async () => {
    const phone = phoneOf(bothPairs({}, 'snsapi_base'));
    const start = await beginLogin(phone);
    // The emulator answers such a login without asking anybody: a refusal would have to be asked for.
    const { url = '' } = wechat.phone.open(start.href, { decision: 'cancel' });
    const { body } = await phone.get(new URL(url).pathname + new URL(url).search);
    expect(body.user).toMatchObject({ displayName: '', clientID: account.appid });
    expect(body.user).not.toHaveProperty('unionid');
    expect(wechat.requests.filter(({ endpoint }) => endpoint === 'userinfo')).toEqual([]);
  });

  it('a request may ask for less than the pair is set to', async () => {
    const start = await beginLogin(
      phoneOf(bothPairs({ platform: 'officialAccount', scope: 'snsapi_base' } as WeChatAuthenticateOptions)),
    );
    expect(start.searchParams.get('scope')).toBe('snsapi_base');
  });

  it('the profile is read, or not, as the login was started, whatever the callback’s route says', async () => {
    const phone = phoneOf(bothPairs({}, 'snsapi_base'));
    const start = await beginLogin(phone);
    wechat.faults.next('access_token', { fields: { scope: 'snsapi_base,snsapi_userinfo,' } });
    const { url = '' } = wechat.phone.open(start.href);
    const { body } = await phone.get(new URL(url).pathname + new URL(url).search);
    expect(body.user.displayName).toBe('');
  });

  it.each([
    [{ forcePopup: true }, 'forcePopup=true'],
    [{ forceSnapShot: true }, 'forceSnapShot=true'],
  ])('%j is sent, before connect_redirect', async (authenticate, sent) => {
    const { href } = await beginLogin(phoneOf(bothPairs(authenticate)));
    expect(href).toMatch(new RegExp(`&state=\\w+&${sent}&connect_redirect=1#wechat_redirect$`));
  });

  it('what belongs to the QR page stays away from the consent page, and the reverse', async () => {
    const options = { style: 'white', self_redirect: true, fast_login: 0, forcePopup: true } as const;
    const inside = await beginLogin(phoneOf(bothPairs(options)));
    const common = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];
    expect([...inside.searchParams.keys()]).toEqual([...common, 'forcePopup', 'connect_redirect']);
    const desktop = await beginLogin(browser(bothPairs(options).app));
    expect([...desktop.searchParams.keys()]).toEqual([...common, 'style', 'self_redirect', 'fast_login']);
  });

  it('somebody who refuses stays at WeChat, or comes back and is told so once', async () => {
    const phone = phoneOf(bothPairs());
    const start = await beginLogin(phone);
    expect(wechat.phone.open(start.href, { decision: 'cancel' })).toEqual({});
    const state = start.searchParams.get('state') ?? '';
    for (const answer of [`state=${state}`, `code=authdeny&state=${state}`]) {
      const refused = await phone.get(`/auth/wechat/callback?${answer}`);
      expect([refused.status, refused.headers['location']]).toEqual([401, undefined]);
    }
  });
});
