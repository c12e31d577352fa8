import express, { type Express } from 'express';
import session from 'express-session';
import {
  WeChatAPIError,
  WeChatNetworkError,
  WeChatResponseError,
  WeChatStrategy,
  type WeChatAuthenticateOptions,
  type WeChatFailure,
} from 'passport-wechat-oauth2';
import type { Response } from 'supertest';
import type { Fault } from 'wechat-login-emulator';
import { act } from '../support/act.js';
import { approve, beginLogin, browser, type Browser } from '../support/login.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

/** A site that shows how each login ended: what verify received, and the actions that Passport does not show. */
interface Site {
  app: Express;
  visitor: Browser;
  verified: unknown[];
  errors: unknown[];
  failures: { challenge: WeChatFailure; status: number }[];
}

function site(options: object = {}, authenticate: WeChatAuthenticateOptions = {}): Site {
  const [verified, errors, failures]: [unknown[], unknown[], Site['failures']] = [[], [], []];
  const strategy = new WeChatStrategy(
    { ...websiteOptions(origin()), timeout: 2000, ...options },
    (_accessToken, _refreshToken, profile, done) => {
      verified.push(profile);
      done(null, profile);
    },
  );
  const app = express();
  app.use(session({ secret: 'test', resave: false, saveUninitialized: false }));
  app.get('/auth/wechat{/callback}', async (req, res) => {
    const [action, first, second] = await act(strategy, req, authenticate);
    if (action === 'redirect') res.redirect(first as string);
    if (action === 'success') res.json({ user: first, info: second });
    if (action === 'fail') {
      const failure = { challenge: first as WeChatFailure, status: (second as number | undefined) ?? 401 };
      failures.push(failure);
      res.status(failure.status).end();
    }
    if (action === 'error') {
      errors.push(first);
      res.status(500).end();
    }
  });
  return { app, visitor: browser(app), verified, errors, failures };
}

async function login({ visitor }: Pick<Site, 'visitor'>): Promise<Response> {
  return visitor.get(await approve(wechat, await beginLogin(visitor)));
}

