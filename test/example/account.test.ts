import { createEmulator, DEFAULT_APPS, type Emulator, type EmulatorApp } from 'wechat-login-emulator';
import { approve, type Browser } from '../support/login.js';
import { startExample, type RunningApp } from './running-app.js';
import { logIn, visitor } from './visitor.js';

const [website, officialAccount, mobileApp, miniProgram] = DEFAULT_APPS;
/** Bound to no open platform account: WeChat sends no unionid there. */
const { openPlatform: _bound, ...unboundApp } = mobileApp;

let wechat: Emulator;
let emulator: string;
let app: RunningApp;

async function start(
  apps: EmulatorApp[] = [website, officialAccount, unboundApp, miniProgram],
): Promise<void> {
  wechat = createEmulator({ apps });
  emulator = (await wechat.listen()).origin;
  app = await startExample({ EMULATOR_URL: emulator });
}

afterEach(async () => {
  await wechat.close();
  await app.stop();
});

/** Somebody who has logged in by the QR code. */
async function onDesktop(user: string): Promise<Browser> {
  const browser = visitor(app.origin);
  await logIn(browser, wechat, user);
  return browser;
}

/** Somebody who has logged in with the native app. */
async function inNativeApp(user: string): Promise<Browser> {
  const browser = visitor(app.origin);
  const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid, user });
  await browser.post('/auth/wechat/app').send({ code }).expect(200);
  return browser;
}

/** Begins a link, and returns where WeChat sends the browser back to. */
async function link(browser: Browser, user: string): Promise<string> {
  const start = await browser.post('/auth/wechat/link').expect(302);
  return approve(wechat, new URL(start.get('Location') ?? ''), user);
}

/** The AppIDs on the account page. */
async function appsOf(browser: Browser): Promise<string[]> {
  const { text } = await browser.get('/account').expect(200);
  return [...text.matchAll(/<code>(wx\d+)<\/code>/g)].map((match) => match[1] ?? '');
}

async function nameOf(browser: Browser): Promise<string | undefined> {
  return /<h1>Hello, (.*)<\/h1>/.exec((await browser.get('/').expect(200)).text)?.[1];
}

/** What the form beside a WeChat would send. */
async function formOf(
  browser: Browser,
  appid: string,
): Promise<{ appid: string; openid: string } | undefined> {
  const { text } = await browser.get('/account').expect(200);
  const openid = new RegExp(`value="${appid}">\\s*<input type="hidden" name="openid" value="([^"]+)"`).exec(
    text,
  )?.[1];
  return openid === undefined ? undefined : { appid, openid };
}

