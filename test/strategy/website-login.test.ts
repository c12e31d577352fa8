import { WeChatStrategy, type WeChatProfile } from 'passport-wechat-oauth2';
import { approve, beginLogin, browser } from '../support/login.js';
import { startEmulator, website, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

describe('login by QR code', () => {
  it('redirects to WeChat with the documented parameters in the documented order', async () => {
    const { app } = appWith(new WeChatStrategy(websiteOptions(origin()), profileAsUser));
    const { href, searchParams } = await beginLogin(browser(app));
    expect(searchParams.get('state')).toMatch(/^[a-zA-Z0-9]{32}$/);
    expect(href.replace(/state=\w+/, 'state=S')).toBe(
      `${origin()}/connect/qrconnect?appid=${website.appid}` +
        '&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fwechat%2Fcallback' +
        '&response_type=code&scope=snsapi_login&state=S#wechat_redirect',
    );
  });

  it('logs the user in with their profile', async () => {
    const { app } = appWith(new WeChatStrategy(websiteOptions(origin()), profileAsUser));
    const visitor = browser(app);
    const callback = await approve(wechat, await beginLogin(visitor));
    const response = await visitor.get(callback).expect(200);
    const profile = response.body.user as WeChatProfile;
    expect(profile).toMatchObject({
      provider: 'wechat',
      clientID: website.appid,
      platform: 'website',
      isSnapshotUser: false,
    });
    expect(profile.id).toBe(profile.unionid);
    expect(profile._json.openid).toBe(profile.openid);
    expect(JSON.parse(profile._raw)).toEqual(profile._json);
    expect((await visitor.get('/me')).body.user.id).toBe(profile.id);
    expect(wechat.requests.map(({ endpoint }) => endpoint)).toEqual(
      expect.arrayContaining(['access_token', 'userinfo']),
    );
  });

  it('decodes a Chinese nickname with emoji that comes without a charset, split inside a character', async () => {
    const { app } = appWith(new WeChatStrategy(websiteOptions(origin()), profileAsUser));
    const visitor = browser(app);
    wechat.faults.next('userinfo', { fields: { nickname: '小明🐼的微信' }, split: true });
    const response = await visitor.get(await approve(wechat, await beginLogin(visitor))).expect(200);
    expect(response.body.user.displayName).toBe('小明🐼的微信');
  });
});
