import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import {
  WeChatClient,
  WeChatError,
  WeChatStrategy,
  type WeChatStrategyOptions,
  type WeChatLoginMessage,
} from 'passport-wechat-oauth2';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { beginLogin, browser, local, type Browser } from '../support/login.js';
import { appWith, profileAsUser, type TestApp } from '../support/express-app.js';

const PLATFORM = { clientID: 'wxcomponent0000001', accessToken: (): string => 'COMPONENT-TOKEN' };
const APP = { clientID: 'wxaccount000000001', component: PLATFORM };
const TOKENS = {
  access_token: 'A',
  refresh_token: 'R',
  openid: 'o1',
  scope: 'snsapi_userinfo',
  expires_in: 7200,
};

const REPLIES: Record<string, object> = {
  '/sns/oauth2/component/access_token': TOKENS,
  '/sns/oauth2/component/refresh_token': TOKENS,
  '/sns/component/jscode2session': { openid: 'o1', session_key: 'K' },
  '/sns/userinfo': { openid: 'o1', nickname: '阿梅' },
};

/** WeChat's API as a third-party platform sees it: it has no other way to the tokens. */
const requests: URL[] = [];
let origin = '';
const server = createServer((req, res) => {
  const url = new URL(req.url ?? '', 'http://api');
  requests.push(url);
  res.end(JSON.stringify(REPLIES[url.pathname] ?? { errcode: 41004, errmsg: 'appsecret missing' }));
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  requests.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const shown = (): unknown[] =>
  requests.map(({ pathname, searchParams }) => [pathname, Object.fromEntries(searchParams)]);

function optionsWith(more: object = {}): WeChatStrategyOptions {
  return {
    ...APP,
    callbackURL: 'https://example.com/auth/wechat/callback',
    openOrigin: origin,
    apiOrigin: origin,
    ...more,
  } as WeChatStrategyOptions;
}

function site(more: object = {}): TestApp {
  return appWith(new WeChatStrategy(optionsWith(more), profileAsUser));
}

async function callbackFor(visitor: Browser, appid: string | undefined = APP.clientID): Promise<string> {
  const start = await beginLogin(visitor);
  const back = new URL(start.searchParams.get('redirect_uri') ?? '');
  back.searchParams.set('code', 'CODE');
  back.searchParams.set('state', start.searchParams.get('state') ?? '');
  if (appid !== '') back.searchParams.set('appid', appid);
  return local(back.href);
}

describe('a login of an app that has authorized a third-party platform', () => {
  it('names the platform behind the state, and exchanges the code with the platform’s token, without a secret', async () => {
    const visitor = browser(site().app);
    const start = await beginLogin(visitor);
    expect(start.pathname).toBe('/connect/oauth2/authorize');
    expect([...start.searchParams.keys()]).toEqual([
      'appid',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
      'component_appid',
      'connect_redirect',
    ]);
    expect(start.searchParams.get('component_appid')).toBe(PLATFORM.clientID);
    const { status, body } = await visitor.get(await callbackFor(visitor));
    expect([status, body.user]).toEqual([
      200,
      expect.objectContaining({ displayName: '阿梅', clientID: APP.clientID }),
    ]);
    expect(shown()).toEqual([
      [
        '/sns/oauth2/component/access_token',
        {
          appid: APP.clientID,
          code: 'CODE',
          grant_type: 'authorization_code',
          component_appid: PLATFORM.clientID,
          component_access_token: 'COMPONENT-TOKEN',
        },
      ],
      ['/sns/userinfo', { access_token: 'A', openid: 'o1', lang: 'zh_CN' }],
    ]);
  });

  it.each([
    ['of another app', 'wxother0000000001'],
    ['not named', ''],
  ])('refuses a response that is %s, before the code is spent', async (_name, appid) => {
    const visitor = browser(site().app);
    expect((await visitor.get(await callbackFor(visitor, appid))).status).toBe(403);
    expect(requests).toEqual([]);
  });

  it('is the same through resolveApp, and through officialAccount beside a website', async () => {
    const {
      clientID: _id,
      component: _component,
      ...rest
    } = optionsWith() as unknown as Record<string, unknown>;
    const tenant = browser(
      appWith(new WeChatStrategy({ ...rest, resolveApp: () => APP } as never, profileAsUser)).app,
    );
    expect((await tenant.get(await callbackFor(tenant))).status).toBe(200);

    const both = {
      clientID: 'wxwebsite00000001',
      clientSecret: 'S',
      component: undefined,
      officialAccount: APP,
    };
    const visitor = browser(site(both).app);
    void visitor.set('User-Agent', 'Mozilla/5.0 MicroMessenger/8.0.50');
    expect((await visitor.get(await callbackFor(visitor))).status).toBe(200);
    expect(requests.map(({ pathname }) => pathname)).toEqual(
      Array(2).fill(['/sns/oauth2/component/access_token', '/sns/userinfo']).flat(),
    );
  });

  it('exchanges the code of a mini program', async () => {
    const visitor = browser(site({ platform: 'miniProgram' }).app);
    const { status } = await visitor.post('/auth/wechat').send({ code: 'JS' });
    expect(status).toBe(200);
    expect(shown()).toEqual([
      [
        '/sns/component/jscode2session',
        {
          appid: APP.clientID,
          js_code: 'JS',
          grant_type: 'authorization_code',
          component_appid: PLATFORM.clientID,
          component_access_token: 'COMPONENT-TOKEN',
        },
      ],
    ]);
  });
});

it('WeChatClient calls WeChat for such an app, too', async () => {
  const client = new WeChatClient({ ...APP, apiOrigin: origin });
  await client.exchangeCode('C');
  await client.refresh('R');
  await client.codeToSession('J');
  expect(requests.map(({ pathname }) => pathname)).toEqual(Object.keys(REPLIES).slice(0, 3));
  for (const { searchParams } of requests) {
    expect(searchParams.get('component_access_token')).toBe('COMPONENT-TOKEN');
    expect(searchParams.has('secret')).toBe(false);
  }
});

describe('the provider of the platform’s token', () => {
  const cases: [string, () => unknown, string][] = [
    [
      'throws',
      () => {
        throw new Error('LEAK ticket');
      },
      'failed',
    ],
    ['rejects', () => Promise.reject(new Error('LEAK ticket')), 'failed'],
    ['gives nothing', () => undefined, 'gave no string'],
    ['gives an empty string', () => Promise.resolve(''), 'gave no string'],
    ['gives an object', () => ({ component_access_token: 'LEAK' }), 'gave no string'],
    ['hangs', () => new Promise(() => undefined), 'took longer than the timeout'],
  ];
  it.each(cases)(
    'that %s is a typed error within the timeout, which leaks nothing',
    async (_name, accessToken, problem) => {
      const { app, errors } = site({ component: { ...PLATFORM, accessToken }, timeout: 200 });
      const visitor = browser(app);
      const messages: WeChatLoginMessage[] = [];
      const collect = (message: unknown): void => void messages.push(message as WeChatLoginMessage);
      subscribe('passport-wechat-oauth2:login', collect);
      expect((await visitor.get(await callbackFor(visitor))).status).toBe(500);
      unsubscribe('passport-wechat-oauth2:login', collect);
      expect(errors).toEqual([expect.any(WeChatError)]);
      expect((errors[0] as Error).message).toContain(problem);
      expect(inspect([errors, messages], { depth: null })).not.toMatch(/LEAK|CODE\b/);
      expect(messages).toEqual([
        expect.objectContaining({ outcome: 'error', reason: 'WeChatError', clientID: APP.clientID }),
      ]);
      expect(requests).toEqual([]);
    },
  );

  it('may be a method, which uses this', async () => {
    const component = {
      ...{ clientID: PLATFORM.clientID, latest: 'OWN' },
      accessToken(): string {
        return this.latest;
      },
    };
    await new WeChatClient({ clientID: APP.clientID, component, apiOrigin: origin }).refresh('R');
    expect(requests[0]?.searchParams.get('component_access_token')).toBe('OWN');
  });

  it('may be async', async () => {
    const accessToken = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return 'LATER';
    };
    await new WeChatClient({
      clientID: APP.clientID,
      component: { ...PLATFORM, accessToken },
      apiOrigin: origin,
    }).refresh('R');
    expect(requests[0]?.searchParams.get('component_access_token')).toBe('LATER');
  });
});

describe('component and clientSecret', () => {
  it.each<[string, object, RegExp]>([
    ['both', { clientSecret: 'S' }, /^clientSecret and component stand for each other/],
    ['neither', { component: undefined }, /^clientSecret is missing/],
    [
      'a component without its AppID',
      { component: { accessToken: () => 'T' } },
      /^component\.clientID is missing/,
    ],
    [
      'a token in place of a function',
      { component: { ...PLATFORM, accessToken: 'T' } },
      /^component\.accessToken must be a function/,
    ],
    ['a component of a website', { platform: 'website' }, /only service accounts and mini programs/],
    [
      'both in officialAccount',
      {
        component: undefined,
        clientSecret: 'S',
        platform: 'website',
        officialAccount: { ...APP, clientID: 'wx2', clientSecret: 'S' },
      },
      /^officialAccount\.clientSecret and officialAccount\.component/,
    ],
  ])('are refused by a TypeError: %s', (_name, wrong, message) => {
    const options = optionsWith(wrong);
    expect(() => new WeChatStrategy(options, profileAsUser)).toThrow(TypeError);
    expect(() => new WeChatStrategy(options, profileAsUser)).toThrow(message);
  });

  it('hide the token from any inspection of the strategy and the client', async () => {
    const things = [
      new WeChatStrategy(optionsWith(), profileAsUser),
      new WeChatClient({ ...APP, apiOrigin: origin }),
    ];
    expect(inspect(things, { depth: null, showHidden: true })).not.toContain('COMPONENT-TOKEN');
  });
});