describe('the outcome of a login', () => {
  it('is success for a code and a valid state', async () => {
    const here = site();
    expect((await login(here)).status).toBe(200);
    expect(here.verified).toHaveLength(1);
  });

  it.each(['?state=S', '?state=S&code=', '?code=authdeny&state=S'])(
    'is fail "denied", 401, without a new redirect, for a refusal: %s',
    async (query) => {
      const here = site();
      const state = (await beginLogin(here.visitor)).searchParams.get('state') ?? '';
      const response = await here.visitor.get(`/auth/wechat/callback${query.replace('=S', `=${state}`)}`);
      expect(response.status).toBe(401);
      expect(here.failures).toEqual([
        { challenge: { message: expect.any(String), reason: 'denied' }, status: 401 },
      ]);
      expect(wechat.requests.filter(({ endpoint }) => endpoint === 'access_token')).toEqual([]);
    },
  );

  it.each([
    ['unknown', (code: string) => `code=${code}&state=${'0'.repeat(32)}`],
    ['missing', (code: string) => `code=${code}`],
    ['empty', (code: string) => `code=${code}&state=`],
    [
      'with something appended',
      (code: string, state: string) => `code=${code}&state=${state}http://x.example`,
    ],
    ['named like a member of every object', (code: string) => `code=${code}&state=__proto__`],
  ])(
    'is fail "state", 403, for a state that is %s; other logins of the browser survive',
    async (_, query) => {
      const here = site();
      const first = await beginLogin(here.visitor);
      const callback = new URL(await approve(wechat, await beginLogin(here.visitor)), 'http://x');
      const code = callback.searchParams.get('code') ?? '';
      const response = await here.visitor.get(
        `/auth/wechat/callback?${query(code, callback.searchParams.get('state') ?? '')}`,
      );
      expect(response.status).toBe(403);
      expect(here.failures).toEqual([
        { challenge: { message: expect.any(String), reason: 'state' }, status: 403 },
      ]);
      expect(here.verified).toEqual([]);
      await here.visitor.get(await approve(wechat, first)).expect(200);
    },
  );

  it('is fail "state" for a used state', async () => {
    const here = site({ snapshotUsers: 'reject' });
    const start = await here.visitor.get('/auth/wechat').expect(302);
    const cookie = String(start.headers['set-cookie']).split(';')[0] ?? '';
    const callback = await approve(wechat, new URL(start.headers['location'] ?? ''));
    wechat.faults.next('access_token', { errcode: 40029 });
    await browser(here.app).get(callback).set('Cookie', cookie).expect(401);
    // Not the very same request, which would end as the first did.
    await browser(here.app).get(callback).set('Cookie', `${cookie}; theme=dark`).expect(403);
    expect(here.failures.map(({ challenge }) => challenge.reason)).toEqual(['code', 'state']);
  });

  it.each([
    '?code=a&code=b&state=S',
    '?code=a&state=S&state=T',
    `?code=${'x'.repeat(513)}&state=S`,
    '?code=',
  ])('is fail "request", 400, for a malformed response: %s', async (query) => {
    const here = site();
    const response = await here.visitor.get(`/auth/wechat/callback${query}`);
    expect(response.status).toBe(400);
    expect(here.failures).toEqual([
      { challenge: { message: expect.any(String), reason: 'request' }, status: 400 },
    ]);
  });

  it('is fail "denied", 401, for code[x], another parameter to Express’s simple parser', async () => {
    const here = site();
    await here.visitor.get('/auth/wechat/callback?code[x]=a&state=S').expect(401);
    expect(here.failures.map(({ challenge }) => challenge.reason)).toEqual(['denied']);
  });

  it.each([40029, 40163, 42003, 41008])('is fail "code", 401, for errcode %d', async (errcode) => {
    const here = site();
    wechat.faults.next('access_token', { errcode });
    expect((await login(here)).status).toBe(401);
    expect(here.failures[0]?.challenge).toEqual({
      message: expect.any(String),
      reason: 'code',
      errcode,
      rid: expect.stringMatching(/^[0-9a-f-]{26}$/),
    });
  });

  it.each([40226, 50001, 50002])('is fail "blocked", 403, for errcode %d', async (errcode) => {
    const here = site();
    wechat.faults.next(errcode === 50001 ? 'userinfo' : 'access_token', { errcode });
    expect((await login(here)).status).toBe(403);
    expect(here.failures[0]?.challenge).toEqual({
      message: expect.any(String),
      reason: 'blocked',
      errcode,
      rid: expect.stringMatching(/^[0-9a-f-]{26}$/),
    });
  });

  it.each([
    ['access_token', 40125, 'config'],
    ['access_token', 45009, 'quota'],
    ['access_token', -1, 'busy'],
    ['access_token', 99999, 'unknown'],
    ['userinfo', 48001, 'config'],
    ['userinfo', 40003, 'token'],
  ] as const)('is a WeChatAPIError for any other errcode: %s %d', async (endpoint, errcode, kind) => {
    const here = site();
    wechat.faults.next(endpoint, { errcode, errmsg: 'something' });
    expect((await login(here)).status).toBe(500);
    const [error] = here.errors;
    expect(error).toBeInstanceOf(WeChatAPIError);
    expect(error).toMatchObject({
      errcode,
      errmsg: 'something',
      endpoint,
      kind,
      rid: expect.stringMatching(/^[0-9a-f-]{26}$/),
    });
    expect((error as WeChatAPIError).hint).toEqual({
      en: expect.any(String),
      zh: expect.stringMatching(/\p{Script=Han}/u),
    });
    expect(here.verified).toEqual([]);
  });

  const network: [string, Fault][] = [
    ['no response', { hang: true }],
    ['a dropped connection', { drop: 'before' }],
    ['a lost response', { drop: 'after' }],
    ['a truncated body', { truncate: 20 }],
  ];
  const responses: [string, Fault][] = [
    ['a redirect', { status: 302, headers: { location: '/sns/userinfo' } }],
    ['status 404', { status: 404, body: '{}' }],
    ['502 with HTML', { html: true }],
    ['HTML with 200', { html: true, status: 200 }],
    ['an empty body', { status: 200, body: '' }],
    ['null', { body: 'null' }],
    ['an array', { body: '[]' }],
    ['more than 64 KiB', { body: JSON.stringify({ access_token: 'x'.repeat(70_000), openid: 'o' }) }],
  ];
  it.each([
    ...network.map(([what, fault]) => [what, fault, WeChatNetworkError] as const),
    ...responses.map(([what, fault]) => [what, fault, WeChatResponseError] as const),
  ])('is a typed error within the timeout for %s; the next login works', async (_, fault, type) => {
    const here = site();
    wechat.faults.next('access_token', fault);
    expect((await login(here)).status).toBe(500);
    expect(here.errors).toEqual([expect.any(type)]);
    expect(here.errors[0]).toMatchObject({ endpoint: 'access_token' });
    expect(here.verified).toEqual([]);
    expect((await login(here)).status).toBe(200);
  });

  it('is a WeChatNetworkError that names the host if no host accepts connections', async () => {
    const here = site({ apiOrigin: ['http://127.0.0.1:1', 'http://127.0.0.1:2'] });
    expect((await login(here)).status).toBe(500);
    expect(here.errors[0]).toBeInstanceOf(WeChatNetworkError);
    expect(here.errors[0]).toMatchObject({
      code: 'ECONNREFUSED',
      host: '127.0.0.1:2',
      endpoint: 'access_token',
    });
  });

  it.each([
    ['a token response without access_token', 'access_token', { omit: ['access_token'] }],
    ['a token response with an empty openid', 'access_token', { fields: { openid: '' } }],
    ['a token response with a number as openid', 'access_token', { fields: { openid: 5 } }],
    ["another user's profile", 'userinfo', { fields: { openid: 'oSomebodyElse' } }],
    ["another user's unionid", 'userinfo', { fields: { unionid: 'oSomebodyElse' } }],
  ] as const)('is an error, without a call of verify, for %s', async (_, endpoint, fault) => {
    const here = site();
    wechat.faults.next(endpoint, { ...fault } as Fault);
    expect((await login(here)).status).toBe(500);
    expect(here.errors).toEqual([expect.any(WeChatResponseError)]);
    expect(here.verified).toEqual([]);
  });

  it("is an error that says how to bind the app if profileID: 'unionid' meets no unionid", async () => {
    const here = site({ profileID: 'unionid' });
    wechat.faults.next('access_token', { omit: ['unionid'] });
    wechat.faults.next('userinfo', { fields: { unionid: '' } });
    expect((await login(here)).status).toBe(500);
    expect(here.errors[0]).toBeInstanceOf(WeChatResponseError);
    expect((here.errors[0] as Error).message).toMatch(
      /Bind the app wx\w+ to your account at https:\/\/developers\.weixin\.qq\.com\/platform/,
    );
    expect(here.errors[0]).toMatchObject({ endpoint: 'userinfo' });
  });

  it('is an error that names the call that gave the ids if profileID: "unionid" meets no unionid without a profile', async () => {
    const here = site({ profileID: 'unionid', skipUserProfile: true });
    wechat.faults.next('access_token', { omit: ['unionid'] });
    await login(here);
    expect(here.errors[0]).toMatchObject({ name: 'WeChatResponseError', endpoint: 'access_token' });
  });

  it('is a profile with the openid as id if there is no unionid', async () => {
    const here = site();
    wechat.faults.next('access_token', { omit: ['unionid'] });
    wechat.faults.next('userinfo', { omit: ['unionid'] });
    const { user } = (await login(here)).body;
    expect(user.id).toBe(user.openid);
    expect('unionid' in user).toBe(false);
  });

  it("is a profile with the openid as id under profileID: 'openid'", async () => {
    const { user } = (await login(site({ profileID: 'openid' }))).body;
    expect(user.id).toBe(user.openid);
    expect(user.unionid).toMatch(/^o/);
  });

  it('works with Passport’s failureRedirect and failureMessage', async () => {
    const here = site();
    const strategy = new WeChatStrategy(websiteOptions(origin()), profileAsUser);
    const authenticate = { failureRedirect: '/login', failureMessage: true };
    const visitor = browser(appWith(strategy, { authenticate }).app);
    for (let i = 0; i < 2; i++) wechat.faults.next('access_token', { errcode: 40163 });
    await login(here);
    const response = await login({ visitor });
    expect(response.headers['location']).toBe('/login');
    expect((await visitor.get('/me')).body.messages).toEqual([here.failures[0]?.challenge.message]);
  });
});

