import { WeChatAPIError, WeChatClient, type WeChatErrorKind } from 'passport-wechat-oauth2';
import { miniProgram, mobileApp, startEmulator, website } from '../support/emulator.js';

const { wechat, origin } = startEmulator();
const HOURS = 3_600_000;
const DAYS = 24 * HOURS;

function clientFor({ appid, secret }: { appid: string; secret: string }): WeChatClient {
  return new WeChatClient({ clientID: appid, clientSecret: secret, apiOrigin: origin() });
}

async function expectRefusal(call: Promise<unknown>, kind: WeChatErrorKind): Promise<void> {
  const error: unknown = await call.catch((refusal: unknown) => refusal);
  expect(error).toBeInstanceOf(WeChatAPIError);
  expect((error as WeChatAPIError).kind).toBe(kind);
}

describe('WeChatClient', () => {
  const exchange = (client: WeChatClient): ReturnType<WeChatClient['exchangeCode']> =>
    client.exchangeCode(wechat.phone.sendAuth({ appid: mobileApp.appid }).code);

  it('exchanges a code once', async () => {
    const client = clientFor(mobileApp);
    const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid });
    expect(await client.exchangeCode(code)).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 7200,
      openid: expect.stringMatching(/^o/),
      unionid: expect.stringMatching(/^o/),
      scope: 'snsapi_userinfo',
    });
    await expectRefusal(client.exchangeCode(code), 'code');
  });

  it('fetches the profile until the token expires', async () => {
    const client = clientFor(mobileApp);
    const { access_token, openid } = await exchange(client);
    expect(await client.userInfo(access_token, openid, { lang: 'en' })).toMatchObject({
      openid,
      nickname: '阿梅🌸',
    });
    expect(wechat.requests.at(-1)?.query['lang']).toBe('en');
    wechat.clock.advance(3 * HOURS);
    await expectRefusal(client.userInfo(access_token, openid), 'token');
  });

  it('checks whether a token is valid', async () => {
    const client = clientFor(mobileApp);
    const { access_token, openid } = await exchange(client);
    expect(await client.check(access_token, openid)).toBe(true);
    expect(await client.check('no token', openid)).toBe(false);
    expect(await client.check(access_token, 'o-somebody-else')).toBe(false);
    wechat.clock.advance(3 * HOURS);
    expect(await client.check(access_token, openid)).toBe(false);
  });

  it('rejects rather than call a token invalid while WeChat is busy', async () => {
    const client = clientFor(mobileApp);
    const { access_token, openid } = await exchange(client);
    for (let fault = 0; fault < 3; fault++) wechat.faults.next('auth', { errcode: -1 });
    await expectRefusal(client.check(access_token, openid), 'busy');
  });

  it('refreshes a token: the same one while it is valid, then a new one, none once the refresh token has expired', async () => {
    const client = clientFor(mobileApp);
    const { access_token, refresh_token = '', openid } = await exchange(client);
    wechat.clock.advance(1 * HOURS);
    expect((await client.refresh(refresh_token)).access_token).toBe(access_token);
    wechat.clock.advance(3 * HOURS);
    const renewed = await client.refresh(refresh_token);
    expect(renewed.access_token).not.toBe(access_token);
    expect(renewed).not.toHaveProperty('unionid');
    expect(await client.check(renewed.access_token, openid)).toBe(true);
    wechat.clock.advance(31 * DAYS);
    await expectRefusal(client.refresh(refresh_token), 'token');
  });

  it('exchanges the code of a mini program', async () => {
    const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid });
    expect(await clientFor(miniProgram).codeToSession(code)).toEqual({
      openid: expect.stringMatching(/^o/),
      unionid: expect.stringMatching(/^o/),
      session_key: expect.any(String),
    });
  });

  it('reports a wrong secret without showing it', async () => {
    const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid });
    const wrong = clientFor({ appid: mobileApp.appid, secret: website.secret });
    await expectRefusal(wrong.exchangeCode(code), 'config');
    const error = (await wrong.exchangeCode(code).catch((refusal: unknown) => refusal)) as Error;
    expect(error.stack).not.toContain(website.secret);
  });
});
