import { createEmulator, DEFAULT_USERS, type Emulator } from 'wechat-login-emulator';
import { approve, beginLogin, local, type Browser } from '../support/login.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { startExample, type RunningApp } from './running-app.js';
import { logIn, visitor } from './visitor.js';

const secret = '10000000000000000000000000000001';

let wechat: Emulator;
let app: RunningApp;
let browser: Browser;

beforeAll(async () => {
  wechat = createEmulator({
    users: [...DEFAULT_USERS, { name: 'split', nickname: '李雷👨‍👩‍👧🍵', headimgurl: '', unionKey: 'split' }],
  });
  const { origin } = await wechat.listen();
  app = await startExample({ EMULATOR_URL: origin });
});

afterAll(async () => {
  await wechat.close();
  await app.stop();
});

beforeEach(() => {
  wechat.reset();
  browser = visitor(app.origin);
});

describe('a login', () => {
  it('ends on the greeting, with the name and the picture', async () => {
    expect(await logIn(browser, wechat, 'amei')).toBe('/');
    const home = await browser.get('/').expect(200);
    expect(home.text).toContain('Hello, 阿梅🌸');
    expect(home.text).toMatch(/<img src="[^"]+" alt="" referrerpolicy="no-referrer">/);
  });

  it('shows a nickname whole that arrived in pieces, cut inside a character', async () => {
    const callback = await approve(wechat, await beginLogin(browser), 'split');
    wechat.faults.next('userinfo', { split: true });
    await browser.get(callback).expect(302);
    expect((await browser.get('/')).text).toContain('Hello, 李雷👨‍👩‍👧🍵');
  });

  it('shows a nickname for what it is, also when it looks like markup', async () => {
    await logIn(browser, wechat, 'markup');
    const { text } = await browser.get('/');
    expect(text).toContain('&lt;b&gt;');
    expect(text).not.toContain('<b>');
  });

  it.each([
    ['no-nickname', 'Hello, WeChat user'],
    ['no-picture', 'Hello, 没有头像'],
  ])('greets %s', async (user, greeting) => {
    await logIn(browser, wechat, user);
    expect((await browser.get('/')).text).toContain(greeting);
  });

  it('gives the visitor a new session', async () => {
    const before = (await browser.get('/login')).get('Set-Cookie')?.[0] ?? '';
    const callback = await approve(wechat, await beginLogin(browser), 'amei');
    const after = (await browser.get(callback)).get('Set-Cookie')?.[0] ?? '';
    expect(after).toMatch(/^session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(after.split(';')[0]).not.toBe(before.split(';')[0]);
    const planted = visitor(app.origin, { Cookie: before.split(';')[0] ?? '' });
    await planted.get('/').expect(302);
  });

  it('asks WeChat for its page in the language of the visitor', async () => {
    const page = await beginLogin(browser);
    expect(page.searchParams.get('lang')).toBe('en');
  });

  it('goes on to the page that was asked for', async () => {
    const asked = await browser.get('/account?x=1').expect(302);
    expect(asked.get('Location')).toBe('/login?returnTo=%2Faccount%3Fx%3D1');
    const login = await browser.get(asked.get('Location') ?? '');
    const start = /href="(\/auth\/wechat\?[^"]+)"/.exec(login.text)?.[1] ?? '';
    expect(await logIn(browser, wechat, 'amei', start)).toBe('/account?x=1');
  });

  it('does not go on to another site', async () => {
    expect(await logIn(browser, wechat, 'amei', '/auth/wechat?returnTo=//evil.example')).toBe('/');
  });

  it('leads home when its callback is called again', async () => {
    const callback = await approve(wechat, await beginLogin(browser), 'amei');
    await browser.get(callback).expect(302);
    const again = await browser.get(callback).expect(302);
    expect(again.get('Location')).toBe('/');
    expect((await browser.get('/')).text).toContain('阿梅');
  });

  it('is not disturbed by a second tab, nor by a forged answer', async () => {
    const first = await approve(wechat, await beginLogin(browser), 'amei');
    await beginLogin(browser);
    await browser.get('/auth/wechat/callback?code=forged&state=forged').expect(403);
    await browser.get(first).expect(302);
    expect((await browser.get('/')).text).toContain('阿梅');
  });

  it('is not titled twice', async () => {
    await logIn(browser, wechat, 'amei');
    expect((await browser.get('/')).text).toContain('<title>WeChat login example</title>');
    expect((await browser.get('/account')).text).toContain(
      '<title>Your account · WeChat login example</title>',
    );
  });

  it('happens with one tap inside WeChat, through the official account', async () => {
    const phone = visitor(app.origin, { 'User-Agent': WECHAT_UA });
    const page = await phone.get('/login').expect(200);
    expect(page.text).toContain('Log in with WeChat');
    expect(page.text).not.toContain('wechat-qr');
    const start = await phone.get('/auth/wechat').expect(302);
    const { url } = wechat.phone.open(start.get('Location') ?? '', { user: 'amei' });
    await phone.get(local(url ?? '')).expect(302);
    expect((await phone.get('/')).text).toContain('阿梅');
  });
});

