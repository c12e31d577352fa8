import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  CookieStateStore,
  WeChatStrategy,
  type WeChatLoginMessage,
  type WeChatStrategyOptions,
} from 'passport-wechat-oauth2';
import { approve, beginLogin, browser } from '../support/login.js';
import { mobileApp, startEmulator, website, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();
const CHANNEL = 'passport-wechat-oauth2:login';

let messages: WeChatLoginMessage[] = [];
const collect = (message: unknown): void => {
  messages.push(message as WeChatLoginMessage);
};
beforeEach(() => {
  messages = [];
  subscribe(CHANNEL, collect);
});
afterEach(() => {
  unsubscribe(CHANNEL, collect);
});

type Verify = (...args: never[]) => unknown;

function site(options: object = {}, verify: Verify = profileAsUser, how: Parameters<typeof appWith>[1] = {}) {
  const Untyped = WeChatStrategy as unknown as new (
    options: WeChatStrategyOptions,
    verify: Verify,
  ) => WeChatStrategy;
  return appWith(
    new Untyped({ ...websiteOptions(origin()), ...options } as WeChatStrategyOptions, verify),
    how,
  );
}

const WEBSITE = { clientID: website.appid, platform: 'website' };
const SUCCESS = {
  outcome: 'success',
  reason: undefined,
  errcode: undefined,
  rid: undefined,
  ...WEBSITE,
  ms: expect.any(Number),
};

describe('the channel of logins', () => {
  it('publishes one message for a success, with the documented fields and the time since the login began', async () => {
    const visitor = browser(site().app);
    const before = Date.now();
    const start = await beginLogin(visitor);
    expect(messages).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await visitor.get(await approve(wechat, start)).expect(200);
    expect(messages).toEqual([SUCCESS]);
    expect(Object.keys(messages[0] ?? {})).toEqual([
      'outcome',
      'reason',
      'errcode',
      'rid',
      'clientID',
      'platform',
      'ms',
    ]);
    expect(messages[0]?.ms).toBeGreaterThanOrEqual(50);
    expect(messages[0]?.ms).toBeLessThanOrEqual(Date.now() - before);
  });

  it('publishes why WeChat did not accept a login, with its errcode and rid', async () => {
    const visitor = browser(site().app);
    const callback = await approve(wechat, await beginLogin(visitor));
    wechat.faults.next('access_token', { errcode: 40163 });
    await visitor.get(callback).expect(401);
    expect(messages).toEqual([
      {
        outcome: 'fail',
        reason: 'code',
        errcode: 40163,
        rid: expect.any(String),
        ...WEBSITE,
        ms: expect.any(Number),
      },
    ]);
  });

  it.each<[string, string, object]>([
    ['a state of nobody', '?code=C&state=S', { reason: 'state', ms: undefined }],
    ['no state', '?code=C', { reason: 'state' }],
    ['nonsense', '?code=C&code=D&state=S', { reason: 'request' }],
    ['a refusal', '?state=S', { reason: 'denied' }],
  ])('publishes a failure before WeChat is called: %s', async (_name, query, expected) => {
    await browser(site().app).get(`/auth/wechat/callback${query}`);
    expect(messages).toEqual([expect.objectContaining({ outcome: 'fail', ...WEBSITE, ...expected })]);
  });

  it('publishes since when the login of a refusal has been under way', async () => {
    const visitor = browser(site().app);
    const start = await beginLogin(visitor);
    await visitor.get(`/auth/wechat/callback?state=${start.searchParams.get('state')}`).expect(401);
    expect(messages).toEqual([expect.objectContaining({ reason: 'denied', ms: expect.any(Number) })]);
  });

  it.each<[string, Verify, object]>([
    ['refuses without a word', () => Promise.resolve(false), { outcome: 'fail', reason: 'refused' }],
    [
      'refuses with a word of its own',
      (_a: string, _r: string, _p: object, done: (...given: unknown[]) => void) =>
        done(null, false, { message: 'banned', reason: 'Amei has not paid', rid: 'Amei', errcode: 7 }),
      { outcome: 'fail', reason: 'refused', errcode: undefined, rid: undefined },
    ],
    [
      'throws',
      () => Promise.reject(new RangeError('Amei is not in the database')),
      { outcome: 'error', reason: 'RangeError' },
    ],
    ['throws a string', () => Promise.reject('no Amei'), { outcome: 'error', reason: undefined }],
  ])('publishes the end of a login whose verify %s', async (_name, verify, expected) => {
    const visitor = browser(site({}, verify).app);
    await visitor.get(await approve(wechat, await beginLogin(visitor)));
    expect(messages).toEqual([expect.objectContaining({ ...expected, ...WEBSITE, ms: expect.any(Number) })]);
    expect(JSON.stringify(messages)).not.toContain('Amei');
  });

  it('publishes errors: of WeChat, of the network, of the session', async () => {
    const visitor = browser(site().app);
    const callback = await approve(wechat, await beginLogin(visitor));
    wechat.faults.next('access_token', { errcode: 40125 });
    await visitor.get(callback).expect(500);
    const again = await approve(wechat, await beginLogin(visitor));
    wechat.faults.next('access_token', { drop: 'after' });
    await visitor.get(again).expect(500);
    await browser(site({}, profileAsUser, { sessions: false }).app)
      .get('/auth/wechat')
      .expect(500);
    expect(messages).toEqual([
      {
        outcome: 'error',
        reason: 'WeChatAPIError',
        errcode: 40125,
        rid: expect.any(String),
        ...WEBSITE,
        ms: expect.any(Number),
      },
      expect.objectContaining({ outcome: 'error', reason: 'WeChatNetworkError', errcode: undefined }),
      expect.objectContaining({ outcome: 'error', reason: 'Error', ...WEBSITE, ms: undefined }),
    ]);
  });

  it('publishes a posted code, timed from the request', async () => {
    const native = { clientID: mobileApp.appid, clientSecret: mobileApp.secret, platform: 'mobileApp' };
    const visitor = browser(site(native).app);
    await visitor
      .post('/auth/wechat')
      .send({ code: wechat.phone.sendAuth({ appid: mobileApp.appid }).code })
      .expect(200);
    await visitor.post('/auth/wechat').send({}).expect(400);
    const { clientID, platform } = native;
    expect(messages).toEqual([
      { ...SUCCESS, clientID, platform },
      expect.objectContaining({
        outcome: 'fail',
        reason: 'request',
        clientID,
        platform,
        ms: expect.any(Number),
      }),
    ]);
  });

  it.each<[string, object]>([
    ['session', {}],
    ['cookie', { store: new CookieStateStore({ secret: 's'.repeat(32), secure: false }) }],
  ])('publishes a callback that comes twice once: the state in a %s', async (_where, options) => {
    const { app } = site(options);
    const visitor = browser(app);
    const start = await visitor.get('/auth/wechat').expect(302);
    const cookie = [start.headers['set-cookie'] ?? []]
      .flat()
      .map((line) => line.split(';')[0])
      .join('; ');
    const callback = await approve(wechat, new URL(start.headers['location'] ?? ''));
    // One host, though each request has a server of its own here.
    const headers = { Cookie: cookie, Host: 'localhost:3000' };
    for (let i = 0; i < 2; i++) await browser(app).get(callback).set(headers).expect(200);
    expect(messages).toEqual([SUCCESS]);
  });

  it('holds nothing of the person, and no secret', async () => {
    const visitor = browser(site().app);
    const callback = await approve(wechat, await beginLogin(visitor));
    const { body } = await visitor.get(callback).expect(200);
    const code = new URLSearchParams(callback.split('?')[1]).get('code') ?? '';
    for (const private_ of [
      body.user.openid,
      body.user.unionid,
      body.user.displayName,
      code,
      website.secret,
    ]) {
      expect(private_).toEqual(expect.any(String));
      expect(JSON.stringify(messages)).not.toContain(private_);
    }
  });

  it('costs no message without a subscriber', async () => {
    unsubscribe(CHANNEL, collect);
    const visitor = browser(site().app);
    await visitor.get(await approve(wechat, await beginLogin(visitor))).expect(200);
    expect(messages).toEqual([]);
  });
});
