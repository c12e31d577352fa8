import { CookieStateStore, type CookieStateStoreOptions } from 'passport-wechat-oauth2';
import { setDate } from '../support/date.js';
import {
  beginAt,
  cookieSite,
  META,
  fakeResponse,
  SECRET,
  storedCookie,
  type CookieSite,
  type SiteOptions,
} from '../support/cookie-site.js';
import { account, startEmulator } from '../support/emulator.js';

const { wechat, origin } = startEmulator();
const site = (...how: SiteOptions): Promise<CookieSite> => cookieSite(origin(), ...how);
const begin = (web: CookieSite): ReturnType<typeof beginAt> => beginAt(wechat, web);

const OTHER = 'other-secret-of-at-least-32-characters';

afterEach(() => {
  jest.useRealTimers();
});

describe('a forged cookie', () => {
  const expectRefused = async (web: CookieSite, callback: string, ...cookies: string[]): Promise<void> => {
    expect((await web.get(callback, cookies)).status).toBe(403);
  };

  it('is refused with any letter changed', async () => {
    const web = await site();
    const { cookie, callback } = await begin(web);
    const text = cookie.split(';')[0] ?? '';
    for (let i = text.indexOf('=') + 1; i < text.length; i += 7) {
      const letter = text[i] === 'A' ? 'B' : 'A';
      await expectRefused(web, callback, text.slice(0, i) + letter + text.slice(i + 1));
    }
    expect((await web.get(callback, [cookie])).status).toBe(200);
  });

  it('is refused in parts, empty, doubled, unsigned, or for another login', async () => {
    const web = await site();
    const { cookie, callback } = await begin(web);
    const another = await begin(web);
    const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
    const [payload = '', signature = ''] = value.split('.');
    await expectRefused(web, callback);
    await expectRefused(web, callback, `${name}=`);
    await expectRefused(web, callback, `${name}=.`);
    await expectRefused(web, callback, `${name}=${payload}`);
    await expectRefused(web, callback, `${name}=${payload}.`);
    await expectRefused(web, callback, `${name}=.${signature}`);
    await expectRefused(web, callback, `${name}=${signature}.${payload}`);
    await expectRefused(web, callback, `${name}=${(another.cookie.split(';')[0] ?? '').split('=')[1] ?? ''}`);
    await expectRefused(web, callback, another.cookie);
    const forever = Buffer.from(JSON.stringify({ expires: 9e15, state: {} })).toString('base64url');
    await expectRefused(web, callback, `${name}=${forever}.${signature}`);
  });

  it('is refused if it was signed for http and comes with the __Host- prefix', async () => {
    const store = new CookieStateStore({ secret: SECRET });
    const local = fakeResponse();
    const [cookie = ''] = [await storedCookie(store, { headers: { host: 'localhost' }, res: local })];
    const [pair = ''] = cookie.split(';');
    const handle = pair.slice('wechat-'.length, pair.indexOf('='));
    const ok = await new Promise((resolve) => {
      store.verify(
        { headers: { host: 'example.com', cookie: `__Host-${pair}` }, res: fakeResponse() } as never,
        handle,
        META,
        (_error, good) => resolve(good),
      );
    });
    expect(ok).toBe(false);
  });

  it('is refused from another browser', async () => {
    const web = await site();
    const victim = await begin(web);
    const attacker = await begin(web);
    await expectRefused(web, attacker.callback, victim.cookie);
  });

  it('is refused after its maxAge', async () => {
    const web = await site({ maxAge: 60_000 });
    const { cookie, callback } = await begin(web);
    setDate(Date.now() + 60_001);
    await expectRefused(web, callback, cookie);
  });

  it.each([
    ['another secret', { secret: OTHER }, {}],
    ['another strategy name', {}, { name: 'second' }],
    ['another appid', {}, { clientID: account.appid, clientSecret: account.secret }],
    ['another cookie name', { name: 'other' }, {}],
  ])('is refused by a site with %s', async (_what, store, options) => {
    const { cookie, callback } = await begin(await site());
    await expectRefused(await site(store, options), callback, cookie);
    expect(wechat.requests.some(({ endpoint }) => endpoint === 'access_token')).toBe(false);
  });

  it('is refused by WeChat, which accepts a code once, if it is a copy', async () => {
    const web = await site();
    const { cookie, callback } = await begin(web);
    expect((await web.get(callback, [cookie])).status).toBe(200);
    // Another process, which does not remember the exchange.
    const other = await site();
    expect((await other.get(callback, [cookie])).status).toBe(401);
  });
});

describe('secrets', () => {
  it('rotate: the first one signs, all are accepted', async () => {
    const before = await site();
    const after = await site({ secret: [OTHER, SECRET] });
    const old = await begin(before);
    expect((await after.get(old.callback, [old.cookie])).status).toBe(200);
    const fresh = await begin(after);
    expect((await before.get(fresh.callback, [fresh.cookie])).status).toBe(403);
    expect((await after.get(fresh.callback, [fresh.cookie])).status).toBe(200);
  });

  it.each([undefined, '', [], [SECRET, ''], 7])('are refused if invalid: %j', (secret) => {
    expect(() => new CookieStateStore({ secret } as CookieStateStoreOptions)).toThrow(/^secret .*32/);
  });
});
