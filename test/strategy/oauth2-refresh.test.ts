import {
  WeChatAPIError,
  WeChatClient,
  WeChatStrategy,
  type WeChatStrategyOptions,
} from 'passport-wechat-oauth2';
import { mobileApp, startEmulator, website, websiteOptions } from '../support/emulator.js';
import { profileAsUser } from '../support/express-app.js';

// It has no types.
const refresh = jest.requireActual<{
  use: (name: string, strategy: object) => void;
  requestNewAccessToken: (name: string, token: string, done: (...args: unknown[]) => void) => void;
}>('passport-oauth2-refresh');

const { wechat, origin } = startEmulator();

interface Refreshed {
  error: unknown;
  rest: unknown[];
}

/** Refreshes as an application does that uses passport-oauth2-refresh. */
function refreshed(strategy: WeChatStrategy, token: string): Promise<Refreshed> {
  refresh.use('wechat', strategy);
  return new Promise((resolve) => {
    refresh.requestNewAccessToken('wechat', token, (error: unknown, ...rest: unknown[]) =>
      resolve({ error, rest }),
    );
  });
}

const native = (): WeChatStrategyOptions => ({
  ...websiteOptions(origin()),
  clientID: mobileApp.appid,
  clientSecret: mobileApp.secret,
  platform: 'mobileApp',
});

describe('passport-oauth2-refresh', () => {
  it('refreshes tokens at WeChat’s endpoint, without the secret', async () => {
    const client = new WeChatClient({
      clientID: mobileApp.appid,
      clientSecret: mobileApp.secret,
      apiOrigin: origin(),
    });
    const {
      access_token,
      refresh_token = '',
      openid,
    } = await client.exchangeCode(wechat.phone.sendAuth({ appid: mobileApp.appid }).code);
    wechat.clock.advance(3 * 3_600_000); // beyond the life of the access token
    const { error, rest } = await refreshed(new WeChatStrategy(native(), profileAsUser), refresh_token);
    expect(error).toBeNull();
    expect(rest).toEqual([expect.any(String), refresh_token, expect.objectContaining({ openid })]);
    expect(rest[0]).not.toBe(access_token);
    const last = wechat.requests.at(-1);
    expect([last?.endpoint, Object.keys(last?.query ?? {})]).toEqual([
      'refresh_token',
      ['appid', 'grant_type', 'refresh_token'],
    ]);
  });

  it('passes WeChat’s refusal on', async () => {
    const { error } = await refreshed(new WeChatStrategy(native(), profileAsUser), 'stale');
    expect(error).toBeInstanceOf(WeChatAPIError);
    expect(error).toMatchObject({ errcode: 40030, kind: 'token', endpoint: 'refresh_token' });
  });

  it('is refused under resolveApp, where it cannot know the app of a token', async () => {
    const { clientID: _id, clientSecret: _secret, ...options } = websiteOptions(origin());
    const many = new WeChatStrategy(
      {
        ...options,
        resolveApp: () => ({ clientID: website.appid, clientSecret: website.secret }),
      } as WeChatStrategyOptions,
      profileAsUser,
    );
    const { error } = await refreshed(many, 'token');
    expect((error as Error).message).toMatch(/use WeChatClient/);
  });
});

it('_oauth2.getOAuthAccessToken() is refused for any other grant', async () => {
  const strategy = new WeChatStrategy(native(), profileAsUser) as unknown as {
    _oauth2: {
      getOAuthAccessToken: (code: string, params: object, callback: (error: unknown) => void) => void;
    };
  };
  const error = await new Promise((resolve) => {
    strategy._oauth2.getOAuthAccessToken('code', { grant_type: 'authorization_code' }, resolve);
  });
  expect(error).toBeInstanceOf(TypeError);
  expect(wechat.requests).toEqual([]);
});