describe('linking a WeChat', () => {
  it('adds one that is new here, without a question', async () => {
    await start();
    const phone = await inNativeApp('amei');
    expect(await appsOf(phone)).toEqual([mobileApp.appid]);
    await phone
      .get(await link(phone, 'amei'))
      .expect(302)
      .expect('Location', '/account?linked');
    expect((await phone.get('/account?linked')).text).toContain('WeChat is linked');
    expect(await appsOf(phone)).toEqual([website.appid, mobileApp.appid]);
    expect(await appsOf(await onDesktop('amei'))).toEqual([website.appid, mobileApp.appid]);
  });

  it('says so when it is linked already, and changes nothing', async () => {
    await start();
    const desktop = await onDesktop('amei');
    await desktop
      .get(await link(desktop, 'amei'))
      .expect(302)
      .expect('Location', '/account?alreadyLinked');
    expect((await desktop.get('/account?alreadyLinked')).text).toContain('was already linked');
    expect(await appsOf(desktop)).toEqual([website.appid]);

    const phone = await inNativeApp('dawei');
    await phone.get(await link(phone, 'dawei')).expect('Location', '/account?linked');
    await phone.get(await link(phone, 'dawei')).expect('Location', '/account?alreadyLinked');
  });

  it('asks before it makes one person of two, with what will be joined', async () => {
    await start();
    const desktop = await onDesktop('amei');
    const phone = await inNativeApp('amei');
    await phone
      .get(await link(phone, 'amei'))
      .expect(302)
      .expect('Location', '/account/join');
    expect(await appsOf(phone)).toEqual([mobileApp.appid]);

    const question = await phone.get('/account/join').expect(200);
    expect(question.text).toContain('Join two accounts?');
    expect(question.text.match(/阿梅🌸/g)).toHaveLength(2);
    expect(question.text).toContain(website.appid);
    expect(question.text).toContain(mobileApp.appid);

    await phone.post('/account/join').expect(303).expect('Location', '/account?linked');
    expect(await appsOf(phone)).toEqual([website.appid, mobileApp.appid]);
    expect(await appsOf(desktop)).toEqual([website.appid, mobileApp.appid]);
    // The answer counts once.
    await phone.get('/account/join').expect(302).expect('Location', '/account');
    await phone.post('/account/join').expect(403);
  });

  it('joins nothing when the visitor does not agree, or another site does it for them', async () => {
    await start();
    await onDesktop('amei');
    const phone = await inNativeApp('amei');
    await phone.get(await link(phone, 'amei')).expect(302);
    await phone.post('/account/join').set('Sec-Fetch-Site', 'cross-site').expect(403);
    expect(await appsOf(phone)).toEqual([mobileApp.appid]);
  });

  it('refuses the WeChat of somebody else, and keeps the visitor who they are', async () => {
    await start();
    const desktop = await onDesktop('amei');
    const page = await desktop.get(await link(desktop, 'dawei')).expect(409);
    expect(page.text).toContain('This is another WeChat account');
    expect(await nameOf(desktop)).toBe('阿梅🌸');
    expect(await appsOf(desktop)).toEqual([website.appid]);
  });

  it('refuses it also where no app has a unionid: two openids of one app are two people', async () => {
    const { openPlatform: _unbound, ...unboundSite } = website;
    await start([unboundSite, officialAccount, unboundApp, miniProgram]);
    const victim = await onDesktop('dawei');
    const attacker = await onDesktop('amei');
    await attacker.get(await link(attacker, 'dawei')).expect(409);
    expect(await nameOf(attacker)).toBe('阿梅🌸');
    expect((await nameOf(victim))?.startsWith('大伟')).toBe(true);
  });

  it('begins with a POST of our own page, by somebody who is logged in', async () => {
    await start();
    const desktop = await onDesktop('amei');
    await desktop.get('/auth/wechat/link').expect(404);
    const refused = await desktop.post('/auth/wechat/link').set('Sec-Fetch-Site', 'cross-site').expect(403);
    expect(refused.text).toContain('Another site’s page asked for it');
    expect(refused.text).toContain('href="/"');
    const stranger = visitor(app.origin);
    const begin = await stranger.post('/auth/wechat/link').expect(302);
    expect(begin.get('Location')).toBe('/login');
    const end = await stranger.get('/auth/wechat/link/callback?code=x&state=y').expect(302);
    expect(end.get('Location')).toBe('/login');
  });

  it('may leave the page for WeChat, which browsers hold the form’s redirect to', async () => {
    await start();
    const desktop = await onDesktop('amei');
    const page = await desktop.get('/account').expect(200);
    const to = await desktop.post('/auth/wechat/link').expect(302);
    const { origin } = new URL(to.get('Location') ?? '');
    expect(page.get('Content-Security-Policy')).toContain(`form-action 'self' ${origin};`);
  });

  it.each([
    ['the visitor refuses', undefined, 'code=authdeny&state=x', 401, 'You did not allow it in WeChat'],
    ['what comes back is damaged', undefined, 'code=1&code=2', 400, 'incomplete or damaged'],
    ['the code is used already', { errcode: 40163 }, undefined, 401, 'Nothing was linked'],
    ['WeChat blocks the user', { errcode: 50002 }, undefined, 403, 'Nothing was linked'],
  ] as const)(
    'says that nothing was linked when %s, and leads back to the account',
    async (_why, fault, query, status, sentence) => {
      await start();
      const desktop = await onDesktop('amei');
      if (fault) wechat.faults.next('access_token', fault);
      const callback = query ? `/auth/wechat/link/callback?${query}` : await link(desktop, 'amei');
      const page = await desktop.get(callback).expect(status);
      expect(page.text).toContain(sentence);
      expect(page.text).toContain('href="/account">Back to your account');
      expect(page.text).not.toMatch(/log in again|start the login/i);
      const chinese = await desktop
        .get(callback.replace(/state=\w+/, 'state=x'))
        .set('Accept-Language', 'zh-CN');
      expect(chinese.text).not.toContain('重新登录');
    },
  );

  it('does not take the answer to a login', async () => {
    await start();
    const desktop = await onDesktop('amei');
    const begin = await desktop.get('/auth/wechat').expect(302);
    const callback = await approve(wechat, new URL(begin.get('Location') ?? ''), 'amei');
    const end = await desktop.get(callback.replace('/callback', '/link/callback')).expect(403);
    expect(end.text).toContain('Linking can’t be continued');
  });
});

