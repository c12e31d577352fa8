import { channel } from 'node:diagnostics_channel';
import { WeChatClient, WeChatStrategy, type WeChatRequestMessage } from 'passport-wechat-oauth2';
import { act } from '../support/act.js';
import { miniProgram, mobileApp, startEmulator } from '../support/emulator.js';
import { ended } from '../support/wechat-calls.js';

const { wechat, origin } = startEmulator();
const RID = '6aac007a-6c02c771-26bf69c4';

it.each<['mobileApp' | 'miniProgram', 'access_token' | 'jscode2session']>([
  ['mobileApp', 'access_token'],
  ['miniProgram', 'jscode2session'],
])(
  '40001 of the exchange means the AppSecret, and is an error of the configuration: %s',
  async (platform, endpoint) => {
    wechat.faults.next(endpoint, { errcode: 40001 });
    const { appid, secret } = platform === 'mobileApp' ? mobileApp : miniProgram;
    const strategy = new WeChatStrategy(
      { clientID: appid, clientSecret: secret, platform, apiOrigin: origin() },
      async (_accessToken, _refreshToken, profile) => profile,
    );
    const { code } =
      platform === 'mobileApp' ? wechat.phone.sendAuth({ appid }) : wechat.phone.wxLogin({ appid });
    const [action, error] = await act(strategy, { headers: {}, query: {}, body: { code } });
    expect(action).toBe('error');
    expect(error).toMatchObject({ errcode: 40001, kind: 'config', status: 500 });
    expect((error as Error).message).toMatch(/The AppSecret is wrong/);
  },
);

it('40001 of userinfo means the token', async () => {
  for (let i = 0; i < 2; i++) wechat.faults.next('userinfo', { errcode: 40001 });
  const client = new WeChatClient({
    clientID: mobileApp.appid,
    clientSecret: mobileApp.secret,
    apiOrigin: origin(),
  });
  const { error } = await ended(client.userInfo('T', 'o'));
  expect(error).toMatchObject({ kind: 'token', status: 401 });
  expect((error as Error).message).not.toMatch(/AppSecret/);
});

it('40242, a mini program’s code at another endpoint, is an error of the configuration that names the cure', async () => {
  wechat.faults.next('access_token', { errcode: 40242 });
  const strategy = new WeChatStrategy(
    {
      clientID: mobileApp.appid,
      clientSecret: mobileApp.secret,
      platform: 'mobileApp',
      apiOrigin: origin(),
    },
    async (_accessToken, _refreshToken, profile) => profile,
  );
  const [action, error] = await act(strategy, { headers: {}, query: {}, body: { code: 'C' } });
  expect(action).toBe('error');
  expect(error).toMatchObject({ errcode: 40242, kind: 'config' });
  expect((error as Error).message).toMatch(/platform: 'miniProgram'/);
});

it.each([
  [40029, 'code', 401],
  [40163, 'code', 401],
  [40226, 'blocked', 403],
])(
  'a failure of errcode %i says so, with the rid, to the app and to the diagnostics channel',
  async (errcode, reason, status) => {
    const messages: WeChatRequestMessage[] = [];
    const listen = (message: unknown): void => void messages.push(message as WeChatRequestMessage);
    const requests = channel('passport-wechat-oauth2:request');
    requests.subscribe(listen);
    wechat.faults.next('access_token', { body: JSON.stringify({ errcode, errmsg: `no, rid: ${RID}` }) });
    const strategy = new WeChatStrategy(
      {
        clientID: mobileApp.appid,
        clientSecret: mobileApp.secret,
        platform: 'mobileApp',
        apiOrigin: origin(),
      },
      async (_accessToken, _refreshToken, profile) => profile,
    );
    const [action, info, sent] = await act(strategy, { headers: {}, query: {}, body: { code: 'C' } });
    requests.unsubscribe(listen);
    expect([action, sent]).toEqual(['fail', status]);
    expect(info).toEqual({ message: expect.any(String), reason, errcode, rid: RID });
    expect(messages).toEqual([expect.objectContaining({ errcode, rid: RID, status: 200 })]);
  },
);