describe('a login that fails', () => {
  async function failed(path: string, language = 'en'): Promise<{ status: number; text: string }> {
    return browser.get(path).set('Accept-Language', language);
  }

  it.each([
    ['en', 'Login cancelled'],
    ['zh-CN,zh;q=0.9', '已取消登录'],
    ['zh-TW', '已取消登录'],
    ['fr', 'Login cancelled'],
  ])('says so in the language of the visitor: %s', async (language, title) => {
    const { text } = await failed('/auth/wechat/callback?state=any', language);
    expect(text).toContain(title);
  });

  it('because the visitor refused', async () => {
    expect(await failed('/auth/wechat/callback?code=authdeny&state=any')).toMatchObject({
      status: 401,
      text: expect.stringContaining('You did not allow the login') as string,
    });
  });

  it('because it was started in another browser', async () => {
    const callback = await approve(wechat, await beginLogin(visitor(app.origin)), 'amei');
    expect(await failed(callback)).toMatchObject({
      status: 403,
      text: expect.stringContaining('started in another browser') as string,
    });
    await browser.get('/').expect(302);
  });

  it('because what came back is damaged', async () => {
    expect(await failed('/auth/wechat/callback?code=1&code=2&state=any')).toMatchObject({
      status: 400,
      text: expect.stringContaining('is damaged') as string,
    });
  });

  it('because the code is too old', async () => {
    const callback = await approve(wechat, await beginLogin(browser), 'amei');
    wechat.clock.advance(11 * 60_000);
    expect(await failed(callback)).toMatchObject({
      status: 401,
      text: expect.stringContaining('Login expired') as string,
    });
  });

  it('because WeChat blocks the visitor', async () => {
    const callback = await approve(wechat, await beginLogin(browser), 'amei');
    wechat.faults.next('access_token', { errcode: 50002 });
    expect(await failed(callback)).toMatchObject({
      status: 403,
      text: expect.stringContaining('WeChat refused this login') as string,
    });
  });

  it('because WeChat shows a snapshot of the page', async () => {
    const phone = visitor(app.origin, { 'User-Agent': WECHAT_UA });
    const start = await phone.get('/auth/wechat');
    const { url } = wechat.phone.open(`${start.get('Location') ?? ''}`.replace('#', '&forceSnapShot=true#'));
    const end = await phone.get(local(url ?? '')).expect(403);
    expect(end.text).toContain('Please open the full page');
  });

  it.each([
    ['the secret is wrong', { errcode: 40125 }, 500, 'Something is broken here', '40125'],
    ['WeChat is busy', { errcode: -1 }, 503, 'try again in a moment', 'system error'],
    ['WeChat cannot be reached', { drop: 'before' }, 502, 'try again in a moment', 'ECONNRESET'],
    ['WeChat answers with a page', { html: true }, 502, 'try again in a moment', 'not usable'],
  ] as const)(
    'because %s: told to the developer, not to the visitor',
    async (_why, fault, status, title, log) => {
      const callback = await approve(wechat, await beginLogin(browser), 'amei');
      const code = new URLSearchParams(callback.split('?')[1]).get('code') ?? '';
      const before = app.output().length;
      wechat.faults.next('access_token', fault);
      const page = await failed(callback);
      expect(page).toMatchObject({ status, text: expect.stringContaining(title) as string });
      // Where a second try will end in the same way, the page does not offer one as the thing to do.
      expect(page.text.includes('Try again</a>')).toBe(status !== 500);
      expect(page.text).not.toContain(log);
      expect(page.text).not.toMatch(/Error|node_modules/);

      const logged = await app.printed(log, before);
      expect(logged).not.toContain(secret);
      expect(logged).not.toContain(code);
    },
  );

  it('because WeChat does not know its own token any more: no mistake of the visitor’s, and logged', async () => {
    const callback = await approve(wechat, await beginLogin(browser), 'amei');
    const before = app.output().length;
    wechat.faults.next('userinfo', { errcode: 42001 });
    const page = await failed(callback);
    expect(page).toMatchObject({
      status: 502,
      text: expect.stringContaining('try again in a moment') as string,
    });
    await app.printed('42001', before);
  });

  it.each([
    [
      'the visitor refuses',
      '/auth/wechat/callback?code=authdeny&state=any',
      /^login failed: reason=denied .*$/m,
    ],
    ['the state is unknown', '/auth/wechat/callback?code=x&state=any', /^login failed: reason=state .*$/m],
  ])('is one line in the log when %s', async (_why, path, line) => {
    const before = app.output().length;
    await failed(path);
    const logged = await app.printed('\n', before);
    expect(logged).toMatch(line);
    expect(logged.trim().split('\n')).toHaveLength(1);
  });

  it('is one line in the log when WeChat refuses, with errcode and rid, and without the person', async () => {
    const callback = await approve(wechat, await beginLogin(browser), 'amei');
    const before = app.output().length;
    wechat.faults.next('access_token', { errcode: 40125 });
    await failed(callback);
    const logged = await app.printed('\n', before);
    expect(logged).toMatch(/^login failed: reason=WeChatAPIError errcode=40125 rid=[\w-]+ message=".*"\n$/);
    expect(logged).not.toMatch(/阿梅|openid/);
  });

  it('lets the visitor start again', async () => {
    await failed('/auth/wechat/callback?state=any');
    expect(await logIn(browser, wechat, 'amei')).toBe('/');
  });
});