describe('state: false', () => {
  it('turns the check off, and sends a string of the app as state', async () => {
    const here = site({ state: false }, { state: 'mine' });
    const url = await beginLogin(here.visitor);
    expect(url.searchParams.get('state')).toBe('mine');
    await browser(here.app)
      .get(await approve(wechat, url))
      .expect(200);
  });

  it('refuses an object as state, which nothing would store', async () => {
    const here = site({ state: false }, { state: { a: 1 } });
    await here.visitor.get('/auth/wechat').expect(500);
    expect(here.errors[0]).toBeInstanceOf(TypeError);
  });
});

describe('application data', () => {
  it('is stored in the session, not sent to WeChat, and returned in info.state', async () => {
    const options = Object.freeze({ state: Object.freeze({ returnTo: '/cart?a=1' }) });
    const here = site({}, options);
    const url = await beginLogin(here.visitor);
    expect(url.href).not.toContain('cart');
    const response = await here.visitor.get(await approve(wechat, url)).expect(200);
    expect(response.body.info).toEqual({ state: { returnTo: '/cart?a=1' } });
  });

  it('is refused with a clear error if it is a string', async () => {
    const here = site({}, { state: 'fixed' });
    await here.visitor.get('/auth/wechat').expect(500);
    expect((here.errors[0] as Error).message).toMatch(/state must be an object/);
  });
});

it('the profile has the fields that WeChat fills in, and an https picture', async () => {
  const here = site({ profileID: 'openid' });
  wechat.faults.next('userinfo', {
    fields: { headimgurl: 'http://thirdwx.qlogo.cn/mmopen/vi_32/abc/132', nickname: '', sex: 2 },
  });
  const { user } = (await login(here)).body;
  expect(user.photos).toEqual([{ value: 'https://thirdwx.qlogo.cn/mmopen/vi_32/abc/132' }]);
  expect(user).toMatchObject({ displayName: '', gender: 'female', provider: 'wechat' });
  wechat.faults.next('userinfo', { fields: { headimgurl: '' } });
  expect('photos' in (await login(here)).body.user).toBe(false);
});
