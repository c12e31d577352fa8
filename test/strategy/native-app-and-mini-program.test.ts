import { inspect } from 'node:util';
import type { Response } from 'supertest';
import { WeChatStrategy, type WeChatSession, type WeChatProfile } from 'passport-wechat-oauth2';
import { miniProgram, mobileApp, startEmulator, website, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser, type TestApp } from '../support/express-app.js';
import { approve, beginLogin, browser } from '../support/login.js';

const { wechat, origin } = startEmulator();

const apps = { mobileApp, miniProgram };
type PostingPlatform = keyof typeof apps;

function strategyFor(platform: PostingPlatform, verify = profileAsUser): WeChatStrategy {
  const { appid, secret } = apps[platform];
  return new WeChatStrategy(
    { clientID: appid, clientSecret: secret, platform, openOrigin: origin(), apiOrigin: origin() },
    verify,
  );
}

function appFor(platform: PostingPlatform): TestApp {
  return appWith(strategyFor(platform), { sessions: false, authenticate: { session: false } });
}

/** The code that WeChat gives an app on the phone. */
function mint(platform: PostingPlatform, user = 'amei'): string {
  const { appid } = apps[platform];
  return (
    platform === 'mobileApp' ? wechat.phone.sendAuth({ appid, user }) : wechat.phone.wxLogin({ appid, user })
  ).code;
}

