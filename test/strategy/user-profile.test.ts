import { inspect } from 'node:util';
import request from 'supertest';
import { WeChatStrategy, type WeChatProfile, type WeChatStrategyOptions } from 'passport-wechat-oauth2';
import { mobileApp, startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

const native = (more: object = {}): WeChatStrategyOptions =>
  ({
    ...websiteOptions(origin()),
    clientID: mobileApp.appid,
    clientSecret: mobileApp.secret,
    platform: 'mobileApp',
    ...more,
  }) as WeChatStrategyOptions;

async function logIn(
  strategy: WeChatStrategy,
): Promise<{ status: number; user: WeChatProfile; errors: unknown[] }> {
  const { app, errors } = appWith(strategy);
  const { status, body } = await request(app)
    .post('/auth/wechat')
    .send(wechat.phone.sendAuth({ appid: mobileApp.appid }));
  return { status, user: body as WeChatProfile, errors };
}

const userinfoCalls = (): number => wechat.requests.filter(({ endpoint }) => endpoint === 'userinfo').length;
const trouble = new Error('no');

describe('skipUserProfile', () => {
  type Done = (error: unknown, skip?: boolean) => void;
  it.each<[string, unknown, number]>([
    ['true', true, 0],
    ['false', false, 1],
    ['a function that calls done with true', (_token: string, done: Done) => done(null, true), 0],
    ['a function that calls done with 1', (_token: string, done: Done) => done(null, 1 as never), 0],
    ['a function that calls done with false', (_token: string, done: Done) => done(null, false), 1],
    ['a function that calls done with nothing', (_token: string, done: Done) => done(null), 1],
  ])('may be %s', async (_name, skipUserProfile, calls) => {
    const { status, user } = await logIn(new WeChatStrategy(native({ skipUserProfile }), profileAsUser));
    expect([status, userinfoCalls()]).toEqual([200, calls]);
    expect(user.displayName === '').toBe(calls === 0);
    expect(user.id).toBe(user.unionid);
    if (calls === 0) expect(user._json).toEqual({ openid: user.openid, unionid: user.unionid });
  });

  it.each([() => true, (_token: string) => false, async (_token: string) => true])(
    'is refused as a function that has no done: %p',
    (skipUserProfile) => {
      expect(() => new WeChatStrategy(native({ skipUserProfile }), profileAsUser)).toThrow(
        'skipUserProfile must be true, false or a function of two parameters: (accessToken, done).',
      );
    },
  );

  it('receives the token, and passes its error to Passport', async () => {
    const tokens: string[] = [];
    const skipUserProfile = (token: string, done: Done): void => {
      tokens.push(token);
      done(trouble);
    };
    const { status, errors } = await logIn(new WeChatStrategy(native({ skipUserProfile }), profileAsUser));
    expect([status, errors, tokens]).toEqual([500, [trouble], [expect.stringMatching(/^.{20,}$/)]]);
  });
});

it('a wrong lang of a request is refused before the code is spent', async () => {
  const code = wechat.phone.sendAuth({ appid: mobileApp.appid });
  const respond = (authenticate: object) => {
    const { app, errors } = appWith(new WeChatStrategy(native(), profileAsUser), { authenticate });
    return request(app)
      .post('/auth/wechat')
      .send(code)
      .then(({ status }) => ({ status, errors }));
  };
  expect(await respond({ lang: 'de' })).toEqual({ status: 500, errors: [expect.any(TypeError)] });
  expect(await respond({ lang: 'en' })).toEqual({ status: 200, errors: [] });
});

describe('userProfile', () => {
  it('receives nothing secret beside the token', async () => {
    let given: object = {};
    class Printing extends WeChatStrategy {
      override userProfile(...[token, done, request]: Parameters<WeChatStrategy['userProfile']>): void {
        given = { ...request };
        super.userProfile(token, done, request);
      }
    }
    let tokens: (string | undefined)[] = [];
    const keepTokens = (
      token: string,
      fresh: string | undefined,
      profile: WeChatProfile,
    ): Promise<object> => {
      tokens = [token, fresh];
      return Promise.resolve(profile);
    };
    await logIn(new Printing(native(), keepTokens));
    const printed = inspect(given, { depth: Infinity, showHidden: true }) + JSON.stringify(given);
    expect(printed).toContain(mobileApp.appid);
    expect(tokens).toEqual([expect.stringMatching(/.{20}/), expect.stringMatching(/.{20}/)]);
    for (const token of tokens) expect(printed).not.toContain(token);
  });

  it('passes the error of an override to Passport', async () => {
    class Failing extends WeChatStrategy {
      override userProfile(_token: string, done: (error: unknown) => void): void {
        done(trouble);
      }
    }
    expect(await logIn(new Failing(native(), profileAsUser))).toMatchObject({
      status: 500,
      errors: [trouble],
    });
  });

  it('names WeChatClient.userInfo() if called outside a login', async () => {
    const error = await new Promise((resolve) => {
      new WeChatStrategy(native(), profileAsUser).userProfile('token', resolve);
    });
    expect((error as Error).message).toMatch(/WeChatClient\.userInfo\(\)/);
  });
});
