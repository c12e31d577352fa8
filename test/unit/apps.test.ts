import { appForLogin, parseCredentials, selectApp, withScope, type Apps } from '../../lib/login/apps.js';
import { resolveOptions } from '../../lib/options.js';
import type { StateStore } from '../../lib/state/store.js';

const app = { clientID: 'wx1', clientSecret: 'one' };
const account = { clientID: 'wx2', clientSecret: 'two' };
const storing = (parameters: number): StateStore => {
  const store = (): void => undefined;
  Object.defineProperty(store, 'length', { value: parameters });
  return { store, verify: () => undefined } as never;
};

function resolveApps(options: object, store?: StateStore): Apps {
  return resolveOptions({ ...options, store } as never).resolveApps({} as never) as Apps;
}

const shown = ({ main, officialAccount }: Apps): unknown[] =>
  [main, officialAccount].map(
    (resolved) =>
      resolved &&
      [resolved.clientID, (resolved.proof as () => string)(), resolved.platform, resolved.scope].join(' '),
  );

const from = (agent?: string): never => ({ headers: { 'user-agent': agent } }) as never;

describe('a credential', () => {
  const parse = (given: object, prefix?: string): unknown =>
    parseCredentials(given as never, prefix).clientID;

  it.each(['x', 'wx1'])('may be %p', (clientID) => {
    expect(parse({ clientID, clientSecret: 's' })).toBe(clientID);
  });

  it.each([undefined, null, '', ' \n', 5, {}, ['x']])('may not be %p', (value) => {
    expect(() => parse({ clientID: value })).toThrow(/^clientID is missing: it is the AppID of your app/);
    expect(() => parse({ clientID: 'x', clientSecret: value }, 'officialAccount.')).toThrow(
      /^officialAccount\.clientSecret is missing: it is the AppSecret of the app/,
    );
  });
});

describe('the apps of a strategy', () => {
  it.each<[object, string]>([
    [{}, 'website snsapi_login'],
    [{ scope: 'snsapi_login' }, 'website snsapi_login'],
    [{ scope: 'snsapi_userinfo' }, 'officialAccount snsapi_userinfo'],
    [{ scope: ['snsapi_base'] }, 'officialAccount snsapi_base'],
    [{ scope: ' snsapi_base , snsapi_userinfo,' }, 'officialAccount snsapi_base,snsapi_userinfo'],
    [{ platform: 'officialAccount' }, 'officialAccount snsapi_userinfo'],
    [{ platform: 'mobileApp' }, 'mobileApp snsapi_userinfo'],
    [{ platform: 'mobileApp', scope: [] }, 'mobileApp snsapi_userinfo'],
    [{ platform: 'miniProgram' }, 'miniProgram '],
    [{ platform: 'website', scope: '' }, 'website snsapi_login'],
  ])('are resolved from %j: %s', (options, resolved) => {
    expect(shown(resolveApps({ ...app, ...options }))).toEqual([`wx1 one ${resolved}`, undefined]);
  });

  it('can be a website and an official account', () => {
    expect(shown(resolveApps({ ...app, officialAccount: { ...account, scope: 'snsapi_base' } }))).toEqual([
      'wx1 one website snsapi_login',
      'wx2 two officialAccount snsapi_base',
    ]);
  });

  it.each<[object, RegExp]>([
    [{ clientID: '' }, /^clientID is missing/],
    [{ clientSecret: '' }, /^clientSecret is missing/],
    [
      { platform: 'web' },
      /^platform "web" is unknown: use one of website, officialAccount, mobileApp, miniProgram\.$/,
    ],
    [{ scope: 'snsapi_x' }, /^scope "snsapi_x" does not exist on platform 'website': use snsapi_login\.$/],
    [
      { platform: 'officialAccount', scope: 'snsapi_login' },
      /'officialAccount': use snsapi_userinfo or snsapi_base\.$/,
    ],
    [{ platform: 'miniProgram', scope: 'snsapi_base' }, /'miniProgram': leave scope out\.$/],
    [{ scope: 5 }, /^scope must be a string or a list of strings\.$/],
    [{ scope: ['snsapi_login', 5] }, /^scope must be a string or a list of strings\.$/],
    [{ scope: {} }, /^scope must be a string or a list of strings\.$/],
    [{ officialAccount: { clientID: 'wx2' } }, /^officialAccount\.clientSecret is missing/],
    [{ officialAccount: { clientSecret: 'two' } }, /^officialAccount\.clientID is missing/],
    [
      { platform: 'mobileApp', officialAccount: account },
      /^officialAccount is the second pair .*; with platform: 'mobileApp' give one pair only\.$/,
    ],
    [{ resolveApp: {} }, /^resolveApp must be a function of the request\.$/],
    [{ resolveApp: null }, /^resolveApp must be a function/],
  ])('are refused for %j', (options, message) => {
    expect(() => resolveApps({ ...app, ...options })).toThrow(message);
    expect(() => resolveApps({ ...app, ...options })).toThrow(TypeError);
  });

  it('need a store that stores data if there are two', () => {
    const both = { ...app, officialAccount: account };
    expect(() => resolveApps(both, storing(3))).toThrow(
      /^officialAccount needs a store that stores data, .*does not say which/,
    );
    expect(shown(resolveApps(both, storing(4)))).toHaveLength(2);
    expect(shown(resolveApps(app, storing(3)))).toHaveLength(2);
  });

  it.each([
    ['clientID', 'WECHAT_APPID_BLANK'],
    ['clientSecret', 'WECHAT_SECRET_BLANK'],
  ])('cause a warning for whitespace in the %s', (option, code) => {
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    resolveApps(app);
    expect(emit).not.toHaveBeenCalled();
    resolveApps({ ...app, [option]: 'a b' });
    expect(emit.mock.calls.map(([, options]) => options)).toEqual([{ type: 'WeChatWarning', code }]);
    emit.mockRestore();
  });
});

