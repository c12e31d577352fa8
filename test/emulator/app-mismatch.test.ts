import { account, Client, miniProgram, mobileApp, startClient, website } from '../support/emulator-client.js';

const shop = {
  ...website,
  name: '商店',
  nameEn: 'Shop',
  domains: ['login.example.com', 'dev.example.com:8080'],
};
const client = startClient({ apps: [shop, account, mobileApp, miniProgram], requireUserAgent: false });
const { wechat } = client;

type Params = Record<string, string>;

/** The error page as people read it, in English; what it says is in the trace of the login too. */
async function refused(open: (params: Params) => Promise<Response>, params: Params): Promise<string> {
  const [english, chinese] = [await read('en'), await read('cn')];
  const [step] = wechat.logins[0]?.steps ?? [];
  expect(step).toMatchObject({ ok: false });
  for (const line of step?.hint?.en.split('\n') ?? []) expect(english).toContain(`<p>${line}</p>`);
  for (const line of step?.hint?.zh.split('\n') ?? []) expect(chinese).toContain(`<p>${line}</p>`);
  return english;

  async function read(lang: string): Promise<string> {
    return (await (await open({ ...params, lang })).text()).replaceAll('&#39;', "'");
  }
}

const qrPage = (params: Params) => client.qrPage(params);
const authorize = (params: Params) => client.authorize(params);

describe('an appid on the page of another kind of app: what it is, what is needed, where it logs in', () => {
  const onQrPage = { show: qrPage, needs: 'a website application' };
  const inWeChat = { show: authorize, needs: 'an official account' };

  test.each([
    [account, 'an official account', onQrPage, 'at connect/oauth2/authorize, inside WeChat'],
    [mobileApp, 'a mobile app', onQrPage, 'SendAuth'],
    [miniProgram, 'a mini program', onQrPage, 'wx.login'],
    [website, 'a website application', inWeChat, 'at connect/qrconnect with scope snsapi_login'],
    [mobileApp, 'a mobile app', inWeChat, 'SendAuth'],
  ])('$platform', async ({ appid, platform }, kind, { show, needs }, way) => {
    const page = await refused(show, { appid });
    expect(page).toContain(`${appid} is the appid of ${kind}`);
    expect(page).toContain(`needs that of ${needs}`);
    expect(page).toContain(way);
    expect(page).toContain(`platform: '${platform}'`);
  });
});

describe('the scope of another kind of app: what came, and what it must be', () => {
  test('qrconnect', async () => {
    const page = await refused(qrPage, { scope: 'snsapi_userinfo' });
    expect(page).toContain('scope is snsapi_userinfo');
    expect(page).toContain('it must be snsapi_login');
    expect(page).toContain('change appid and scope together');
  });

  test('oauth2/authorize', async () => {
    const page = await refused(authorize, { scope: 'snsapi_login' });
    expect(page).toContain('scope is snsapi_login');
    expect(page).toContain('it must be snsapi_base or snsapi_userinfo');
    expect(page).toContain('change appid and scope together');
  });
});

describe('10003: the host that came, the domains of the app, where to set them', () => {
  test.each([
    ['https://other.example.org/cb', 'other.example.org'],
    ['https://sub.login.example.com/cb', 'sub.login.example.com'],
    ['https://other.example.org:8443/cb', 'other.example.org:8443'],
    ['http://dev.example.com:3000/cb', 'dev.example.com:3000'],
    ['http://localhost:3000/cb', 'localhost:3000'],
    ['http://localhost/cb', 'localhost'],
  ])('%s', async (redirect_uri, host) => {
    const page = await refused(qrPage, { redirect_uri });
    expect(page).toContain('10003');
    expect(page).toContain(`The host of redirect_uri is ${host}`);
    expect(page).toContain(`The domains of Shop (${shop.appid}): login.example.com, dev.example.com:8080.`);
    expect(page).toContain(`add '${host}' to the app's domains`);
    expect(page).toContain('createEmulator({ apps })');
    expect(page).toContain('--config');
  });

  test('an app without domains', async () => {
    const bare = new Client({ apps: [{ ...website, name: '商店', nameEn: 'Shop', domains: [] }] });
    await bare.listen();
    const page = await (await bare.qrPage({ lang: 'en' })).text();
    expect(page).toContain(`Shop (${website.appid}) has no domains.`);
    await bare.wechat.close();
  });
});
