import { WeChatStrategy, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { profileAsUser } from '../support/express-app.js';
import { mobileApp, startEmulator, websiteOptions } from '../support/emulator.js';

const { origin } = startEmulator();

const native = (more: object = {}): WeChatStrategyOptions =>
  ({
    ...websiteOptions(origin()),
    clientID: mobileApp.appid,
    clientSecret: mobileApp.secret,
    platform: 'mobileApp',
    ...more,
  }) as WeChatStrategyOptions;

describe('embed', () => {
  const req = () => ({ session: {}, headers: { host: 'example.com' }, protocol: 'https', url: '/' });

  it('returns what WeChat’s script needs, with a state of this browser', async () => {
    const strategy = new WeChatStrategy(
      { ...websiteOptions(origin()), callbackURL: '/callback?a=1' },
      profileAsUser,
    );
    const visitor = req() as { session: Record<string, [{ handle: string }]> };
    const given = await strategy.embed(visitor as never);
    expect(given).toStrictEqual({
      appid: websiteOptions(origin()).clientID,
      scope: 'snsapi_login',
      self_redirect: true,
      redirect_uri: encodeURIComponent('https://example.com/callback?a=1'),
      state: Object.values(visitor.session)[0]?.[0].handle,
    });
  });

  it('passes on the options of the page as the script expects them', async () => {
    const strategy = new WeChatStrategy(
      { ...websiteOptions(origin()), state: false, lang: 'en' },
      profileAsUser,
    );
    const looks = {
      self_redirect: false,
      style: 'white',
      href: 'https://example.com/a b.css',
      stylelite: 0,
      fast_login: 0,
    } as const;
    const {
      redirect_uri: _address,
      appid: _appid,
      ...given
    } = await strategy.embed(req() as never, looks as never);
    expect(given).toStrictEqual({
      ...looks,
      scope: 'snsapi_login',
      lang: 'en',
      href: encodeURIComponent('https://example.com/a b.css'),
    });
  });

  it.each(['self_redirect', 'style', 'stylelite', 'fast_login'])(
    'refuses parameters smuggled in through %s, which the script does not encode',
    async (look) => {
      const strategy = new WeChatStrategy(websiteOptions(origin()), profileAsUser);
      const looks = { [look]: 'white&redirect_uri=https://evil.example' } as object;
      const visitor = req();
      await expect(strategy.embed(visitor as never, looks)).rejects.toThrow(`${look} "white&redirect_uri`);
      expect(visitor.session).toEqual({});
    },
  );

  it('refuses a lone surrogate in href', async () => {
    const strategy = new WeChatStrategy(websiteOptions(origin()), profileAsUser);
    await expect(strategy.embed(req() as never, { href: 'https://x/\ud83d' })).rejects.toThrow(
      /^href must be/,
    );
  });

  it('requires platform: website and a callbackURL', async () => {
    await expect(new WeChatStrategy(native(), profileAsUser).embed(req() as never)).rejects.toThrow(
      /needs platform: 'website'/,
    );
    await expect(
      new WeChatStrategy(websiteOptions(origin()), profileAsUser).embed(req() as never, {
        platform: 'officialAccount',
      }),
    ).rejects.toThrow(/this login has 'officialAccount'/);
    await expect(
      new WeChatStrategy(native(), profileAsUser).embed(req() as never, { platform: 'website' }),
    ).rejects.toThrow(/this login has 'mobileApp'/);
    const { callbackURL: _none, ...options } = websiteOptions(origin());
    await expect(new WeChatStrategy(options, profileAsUser).embed(req() as never)).rejects.toThrow(
      /callbackURL is missing/,
    );
  });
});
