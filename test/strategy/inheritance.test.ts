import OAuth2Strategy from 'passport-oauth2';
import {
  WeChatStrategy,
  type AuthorizationParams,
  type AuthorizationRequest,
  type ProfileRequest,
  type WeChatProfile,
} from 'passport-wechat-oauth2';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';
import { approve, beginLogin, browser } from '../support/login.js';

const { wechat, origin } = startEmulator();

class WithCampaign extends WeChatStrategy {
  override authorizationParams(request: AuthorizationRequest): AuthorizationParams {
    return { ...super.authorizationParams(request), campaign: '春节 & more' };
  }
}

const options = (): ReturnType<typeof websiteOptions> => websiteOptions(origin());

describe('authorizationParams()', () => {
  it('returns WeChat’s parameters in WeChat’s order, with appid and without client_id', () => {
    const strategy = new WeChatStrategy(options(), profileAsUser);
    const request: AuthorizationRequest = {
      platform: 'website',
      clientID: 'wx1',
      callbackURL: 'https://example.com/cb',
      scope: 'snsapi_login',
      state: 'S',
      lang: 'en',
      connectRedirect: true,
      style: 'black',
    };
    expect(Object.entries(strategy.authorizationParams(request))).toEqual([
      ['appid', 'wx1'],
      ['redirect_uri', 'https://example.com/cb'],
      ['response_type', 'code'],
      ['scope', 'snsapi_login'],
      ['state', 'S'],
      ['lang', 'en'],
      ['style', 'black'],
    ]);
    expect(Object.keys(strategy.authorizationParams({ ...request, platform: 'officialAccount' }))).toEqual([
      'appid',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
      'connect_redirect',
    ]);
  });

  it('has the strategy’s own app and options for what a request lacks', () => {
    expect(new WeChatStrategy(options(), profileAsUser).authorizationParams({})).toEqual({
      appid: options().clientID,
      redirect_uri: options().callbackURL,
      response_type: 'code',
      scope: 'snsapi_login',
    });
  });

  it('may be overridden: what a subclass adds is the end of the query, before the fragment', async () => {
    const visitor = browser(appWith(new WithCampaign(options(), profileAsUser)).app);
    const url = await beginLogin(visitor);
    expect([...url.searchParams.keys()].slice(-1)).toEqual(['campaign']);
    expect(url.searchParams.get('campaign')).toBe('春节 & more');
    expect(url.searchParams.has('client_id')).toBe(false);
    expect(url.hash).toBe('#wechat_redirect');
    expect((await visitor.get(await approve(wechat, url))).status).toBe(200);
  });

  it('may be overridden for embed(), too', async () => {
    const strategy = new WithCampaign(options(), profileAsUser);
    const req = { headers: { host: 'shop.example.com' }, session: {}, socket: {} };
    expect(await strategy.embed(req as never)).toMatchObject({ campaign: '春节 & more' });
  });
});

it('userProfile() may be overridden, and the profile of super completed', async () => {
  class WithTenant extends WeChatStrategy {
    override userProfile(
      accessToken: string,
      done: (error?: unknown, profile?: WeChatProfile) => void,
      request?: ProfileRequest,
    ): void {
      super.userProfile(
        accessToken,
        (error, profile) => done(error, profile && { ...profile, displayName: `${profile.displayName}!` }),
        request,
      );
    }
  }
  const visitor = browser(appWith(new WithTenant(options(), profileAsUser)).app);
  const { body } = await visitor.get(await approve(wechat, await beginLogin(visitor)));
  expect(body.user.displayName).toMatch(/.!$/);
});

it('a userProfile() that gives no profile ends the login in an error that says so', async () => {
  class WithoutProfile extends WeChatStrategy {
    override userProfile(_accessToken: string, done: () => void): void {
      done();
    }
  }
  const { app, errors } = appWith(new WithoutProfile(options(), profileAsUser));
  const visitor = browser(app);
  expect((await visitor.get(await approve(wechat, await beginLogin(visitor)))).status).toBe(500);
  expect(errors).toEqual([
    new TypeError('userProfile called done() without a profile: call done(null, profile), or done(error).'),
  ]);
});

describe('what WeChat has no use for is refused with the way that works', () => {
  it.each(['tokenParams', 'parseErrorResponse'] as const)('an override of %s()', (name) => {
    class Overriding extends WeChatStrategy {}
    Object.defineProperty(Overriding.prototype, name, { value: () => ({}) });
    expect(() => new Overriding(options(), profileAsUser)).toThrow(
      new RegExp(`^${name}\\(\\) is overridden, but has no effect on the calls to WeChat: `),
    );
    expect(Reflect.get(OAuth2Strategy.prototype, name)).toBeInstanceOf(Function);
  });

  it.each([
    ['setAgent', /the option axios|HTTPS_PROXY/],
    ['setAuthMethod', /in the query only/],
    ['useAuthorizationHeaderforGET', /in the query only/],
    ['setAccessTokenName', /access_token/],
  ])('_oauth2.%s()', (name, instead) => {
    class Setting extends WeChatStrategy {
      call(): void {
        (this._oauth2 as unknown as Record<string, () => void>)[name]?.();
      }
    }
    const strategy = new Setting(options(), profileAsUser);
    expect(() => strategy.call()).toThrow(TypeError);
    expect(() => strategy.call()).toThrow(instead);
  });
});