describe.each(['mobileApp', 'miniProgram'] as const)('%s', (platform) => {
  it.each([
    ['as JSON', (code: string) => browser(appFor(platform).app).post('/auth/wechat').send({ code })],
    [
      'as a form',
      (code: string) => browser(appFor(platform).app).post('/auth/wechat').type('form').send({ code }),
    ],
    ['in the query', (code: string) => browser(appFor(platform).app).post(`/auth/wechat?code=${code}`)],
  ])('accepts the code %s, without session, state or cookie', async (_how, post) => {
    const { status, body, headers } = await post(mint(platform));
    expect([status, body.platform, body.clientID]).toEqual([200, platform, apps[platform].appid]);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it.each([
    ['nothing', {}, ''],
    ['an empty code', { code: '' }, ''],
    ['a null code', { code: null }, ''],
    ['an array', { code: ['x'] }, ''],
    ['an object', { code: { x: 1 } }, ''],
    ['a number', { code: 1 }, ''],
    ['a code of 513 characters', { code: 'x'.repeat(513) }, ''],
    ['a code in the body and one in the query', { code: 'x' }, '?code=y'],
    ['two codes in the query', {}, '?code=x&code=y'],
    ['a body that is an array', ['x'], ''],
    ['a state alone', { state: 'x' }, '?state=x'],
  ])('responds 400 to %s, without a call to WeChat', async (_what, sent, query) => {
    const { app, errors } = appFor(platform);
    const { status, headers } = await browser(app).post(`/auth/wechat${query}`).send(sent);
    expect([status, headers['location'], errors]).toEqual([400, undefined, []]);
    expect(wechat.requests).toEqual([]);
  });

  it('responds 400 to a request without a body, and to GET', async () => {
    const visitor = browser(appFor(platform).app);
    expect((await visitor.post('/auth/wechat')).status).toBe(400);
    expect((await visitor.get('/auth/wechat')).status).toBe(400);
  });

  it('responds 401 to a code that was used, has expired, or belongs to another app, and 500 to one of a mini program', async () => {
    const { app } = appFor(platform);
    const post = async (code: string): Promise<number> =>
      (await browser(app).post('/auth/wechat').send({ code })).status;
    const used = mint(platform);
    expect(await post(used)).toBe(200);
    expect(await post(used)).toBe(401);
    const old = mint(platform);
    wechat.clock.advance(11 * 60_000);
    expect(await post(old)).toBe(401);
    // The code of a mini program in another app is a mistake of the developer's (40242).
    const foreign = await post(mint(platform === 'mobileApp' ? 'miniProgram' : 'mobileApp'));
    expect(foreign).toBe(platform === 'mobileApp' ? 500 : 401);
  });

  it('responds 401 to authdeny, which old clients send for a refusal, without a call to WeChat', async () => {
    const { status } = await browser(appFor(platform).app).post('/auth/wechat').send({ code: 'authdeny' });
    expect(status).toBe(401);
    expect(wechat.requests).toEqual([]);
  });

  it('gives the same profile id as the website bound to the same open platform account', async () => {
    const { app: site } = appWith(new WeChatStrategy(websiteOptions(origin()), profileAsUser));
    const visitor = browser(site);
    const atTheDesk = await visitor.get(await approve(wechat, await beginLogin(visitor), 'dawei'));
    const onThePhone = await browser(appFor(platform).app)
      .post('/auth/wechat')
      .send({ code: mint(platform, 'dawei') });
    expect(onThePhone.body.id).toBe(atTheDesk.body.user.id);
    expect(onThePhone.body.openid).not.toBe(atTheDesk.body.user.openid);
    expect(atTheDesk.body.user.clientID).toBe(website.appid);
  });
});

describe('a native app', () => {
  it('calls verify with tokens and the profile, like a website', async () => {
    const calls: unknown[][] = [];
    const strategy = strategyFor('mobileApp', (...args) => {
      calls.push(args);
      return profileAsUser(...args);
    });
    const { app } = appWith(strategy, { sessions: false, authenticate: { session: false } });
    await browser(app)
      .post('/auth/wechat')
      .send({ code: mint('mobileApp') })
      .expect(200);
    expect(calls).toEqual([
      [
        expect.any(String),
        expect.any(String),
        expect.objectContaining({ displayName: '阿梅🌸' }),
        expect.any(Function),
      ],
    ]);
  });
});

describe('a mini program', () => {
  /** Logs in once, and returns what verify was given. */
  async function logIn(): Promise<{ params: WeChatSession; rest: unknown[]; response: Response }> {
    let seen: { params: WeChatSession; rest: unknown[] } | undefined;
    const { appid, secret } = miniProgram;
    const strategy = new WeChatStrategy(
      {
        clientID: appid,
        clientSecret: secret,
        platform: 'miniProgram',
        openOrigin: origin(),
        apiOrigin: origin(),
      },
      (
        accessToken: undefined,
        refreshToken: string | undefined,
        params: WeChatSession,
        profile: WeChatProfile,
        done,
      ) => {
        seen = { params, rest: [accessToken, refreshToken, profile] };
        done(null, profile);
      },
    );
    const { app } = appWith(strategy);
    const response = await browser(app)
      .post('/auth/wechat/callback')
      .send({ code: mint('miniProgram') });
    if (!seen) throw new Error('verify was not called');
    return { ...seen, response };
  }

  it('calls verify with the ids and no tokens, and fetches no profile', async () => {
    const { rest } = await logIn();
    expect(rest).toEqual([
      undefined,
      undefined,
      expect.objectContaining({ displayName: '', openid: expect.any(String), unionid: expect.any(String) }),
    ]);
    expect(wechat.requests.map(({ endpoint }) => endpoint)).toEqual(['jscode2session']);
  });

  it('passes session_key in params and nowhere else', async () => {
    const { params, rest, response } = await logIn();
    const key = params.session_key;
    expect(key).toHaveLength(24);
    expect(response.body).toEqual({ user: expect.objectContaining({ provider: 'wechat' }), info: {} });
    for (const shown of [response.text, JSON.stringify(rest), inspect(rest, { depth: null })]) {
      expect(shown).not.toContain(key);
    }
  });

  it('keeps session_key out of errors', async () => {
    wechat.faults.next('jscode2session', {
      fields: { openid: '', session_key: 'THE+SESSION+KEY/OF+24+CH==' },
    });
    const { app, errors } = appFor('miniProgram');
    await browser(app)
      .post('/auth/wechat')
      .send({ code: mint('miniProgram') })
      .expect(500);
    expect(errors).toHaveLength(1);
    const [error] = errors as [Error];
    expect(error.message).toContain('openid');
    for (const shown of [
      error.stack,
      JSON.stringify(error),
      inspect(error, { depth: null, showHidden: true }),
    ]) {
      expect(shown).not.toContain('SESSION+KEY');
    }
  });
});