describe('logging out', () => {
  beforeEach(async () => {
    await logIn(browser, wechat, 'amei');
  });

  it('takes a POST of our own page', async () => {
    const end = await browser.post('/logout').set('Sec-Fetch-Site', 'same-origin').expect(303);
    expect(end.get('Location')).toBe('/login');
    await browser.get('/').expect(302);
  });

  it('takes the Origin of browsers that send no Sec-Fetch-Site', async () => {
    await browser.post('/logout').set('Origin', app.origin).expect(303);
    expect((await browser.get('/')).status).toBe(302);
  });

  it('does not happen by a link or a picture', async () => {
    await browser.get('/logout').expect(404);
    expect((await browser.get('/')).status).toBe(200);
  });

  it.each([
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Site', 'same-site'],
    ['Origin', 'https://evil.example'],
    ['Origin', 'null'],
  ])('is refused when %s is %s', async (header, value) => {
    await browser.post('/logout').set(header, value).expect(403);
    expect((await browser.get('/')).status).toBe(200);
  });
});

describe('every page', () => {
  it('may load what it needs from here and from WeChat, and nothing else', async () => {
    const page = await browser.get('/login').expect(200);
    const policy = page.get('Content-Security-Policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|data:/);
    expect(page.text).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=/);
  });

  it('is not kept by the browser', async () => {
    expect((await browser.get('/login')).get('Cache-Control')).toBe('no-store');
  });

  it('says when there is none', async () => {
    expect((await browser.get('/nowhere').expect(404)).text).toContain('There is no such page');
  });

  it('does not fall over a broken address', async () => {
    expect((await browser.get('/%E0%A4%A')).status).toBe(404);
    expect((await browser.get('/login?returnTo=a&returnTo=b')).status).toBe(200);
  });
});
