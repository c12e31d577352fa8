import { authorizationURL, WeChatStrategy, type AuthorizationURLOptions } from 'passport-wechat-oauth2';
import { profileAsUser } from '../support/express-app.js';
import { act } from '../support/act.js';

const OPTIONS: AuthorizationURLOptions = {
  clientID: 'wx9f4a7c2b6d8e1035',
  callbackURL: 'https://example.com/auth/wechat/callback?shop=1',
  state: 'a-state_of-36',
};

/** Where the strategy sends a user with these options. */
async function strategysURL({
  clientID,
  callbackURL,
  state,
  ...more
}: AuthorizationURLOptions): Promise<unknown> {
  const { platform, scope, openOrigin, connectRedirect, component, ...page } = more;
  const proof = component ? { component: { ...component, accessToken: () => 'T' } } : { clientSecret: 's' };
  const options = {
    clientID,
    callbackURL,
    platform,
    scope,
    openOrigin,
    connectRedirect,
    ...proof,
    state: false,
  };
  const strategy = new WeChatStrategy(options as never, profileAsUser);
  const [, url] = await act(strategy, { headers: {}, url: '/' }, { ...page, state });
  return url;
}

describe('authorizationURL()', () => {
  it.each<Partial<AuthorizationURLOptions>>([
    {},
    { scope: 'snsapi_base' },
    { platform: 'officialAccount', forcePopup: true, forceSnapShot: false, connectRedirect: false },
    {
      platform: 'website',
      lang: 'en',
      style: 'white',
      href: 'https://example.com/a b.css',
      self_redirect: true,
    },
    { stylelite: 1, fast_login: 0, openOrigin: 'https://relay.example.com' },
    { component: { clientID: 'wxcomponent' } },
  ])('is the URL that the strategy sends to: %j', async (more) => {
    const options = { ...OPTIONS, ...more };
    expect(authorizationURL(options)).toBe(await strategysURL(options));
  });

  it('is WeChat’s page, with its parameters in its order', () => {
    expect(authorizationURL(OPTIONS)).toBe(
      'https://open.weixin.qq.com/connect/qrconnect?appid=wx9f4a7c2b6d8e1035' +
        '&redirect_uri=https%3A%2F%2Fexample.com%2Fauth%2Fwechat%2Fcallback%3Fshop%3D1' +
        '&response_type=code&scope=snsapi_login&state=a-state_of-36#wechat_redirect',
    );
  });

  it.each<[string, object, RegExp]>([
    ['no state', { state: undefined }, /^state must be a non-empty string/],
    ['a state that WeChat does not take', { state: 'a b' }, /it must be a string of 1 to 128 characters/],
    ['a state that is too long', { state: 'a'.repeat(129) }, /1 to 128 characters/],
    ['no AppID', { clientID: '' }, /^clientID is missing/],
    [
      'the AppSecret in its place',
      { clientID: '0123456789abcdef'.repeat(2) },
      /^clientID looks like its counterpart/,
    ],
    ['no callbackURL', { callbackURL: undefined }, /^callbackURL must be a string/],
    ['a relative callbackURL', { callbackURL: '/callback' }, /^callbackURL must be absolute here/],
    ['a callbackURL with a fragment', { callbackURL: 'https://example.com/#/cb' }, /has a fragment/],
    ['a platform without a page', { platform: 'mobileApp' }, /use one of website, officialAccount/],
    [
      'a scope of the other platform',
      { platform: 'website', scope: 'snsapi_base' },
      /does not exist on platform/,
    ],
    ['an unknown language', { lang: 'de' }, /lang "de" is unknown/],
    ['another parameter in a page option', { style: 'black&appid=x' }, /is none of WeChat's values/],
    ['an origin with a path', { openOrigin: 'https://example.com/x' }, /openOrigin must be an origin/],
    ['a component without its AppID', { component: {} }, /^component\.clientID is missing/],
  ])('is a TypeError for %s', (_name, wrong, message) => {
    const options = { ...OPTIONS, ...wrong } as AuthorizationURLOptions;
    expect(() => authorizationURL(options)).toThrow(TypeError);
    expect(() => authorizationURL(options)).toThrow(message);
  });
});
