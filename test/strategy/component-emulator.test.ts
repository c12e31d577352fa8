import { DEFAULT_COMPONENTS } from 'wechat-login-emulator';
import { WeChatClient, WeChatStrategy } from 'passport-wechat-oauth2';
import { account, startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser, type TestApp } from '../support/express-app.js';
import { beginLogin, browser, local } from '../support/login.js';
import { WECHAT_UA } from '../support/user-agent.js';

// Whole logins of an account that has authorized a third-party platform, at the emulator.
const { wechat, origin } = startEmulator();
const [platform] = DEFAULT_COMPONENTS;

const authorized = {
  clientID: account.appid,
  component: { clientID: platform.appid, accessToken: (): string => wechat.component.accessToken() },
};

function site(component = authorized.component): TestApp {
  const { clientID, clientSecret, ...rest } = websiteOptions(origin());
  return appWith(
    new WeChatStrategy(
      { ...rest, clientID, clientSecret, officialAccount: { ...authorized, component } },
      profileAsUser,
    ),
  );
}

/** Opens the app's login in WeChat and agrees. Returns the callback. */
async function agree(visitor: ReturnType<typeof browser>): Promise<URL> {
  const authorize = await beginLogin(visitor, undefined, { 'User-Agent': WECHAT_UA });
  expect(authorize.searchParams.get('component_appid')).toBe(platform.appid);
  return new URL(wechat.phone.open(authorize.href, { user: 'amei' }).url ?? '');
}

it('logs in inside WeChat, without the account’s secret', async () => {
  const visitor = browser(site().app);
  const callback = await agree(visitor);
  expect(callback.searchParams.get('appid')).toBe(account.appid);
  const { status, body } = await visitor.get(local(callback.href)).set('User-Agent', WECHAT_UA);
  expect([status, body.user]).toEqual([
    200,
    expect.objectContaining({ displayName: '阿梅🌸', clientID: account.appid }),
  ]);
  expect(wechat.logins).toMatchObject([{ appid: account.appid, outcome: 'done' }]);
});

it('refuses the response to another account’s login, and leaves its code unspent', async () => {
  const visitor = browser(site().app);
  const callback = await agree(visitor);
  const code = callback.searchParams.get('code') ?? '';
  callback.searchParams.set('appid', 'wx0000000000000000');
  const { status } = await visitor.get(local(callback.href)).set('User-Agent', WECHAT_UA);
  expect(status).toBe(403);
  const client = new WeChatClient({ ...authorized, apiOrigin: origin() });
  expect(await client.exchangeCode(code)).toHaveProperty('openid');
});

it('asks for the platform’s token at each exchange, so that a renewed one is used', async () => {
  const accessToken = jest
    .fn<string, []>()
    .mockReturnValueOnce('expired')
    .mockImplementation(() => wechat.component.accessToken());
  const { app, errors } = site({ clientID: platform.appid, accessToken });
  const first = browser(app);
  expect((await first.get(local((await agree(first)).href)).set('User-Agent', WECHAT_UA)).status).not.toBe(
    200,
  );
  expect(errors[0]).toMatchObject({ name: 'WeChatAPIError', errcode: 40001 });
  const second = browser(app);
  expect((await second.get(local((await agree(second)).href)).set('User-Agent', WECHAT_UA)).status).toBe(200);
  expect(accessToken).toHaveBeenCalledTimes(2);
});
