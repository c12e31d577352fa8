import type { WeChatEndpoint, WeChatTokenReply } from 'passport-wechat-oauth2';
import { WeChatClient, WeChatResponseError } from 'passport-wechat-oauth2';
import { attempts, ENDPOINTS } from '../support/wechat-calls.js';
import { mobileApp, startEmulator } from '../support/emulator.js';

const { wechat, origin } = startEmulator();

const WRONG: unknown[] = [
  null,
  0,
  1,
  -1.5,
  1e300,
  true,
  false,
  '',
  [],
  ['x'],
  [[1]],
  {},
  { toString: 1, valueOf: 1 },
  { __proto__: null, openid: 'o' },
];

/** The fields that a login needs. */
const NEEDED: Record<WeChatEndpoint, string[]> = {
  access_token: ['access_token', 'openid'],
  userinfo: ['openid'],
  jscode2session: ['openid', 'session_key'],
  refresh_token: ['access_token', 'openid'],
  auth: ['errcode'],
};

/** The fields that a login can do without. */
const OPTIONAL: Record<WeChatEndpoint, string[]> = {
  access_token: ['expires_in', 'refresh_token', 'scope', 'unionid', 'is_snapshotuser', 'errmsg'],
  userinfo: ['nickname', 'sex', 'headimgurl', 'unionid', 'privilege', 'language', 'country'],
  jscode2session: ['unionid', 'expires_in'],
  refresh_token: ['expires_in', 'refresh_token', 'scope', 'unionid'],
  auth: ['openid'],
};

const LASTING = 3;

describe.each(ENDPOINTS)('%s', (endpoint) => {
  const attempt = (): ReturnType<typeof attempts>[WeChatEndpoint] =>
    attempts(wechat, origin(), { apiOrigin: origin(), timeout: 10_000 })[endpoint];

  it.each(NEEDED[endpoint])('fails if %s is missing or nonsense', async (field) => {
    const wrong = WRONG.filter((value) => !(endpoint === 'auth' && value === 0)).map((value) => ({
      fields: { [field]: value },
    }));
    const run = attempt();
    for (const fault of [{ omit: [field] }, ...wrong]) {
      for (let i = 0; i < LASTING; i++) wechat.faults.next(endpoint, fault);
      const { error } = await run();
      // WeChat's own errcodes are numbers, so those are taken for one.
      const typed = endpoint === 'auth' ? /^WeChat(Response|API)Error$/ : /^WeChatResponseError$/;
      expect((error as Error | undefined)?.name).toMatch(typed);
      wechat.faults.clear();
    }
    expect((await run()).error).toBeUndefined();
  });

  it.each(OPTIONAL[endpoint])('tolerates nonsense in %s', async (field) => {
    const run = attempt();
    const usual = await run();
    for (const value of WRONG) {
      for (let i = 0; i < LASTING; i++) wechat.faults.next(endpoint, { fields: { [field]: value } });
      const { error, failed, result } = await run();
      wechat.faults.clear();
      if (error !== undefined) {
        // The one nonsense that is not ignored: ids that contradict each other.
        expect([field, error]).toEqual(['unionid', expect.any(WeChatResponseError)]);
      } else if (failed !== undefined) {
        expect([field, failed]).toEqual(['is_snapshotuser', 403]);
      } else if (typeof usual.result === 'string') {
        expect(result).toBe(usual.result);
      }
    }
  });
});

it('token fields of a wrong type are converted or left out', async () => {
  const client = new WeChatClient({
    clientID: mobileApp.appid,
    clientSecret: mobileApp.secret,
    apiOrigin: origin(),
  });
  const exchanged = (fields: object): Promise<WeChatTokenReply> => {
    wechat.faults.next('access_token', { fields: fields as Record<string, unknown> });
    return client.exchangeCode(wechat.phone.sendAuth({ appid: mobileApp.appid }).code);
  };
  expect(
    await exchanged({ expires_in: '7200', refresh_token: 7, scope: ['snsapi_login'], unionid: '' }),
  ).toEqual({
    access_token: expect.any(String) as unknown,
    openid: expect.any(String) as unknown,
    expires_in: 7200,
    scope: '',
  });
  expect(await exchanged({ expires_in: 'soon', is_snapshotuser: 0 })).toMatchObject({ expires_in: 0 });
  expect(await exchanged({ is_snapshotuser: '1' })).toMatchObject({ is_snapshotuser: 1 });
});