describe('the apps of a tenant', () => {
  it('are what resolveApp returns for the request', async () => {
    const resolveApp = (req: unknown): object => ({ ...app, clientID: (req as { tenant: string }).tenant });
    const { resolveApps: apps } = resolveOptions({ resolveApp } as never);
    expect(shown(await apps({ tenant: 'wx7' } as never))).toEqual([
      'wx7 one website snsapi_login',
      undefined,
    ]);
    const { resolveApps: later } = resolveOptions({ resolveApp: async () => app } as never);
    expect(shown(await later({} as never))).toHaveLength(2);
  });

  it.each([undefined, null, 'wx1', 5])('are refused if resolveApp returns %p', async (nothing) => {
    const { resolveApps: apps } = resolveOptions({ resolveApp: () => nothing } as never);
    await expect(apps({} as never)).rejects.toThrow(
      'resolveApp must return the credentials: { clientID, clientSecret }.',
    );
  });

  it('are checked like those of a strategy', async () => {
    const both = { ...app, officialAccount: account };
    const { resolveApps: apps } = resolveOptions({ resolveApp: () => both, store: storing(3) } as never);
    await expect(apps({} as never)).rejects.toThrow(/needs a store that stores data/);
  });
});

describe('the app that a login begins with', () => {
  const one = resolveApps(app);
  const two = resolveApps({ ...app, officialAccount: account });

  it.each<[string, Apps, string | undefined, object, string]>([
    ['inside WeChat, if there is one', one, 'MicroMessenger/8', {}, 'wx1 website'],
    ['inside WeChat, if there are two', two, 'MicroMessenger/8', {}, 'wx2 officialAccount'],
    ['elsewhere, if there are two', two, 'Mozilla/5.0', {}, 'wx1 website'],
    ['without a User-Agent', two, undefined, {}, 'wx1 website'],
    [
      'by a platform in the request',
      two,
      'Mozilla/5.0',
      { platform: 'officialAccount' },
      'wx2 officialAccount',
    ],
    [
      'by a platform in the request, inside WeChat',
      two,
      'MicroMessenger/8',
      { platform: 'website' },
      'wx1 website',
    ],
  ])('is selected %s', (_where, apps, agent, options, resolved) => {
    const { clientID, platform } = selectApp(apps, from(agent), (options as { platform?: never }).platform);
    expect(`${clientID} ${platform}`).toBe(resolved);
  });

  it('must have a known platform and scope', () => {
    expect(() => selectApp(one, from(), 'web' as never)).toThrow(/^platform "web" is unknown/);
    expect(() => withScope(one.main, 'snsapi_base')).toThrow(/^scope "snsapi_base" does not exist/);
    expect(withScope(one.main, undefined)).toBe(one.main);
    expect(withScope(two.officialAccount as never, 'snsapi_base')).toMatchObject({
      scope: 'snsapi_base',
      clientID: 'wx2',
    });
  });

  it.each(['officialAccount', 'mobileApp', 'miniProgram'] as const)(
    'is of no kind that the strategy does not have: %s',
    (platform) => {
      expect(() => selectApp(one, from(), platform)).toThrow(
        `platform: '${platform}' chooses among the apps of the strategy, and it has none of this kind`,
      );
    },
  );
});

describe('the app that a login began with', () => {
  const apps = resolveApps({ ...app, officialAccount: account });
  const login = {
    strategy: 'wechat',
    clientID: 'wx2',
    platform: 'officialAccount',
    scope: 'snsapi_base',
  } as const;

  it('is found by its AppID', () => {
    expect(appForLogin(apps, login)).toBe(apps.officialAccount);
    expect(appForLogin(apps, { ...login, clientID: 'wx1', platform: 'website' })).toBe(apps.main);
  });

  it('is not found for another AppID, or another kind of app', () => {
    expect(appForLogin(apps, { ...login, clientID: 'wx3' })).toBeUndefined();
    expect(appForLogin(apps, { ...login, platform: 'mobileApp' })).toBeUndefined();
    expect(appForLogin({ main: apps.main }, login)).toBeUndefined();
  });
});
