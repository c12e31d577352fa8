import { CookieStateStore } from 'passport-wechat-oauth2';
import { setDate } from '../support/date.js';
import { approve } from '../support/login.js';
import {
  beginAt,
  cookieSite,
  fakeResponse,
  SECRET,
  storedCookie,
  type CookieSite,
  type SiteOptions,
} from '../support/cookie-site.js';
import { startEmulator } from '../support/emulator.js';

const { wechat, origin } = startEmulator();
const site = (...how: SiteOptions): Promise<CookieSite> => cookieSite(origin(), ...how);
const begin = (web: CookieSite): ReturnType<typeof beginAt> => beginAt(wechat, web);

afterEach(() => {
  jest.useRealTimers();
});

describe('the cookie of a login', () => {
  it('replaces the session, and is deleted with the login', async () => {
    const web = await site();
    const { cookie, callback } = await begin(web);
    const answer = await web.get(callback, [cookie]);
    expect(answer.status).toBe(200);
    const name = cookie.slice(0, cookie.indexOf('='));
    expect(answer.cookies).toContain(`${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`);
  });

  it('is HttpOnly, SameSite=Lax, and expires with the login', async () => {
    const { cookie } = await begin(await site());
    expect(cookie).toMatch(
      /^wechat-[0-9a-f]{32}=[\w-]+\.[\w-]{43}; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax$/,
    );
    expect((await begin(await site({ maxAge: 90_500 }))).cookie).toMatch(/; Max-Age=91;/);
    expect((await begin(await site({ name: 'my_app-2' }))).cookie).toMatch(/^my_app-2-[0-9a-f]{32}=/);
  });

  it.each([
    ['on a public host', {}, 'example.com', true],
    ['on a host that only looks like localhost', {}, 'localhost.example.com', true],
    ['on a host whose name begins like an IP address', {}, '127.0.0.1.nip.io', true],
    ['on localhost', {}, 'localhost:3000', false],
    ['on a subdomain of localhost', {}, 'app.localhost:3000', false],
    ['on 127.0.0.1', {}, '127.0.0.1', false],
    ['on [::1]', {}, '[::1]:3000', false],
    ['on localhost under secure: true', { secure: true }, 'localhost', true],
    ['on a public host under secure: false', { secure: false }, 'example.com', false],
  ])('has the right Secure and __Host- attributes %s: %j', async (_where, options, host, secure) => {
    // fetch sends no Host of one's own.
    const request = { headers: { host }, res: fakeResponse() };
    const set = await storedCookie(new CookieStateStore({ secret: SECRET, ...options }), request);
    expect(set).toMatch(secure ? /^__Host-wechat-\w+=.*; Path=\/;.*; Secure$/ : /^wechat-\w+=(?!.*Secure)/);
    expect(set).not.toMatch(/Domain/i);
  });

  it('is Secure on localhost if the request came over https', async () => {
    for (const request of [
      { headers: { host: 'localhost' }, protocol: 'https', res: fakeResponse() },
      { headers: { host: 'localhost' }, socket: { encrypted: true }, res: fakeResponse() },
    ]) {
      expect(await storedCookie(new CookieStateStore({ secret: SECRET }), request)).toMatch(
        /^__Host-.*; Secure$/,
      );
    }
  });

  it('leaves other cookies of the response alone', async () => {
    const web = await site();
    const start = await web.get('/auth/wechat');
    expect(start.cookies).toEqual(['theme=dark; Path=/', expect.stringMatching(/^wechat-/)]);
    const { cookie, callback } = await begin(web);
    expect((await web.get(callback, [cookie])).cookies).toEqual([
      'theme=dark; Path=/',
      expect.stringMatching(/^wechat-.*Max-Age=0/),
      'greeted=yes; Path=/',
    ]);
  });

  it('lets a browser begin and finish several logins at once', async () => {
    const web = await site();
    const logins = await Promise.all([begin(web), begin(web), begin(web)]);
    const cookies = logins.map(({ cookie }) => cookie);
    const answers = await Promise.all(logins.map(({ callback }) => web.get(callback, cookies)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('stores data of the application', async () => {
    const web = await site({}, {}, { state: { returnTo: '/购物车?a=1;b=2' } });
    const { cookie, callback } = await begin(web);
    const { body } = await web.get(callback, [cookie]);
    expect(JSON.parse(body).info).toEqual({ state: { returnTo: '/购物车?a=1;b=2' } });
  });

  it('refuses data that is too large for a cookie', async () => {
    const web = await site({}, {}, { state: { cart: 'x'.repeat(3000) } });
    expect((await web.get('/auth/wechat')).status).toBe(500);
    expect(web.errors[0]?.message).toMatch(/too large: keep an id in it, since a cookie/);
  });
});

describe('CookieStateStore', () => {
  it('stores nothing on the server, however many logins begin', async () => {
    const web = await site();
    for (let i = 0; i < 50; i++) expect((await web.get('/auth/wechat')).status).toBe(302);
    expect((web.sessions as unknown as { sessions: object }).sessions).toEqual({});
  });

  it('bounds the cookies of a browser by deleting the oldest logins', async () => {
    const web = await site({ max: 3 });
    const jar = new Map<string, string>();
    const callbacks: string[] = [];
    const now = Date.now();
    for (let i = 0; i < 8; i++) {
      // The store knows the age of a cookie to the millisecond.
      setDate(now + i);
      const start = await web.get('/auth/wechat', [...jar.values()]);
      for (const line of start.cookies) {
        const name = line.slice(0, line.indexOf('='));
        if (line.includes('Max-Age=0')) jar.delete(name);
        else jar.set(name, line);
      }
      callbacks.push(await approve(wechat, new URL(start.location)));
    }
    expect([...jar.keys()].filter((name) => name.startsWith('wechat-'))).toHaveLength(3);
    const cookies = [...jar.values()];
    expect((await web.get(callbacks[4] ?? '', cookies)).status).toBe(403);
    expect((await web.get(callbacks[5] ?? '', cookies)).status).toBe(200);
  });

  it('reports a missing req.res', async () => {
    const web = await site({}, {}, { withResponse: false });
    expect((await web.get('/auth/wechat')).status).toBe(500);
    expect(web.errors[0]?.message).toMatch(/req\.res = res/);
  });
});

it('CookieStateStore refuses invalid options', () => {
  const make = (options: object) => (): CookieStateStore =>
    new CookieStateStore({ secret: SECRET, ...options });
  for (const max of [0, 1.5, Number.NaN]) expect(make({ max })).toThrow(/^max /);
  for (const maxAge of [0, -1, Number.NaN, Infinity]) expect(make({ maxAge })).toThrow(/^maxAge /);
  for (const name of ['', 'a b', 'a;b', 'a=b', 'a\r\nb', 'é']) expect(make({ name })).toThrow(/^name /);
});
