import https from 'node:https';
import OAuth2Strategy from 'passport-oauth2';
import { WeChatStrategy, type AuthorizationParams, type AuthorizationRequest } from 'passport-wechat-oauth2';
import { account, startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';
import { approve, beginLogin, browser } from '../support/login.js';

const { wechat, origin } = startEmulator();

/** As apps do it with passport-google-oauth20 and others: add to what `super` returns. */
class WithChannel extends WeChatStrategy {
  requests: AuthorizationRequest[] = [];

  override authorizationParams(request: AuthorizationRequest): AuthorizationParams {
    this.requests.push(request);
    return { ...super.authorizationParams(request), channel: '线下 1' };
  }
}

describe('authorizationParams()', () => {
  it('returns WeChat’s parameters in WeChat’s order, appid and never client_id', () => {
    const strategy = new WeChatStrategy(websiteOptions(origin()), profileAsUser);
    const params = strategy.authorizationParams({
      platform: 'website',
      clientID: 'wx1',
      callbackURL: 'https://example.com/cb',
      scope: 'snsapi_login',
      state: 'S',
      lang: 'en',
      connectRedirect: true,
      style: 'black',
    });
    expect(Object.keys(params)).toEqual([
      'appid',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
      'lang',
      'style',
    ]);
  });

  it('may be overridden: what is added stands at the end, encoded once, and the login works', async () => {
    const strategy = new WithChannel(websiteOptions(origin()), profileAsUser);
    const visitor = browser(appWith(strategy).app);
    const start = await beginLogin(visitor);
    expect(start.href).toMatch(/&channel=%E7%BA%BF%E4%B8%8B%201#wechat_redirect$/);
    expect(start.searchParams.has('client_id')).toBe(false);
    expect((await visitor.get(await approve(wechat, start))).status).toBe(200);
    expect(strategy.requests).toEqual([
      expect.objectContaining({ platform: 'website', state: expect.any(String) }),
    ]);
  });

  it('is honoured inside WeChat, too, behind connect_redirect', async () => {
    const options = { ...websiteOptions(origin()), clientID: account.appid, clientSecret: account.secret };
    const strategy = new WithChannel({ ...options, platform: 'officialAccount' }, profileAsUser);
    const start = await beginLogin(browser(appWith(strategy).app));
    expect([...start.searchParams.keys()].slice(-2)).toEqual(['connect_redirect', 'channel']);
  });

  it('is honoured by embed()', async () => {
    const strategy = new WithChannel(websiteOptions(origin()), profileAsUser);
    expect(await strategy.embed({ headers: {}, session: {} } as never)).toMatchObject({ channel: '线下 1' });
  });

  it('ends the login with its error if it throws', async () => {
    class Throwing extends WeChatStrategy {
      override authorizationParams(): never {
        throw new RangeError('no channel');
      }
    }
    const { app, errors } = appWith(new Throwing(websiteOptions(origin()), profileAsUser));
    await browser(app).get('/auth/wechat').expect(500);
    expect(errors).toEqual([new RangeError('no channel')]);
  });
});

describe('what WeChat has no use for is refused in words that name another way', () => {
  it.each([
    ['tokenParams', /interceptor of the option axios/],
    ['parseErrorResponse', /error\.errcode and error\.kind of WeChatAPIError/],
  ])('an override of %s', (name, message) => {
    class Overriding extends WeChatStrategy {}
    Object.defineProperty(Overriding.prototype, name, { value: () => ({}) });
    const make = (): WeChatStrategy => new Overriding(websiteOptions(origin()), profileAsUser);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it.each<[string, unknown[], RegExp]>([
    ['setAgent', [new https.Agent()], /axios\.create\(\{ httpsAgent \}\), or set HTTPS_PROXY/],
    ['useAuthorizationHeaderforGET', [true], /in the query only/],
    ['setAuthMethod', ['Bearer'], /in the query only/],
    ['setAccessTokenName', ['token'], /access_token/],
  ])('a call of _oauth2.%s()', (name, args, message) => {
    const strategy = new WeChatStrategy(websiteOptions(origin()), profileAsUser) as unknown as {
      _oauth2: Record<string, (...args: unknown[]) => void>;
    };
    expect(() => strategy._oauth2[name]?.(...args)).toThrow(TypeError);
    expect(() => strategy._oauth2[name]?.(...args)).toThrow(message);
  });
});

it('an override of userProfile that gives no profile is a TypeError, not a login of nobody', async () => {
  class Forgetful extends WeChatStrategy {
    override userProfile(_token: string, done: (error?: unknown) => void): void {
      done();
    }
  }
  const { app, errors } = appWith(new Forgetful(websiteOptions(origin()), profileAsUser));
  const visitor = browser(app);
  await visitor.get(await approve(wechat, await beginLogin(visitor))).expect(500);
  expect(errors).toEqual([expect.any(TypeError)]);
  expect((errors[0] as Error).message).toMatch(/^userProfile called done\(\) without a profile/);
});

it('the strategy is an OAuth2Strategy, and holds no secret in _oauth2', () => {
  const options = websiteOptions(origin());
  const strategy = new WeChatStrategy(options, profileAsUser);
  expect(strategy).toBeInstanceOf(OAuth2Strategy);
  const { _clientId, _clientSecret } = (strategy as unknown as { _oauth2: Record<string, string> })._oauth2;
  expect([_clientId, _clientSecret]).toEqual([options.clientID, '']);
});
