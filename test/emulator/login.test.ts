import { account, CALLBACK, miniProgram, mobileApp, startClient } from '../support/emulator-client.js';

const client = startClient();
const { wechat } = client;

test('a whole QR login: page, scan, approve, poll, exchange, userinfo, refresh, auth', async () => {
  const uuid = await client.uuid();
  expect(await client.poll(uuid)).toBe("window.wx_errcode=408;window.wx_code='';");
  wechat.phone.scan(uuid);
  expect(await client.poll(uuid)).toBe("window.wx_errcode=404;window.wx_code='';");
  const { code, url } = wechat.phone.approve(uuid, 'amei');
  expect(await client.poll(uuid, '404')).toBe(`window.wx_errcode=405;window.wx_code='${code}';`);
  expect(url).toBe(`${CALLBACK}?code=${code}&state=xyz`);

  const token = await client.exchange(code);
  expect(token).toMatchObject({ expires_in: 7200, scope: 'snsapi_login' });
  const { access_token, openid, unionid, refresh_token } = token;
  expect(await client.userinfo(token)).toMatchObject({ openid, unionid, nickname: '阿梅🌸' });
  expect(await client.sns('auth', { access_token, openid })).toEqual({ errcode: 0, errmsg: 'ok' });
  expect(await client.refresh(refresh_token)).toMatchObject({ openid, access_token, refresh_token });
});

test('a whole QR login with the pages alone: the phone opens the code and sends the form', async () => {
  const uuid = await client.uuid();
  const phone = await client.text(`/connect/confirm?uuid=${uuid}`);
  expect(phone).toContain('示例网站');
  expect(await client.poll(uuid)).toContain('wx_errcode=404;');
  await client.form('/connect/confirm', { uuid, user: 'dawei', decision: 'allow' });
  const code = /wx_errcode=405;window.wx_code='(\w+)'/.exec(await client.poll(uuid))?.[1] ?? '';
  expect(await client.userinfo(await client.exchange(code))).toMatchObject({ nickname: '大伟 👨‍👩‍👧' });
});

test('a whole login inside WeChat: consent page, form, callback, exchange', async () => {
  const page = await (await client.authorize()).text();
  const ticket = /name="ticket" value="(\w+)"/.exec(page)?.[1] ?? '';
  const answer = await client.form('/connect/oauth2/authorize', { ticket, user: 'dawei', decision: 'allow' });
  expect(answer.status).toBe(302);
  const callback = new URL(answer.headers.get('location') ?? '');
  expect(callback.searchParams.get('state')).toBe('s1');
  const token = await client.exchange(callback.searchParams.get('code') ?? '', account);
  expect(token).toMatchObject({ scope: 'snsapi_userinfo' });
});

test('the code of a native app is exchanged like any other', async () => {
  const { code, state } = wechat.phone.sendAuth({ appid: mobileApp.appid, user: 'amei', state: 'n1' });
  expect(state).toBe('n1');
  expect(await client.exchange(code, mobileApp)).toMatchObject({ scope: 'snsapi_userinfo' });
});

test('the code of a mini program becomes a session', async () => {
  const { appid, secret } = miniProgram;
  const { code: js_code } = wechat.phone.wxLogin({ appid, user: 'amei' });
  const session = await client.sns('jscode2session', {
    appid,
    secret,
    js_code,
    grant_type: 'authorization_code',
  });
  expect(Object.keys(session)).toEqual(['openid', 'session_key', 'unionid']);
  expect(Buffer.from(String(session['session_key']), 'base64')).toHaveLength(16);
});

test('one user has an openid for each app, and one unionid for all of an open platform account', async () => {
  const web = await client.login('amei');
  const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid, user: 'amei' });
  const native = await client.exchange(code, mobileApp);
  expect(native.unionid).toBe(web.unionid);
  expect(native.openid).not.toBe(web.openid);
  expect(web.openid).toMatch(/^o[\w-]{27}$/);
  expect((await client.login('dawei')).unionid).not.toBe(web.unionid);
  expect((await client.login('amei')).openid).toBe(web.openid);
});
