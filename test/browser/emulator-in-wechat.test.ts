import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { WECHAT_UA } from '../support/user-agent.js';
import { callbackSite, type CallbackSite } from './callback-site.js';
import { describeEngines } from './engines/describe-engines.js';
import { arrive, type Tab } from './engines/engine.js';

const [, { appid, secret }] = DEFAULT_APPS;

describeEngines('the consent page inside WeChat', ({ visitor }) => {
  const wechat = createEmulator();
  let origin: string;
  let site: CallbackSite;
  let page: Tab;

  beforeAll(async () => {
    ({ origin } = await wechat.listen());
    site = await callbackSite();
  });
  afterAll(async () => {
    await site.close();
    await wechat.close();
  });
  beforeEach(async () => {
    wechat.reset();
    page = await (await visitor({ userAgent: WECHAT_UA })).tab();
  });

  function address(scope: string, more = ''): string {
    const redirect = encodeURIComponent(`${site.callback}#/route`);
    return `${origin}/connect/oauth2/authorize?appid=${appid}&redirect_uri=${redirect}&response_type=code&scope=${scope}&state=s${more}#wechat_redirect`;
  }

  async function tokenReply(): Promise<Record<string, unknown>> {
    const code = new URL(await page.url()).searchParams.get('code') ?? '';
    const query = `appid=${appid}&secret=${secret}&code=${code}&grant_type=authorization_code`;
    const reply = await fetch(`${origin}/sns/oauth2/access_token?${query}`);
    return (await reply.json()) as Record<string, unknown>;
  }

  test('choose somebody, allow: the code comes before the fragment', async () => {
    await page.goto(address('snsapi_userinfo'));
    await page.click('input[value="dawei"]');
    await page.click('button[value="allow"]');
    await arrive(page, /\/callback\?code=[^&]+&state=s#\/route$/);
    await page.see('#came_back');
    expect(wechat.logins[0]?.user).toBe('dawei');
  });

  test('after a refusal the browser stays at WeChat', async () => {
    await page.goto(address('snsapi_userinfo'));
    await page.click('button[value="cancel"]');
    await page.see('.page_msg h4');
    expect(new URL(await page.url()).origin).toBe(origin);
  });

  test('snsapi_base shows no page', async () => {
    await page.goto(address('snsapi_base'));
    await arrive(page, /\/callback\?code=/);
    expect(await page.text('#came_back')).toBe('back at the app');
  });

  test.each([
    ['allow', 1],
    ['full', undefined],
  ])('on the snapshot page, %s gives is_snapshotuser %s', async (decision, flag) => {
    await page.goto(address('snsapi_userinfo', '&forceSnapShot=true'));
    await page.see('.snapshot_note');
    await page.click(`button[value="${decision}"]`);
    await arrive(page, /\/callback\?code=/);
    expect((await tokenReply())['is_snapshotuser']).toBe(flag);
  });

  test('another browser is told to open it in WeChat, and what to do', async () => {
    const desktop = await (await visitor()).tab();
    await desktop.goto(address('snsapi_userinfo'));
    expect(await desktop.text('h4')).toBe('Please open this link in WeChat');
    expect(await desktop.text('.fix')).toContain('MicroMessenger');
  });
});
