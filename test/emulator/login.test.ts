import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';

const [website, account, mobileApp, miniProgram] = DEFAULT_APPS as [AppLike, AppLike, AppLike, AppLike];
interface AppLike {
  appid: string;
  secret: string;
}

const CALLBACK = 'http://localhost:3000/auth/wechat/callback';
const IN_WECHAT = { 'User-Agent': 'Mozilla/5.0 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI Language/zh_CN' };

const wechat = createEmulator({ pollHold: 50 });
let origin: string;

beforeAll(async () => {
  ({ origin } = await wechat.listen());
});
afterAll(() => wechat.close());

async function qrUuid(state = 'xyz'): Promise<string> {
  const query = new URLSearchParams({
    appid: website.appid,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'snsapi_login',
    state,
  });
  const page = await (await fetch(`${origin}/connect/qrconnect?${query}`)).text();
  return /\/connect\/qrcode\/([\w-]{16})"/.exec(page)?.[1] ?? 'no uuid in the page';
}

async function poll(uuid: string, last = ''): Promise<string> {
  return (await fetch(`${origin}/connect/l/qrconnect?uuid=${uuid}&last=${last}`)).text();
}

async function call(path: string, params: Record<string, string>): Promise<Record<string, unknown>> {
  const reply = await fetch(`${origin}/sns/${path}?${new URLSearchParams(params)}`);
  return (await reply.json()) as Record<string, unknown>;
}

async function exchange(app: AppLike, code: string): Promise<Record<string, string>> {
  const params = { appid: app.appid, secret: app.secret, code, grant_type: 'authorization_code' };
  return (await call('oauth2/access_token', params)) as Record<string, string>;
}

test('a whole QR login: page, scan, approve, poll, exchange, userinfo, refresh, auth', async () => {
  const uuid = await qrUuid();
  expect(await poll(uuid)).toBe("window.wx_errcode=408;window.wx_code='';");
  wechat.phone.scan(uuid);
  expect(await poll(uuid)).toBe("window.wx_errcode=404;window.wx_code='';");
  const { code, url } = wechat.phone.approve(uuid, 'amei');
  expect(await poll(uuid, '404')).toBe(`window.wx_errcode=405;window.wx_code='${code}';`);
  expect(url).toBe(`${CALLBACK}?code=${code}&state=xyz`);

  const token = await exchange(website, code);
  expect(token).toMatchObject({ expires_in: 7200, scope: 'snsapi_login' });
  const { access_token = '', openid = '', unionid, refresh_token = '' } = token;
  const user = await call('userinfo', { access_token, openid });
  expect(user).toMatchObject({ openid, unionid, nickname: '阿梅🌸' });
  expect(await call('auth', { access_token, openid })).toEqual({ errcode: 0, errmsg: 'ok' });
  const refreshed = await call('oauth2/refresh_token', {
    appid: website.appid,
    grant_type: 'refresh_token',
    refresh_token,
  });
  expect(refreshed).toMatchObject({ openid, access_token, refresh_token });
});

test('a whole login inside WeChat: consent page, form, callback, exchange', async () => {
  const query = `appid=${account.appid}&redirect_uri=${encodeURIComponent(CALLBACK)}&response_type=code&scope=snsapi_userinfo&state=s1`;
  const page = await (await fetch(`${origin}/connect/oauth2/authorize?${query}`, { headers: IN_WECHAT })).text();
  const ticket = /name="ticket" value="(\w+)"/.exec(page)?.[1] ?? '';
  const answer = await fetch(`${origin}/connect/oauth2/authorize`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ticket, user: 'dawei', decision: 'allow' }),
  });
  expect(answer.status).toBe(302);
  const callback = new URL(answer.headers.get('location') ?? '');
  expect(callback.searchParams.get('state')).toBe('s1');
  const token = await exchange(account, callback.searchParams.get('code') ?? '');
  expect(token).toMatchObject({ scope: 'snsapi_userinfo' });
});

test('the code of a native app is exchanged like any other', async () => {
  const { code, state } = wechat.phone.sendAuth({ appid: mobileApp.appid, user: 'amei', state: 'n1' });
  expect(state).toBe('n1');
  expect(await exchange(mobileApp, code)).toMatchObject({ scope: 'snsapi_userinfo' });
});

test('the code of a mini program becomes a session', async () => {
  const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid, user: 'amei' });
  const session = await call('jscode2session', {
    appid: miniProgram.appid,
    secret: miniProgram.secret,
    js_code: code,
    grant_type: 'authorization_code',
  });
  expect(Object.keys(session)).toEqual(['openid', 'session_key', 'unionid']);
  expect(Buffer.from(String(session['session_key']), 'base64')).toHaveLength(16);
});