describe('the account page', () => {
  it('takes off a WeChat that was linked, but not the last one', async () => {
    await start();
    const phone = await inNativeApp('amei');
    await phone.get(await link(phone, 'amei')).expect(302);
    expect(await formOf(phone, mobileApp.appid)).toBeUndefined();
    const form = await formOf(phone, website.appid);
    await phone.post('/account/unlink').type('form').send(form).expect(303).expect('Location', '/account');
    expect(await appsOf(phone)).toEqual([mobileApp.appid]);
    expect(await appsOf(await onDesktop('amei'))).toEqual([website.appid]);
  });

  it('takes off nothing that is not the visitor’s', async () => {
    await start();
    const desktop = await onDesktop('amei');
    const page = await desktop
      .post('/account/unlink')
      .type('form')
      .send({ appid: ['x'] })
      .expect(400);
    expect(page.text).toContain('does not work');
    await desktop
      .post('/account/unlink')
      .type('form')
      .send({ appid: website.appid, openid: 'another' })
      .expect(303);
    expect(await appsOf(desktop)).toEqual([website.appid]);
  });

  it('deletes the account, after a question, and ends all its sessions', async () => {
    await start();
    const desktop = await onDesktop('amei');
    const other = await onDesktop('amei');
    expect((await desktop.get('/account/leave').expect(200)).text).toContain('Delete your account?');
    await desktop.post('/account/leave').set('Sec-Fetch-Site', 'cross-site').expect(403);
    await desktop.post('/account/leave').expect(303).expect('Location', '/login');
    await desktop.get('/').expect(302);
    await other.get('/').expect(302);
    const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid, user: 'dawei' });
    const { body } = await visitor(app.origin).post('/auth/wechat/app').send({ code }).expect(200);
    expect(body).toMatchObject({ person: { id: 2 } });
  });

  describe('of a guest', () => {
    /** Dawei's account, made in the native app, to which Amei's WeChat was linked. */
    async function ownerAndGuest(): Promise<{ owner: Browser; guest: Browser }> {
      await start();
      const owner = await inNativeApp('dawei');
      await owner.get(await link(owner, 'amei')).expect('Location', '/account?linked');
      const guest = await onDesktop('amei');
      expect(await nameOf(guest)).toContain('大伟');
      return { owner, guest };
    }

    it('shows what a guest can do, and no more', async () => {
      const { owner, guest } = await ownerAndGuest();
      const { text } = await guest.get('/account').expect(200);
      expect(text).toContain('Leave this account');
      expect(text).not.toContain('Delete account');
      expect(text).not.toContain('/auth/wechat/link');
      expect(await formOf(guest, website.appid)).toBeDefined();
      expect(await formOf(guest, mobileApp.appid)).toBeUndefined();
      const question = await guest.get('/account/leave').expect(200);
      expect(question.text).toContain('Leave this account?');
      expect((await owner.get('/account').expect(200)).text).toContain('Delete account');
    });

    it('lets the guest go, and keeps the owner’s account', async () => {
      const { owner, guest } = await ownerAndGuest();
      await guest.post('/account/leave').expect(303).expect('Location', '/login');
      await guest.get('/').expect(302);
      expect(await nameOf(owner)).toContain('大伟');
      expect(await appsOf(owner)).toEqual([mobileApp.appid]);
      expect(await nameOf(await onDesktop('amei'))).toBe('阿梅🌸');
    });

    it('lets the guest take off their own WeChat alone', async () => {
      const { owner, guest } = await ownerAndGuest();
      // What came in through the same link is theirs as well.
      const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid, user: 'amei' });
      await visitor(app.origin).post('/auth/wechat/mini').send({ code }).expect(200);
      const { appid, secret } = mobileApp;
      const asked = wechat.phone.sendAuth({ appid, user: 'dawei' });
      const query = new URLSearchParams({
        appid,
        secret,
        code: asked.code,
        grant_type: 'authorization_code',
      });
      const answer = await fetch(`${emulator}/sns/oauth2/access_token?${query}`);
      const { openid } = (await answer.json()) as { openid: string };
      const unlink = guest.post('/account/unlink').type('form');
      const page = await unlink.send({ appid, openid }).expect(403);
      expect(page.text).toContain('Only the owner of the account can do this');
      expect(await appsOf(owner)).toContain(mobileApp.appid);

      const form = await formOf(guest, website.appid);
      await guest.post('/account/unlink').type('form').send(form).expect(303);
      await guest.get('/').expect(302);
      expect(await appsOf(owner)).toEqual([mobileApp.appid]);
    });

    it('links nothing for the guest, who is told why', async () => {
      const { owner, guest } = await ownerAndGuest();
      const page = await guest.post('/auth/wechat/link').expect(403);
      expect(page.text).toContain('Only the owner of the account can do this');
      expect(await appsOf(owner)).toEqual([website.appid, mobileApp.appid]);
    });

    it('knows a guest who has posted a code, and ends their session when the owner takes them off', async () => {
      const { owner } = await ownerAndGuest();
      const guest = visitor(app.origin);
      const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid, user: 'amei' });
      await guest.post('/auth/wechat/mini').send({ code }).expect(200);
      expect((await guest.get('/account').expect(200)).text).toContain('Leave this account');
      const form = await formOf(owner, miniProgram.appid);
      await owner.post('/account/unlink').type('form').send(form).expect(303);
      await guest.get('/account').expect(302);
      expect(await nameOf(owner)).toContain('大伟');
    });
  });

  it.each(['/account', '/account/join', '/account/leave'])(
    '%s is for those who are logged in',
    async (path) => {
      await start();
      expect((await visitor(app.origin).get(path)).get('Location')).toMatch(/^\/login/);
    },
  );

  it.each(['/account/join', '/account/unlink', '/account/leave'])('POST %s, too', async (path) => {
    await start();
    expect((await visitor(app.origin).post(path)).get('Location')).toBe('/login');
  });
});
