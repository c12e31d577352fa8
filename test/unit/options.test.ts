import {
  checkedMax,
  checkedMaxAge,
  checkedOrigin,
  checkedOrigins,
  checkedText,
  checkedTimeout,
  oneOf,
  quoted,
} from '../../lib/checks.js';
import { isWeChatBrowser } from '../../lib/platform.js';
import { settingsOf } from '../../lib/settings.js';

describe('a text', () => {
  it.each(['x', ' x '])('is %p', (text) => {
    expect(checkedText('clientID', text)).toBe(text);
  });

  it.each([undefined, null, '', ' \n', 5, {}, ['x']])('is not %p', (value) => {
    expect(() => checkedText('clientID', value)).toThrow(/^clientID is missing: it is the AppID of your app/);
    expect(() => checkedText('officialAccount.clientSecret', value)).toThrow(
      /^officialAccount\.clientSecret is missing: it is the AppSecret of the app/,
    );
    expect(() => checkedText('other', value)).toThrow('other is missing: it must be a text.');
  });
});

describe('a timeout', () => {
  it.each([1, 0.5, 5000, 2 ** 31 - 1])('is %p', (timeout) => {
    expect(checkedTimeout(timeout)).toBe(timeout);
  });

  it.each([0, -1, Number.NaN, Infinity, 2 ** 31, '5000', null, true])('is not %p', (timeout) => {
    expect(() => checkedTimeout(timeout)).toThrow(
      'timeout must be a positive number of milliseconds, such as 5000.',
    );
  });
});

describe('bounds of a store', () => {
  it('have their defaults', () => {
    expect([checkedMax(), checkedMaxAge()]).toEqual([8, 1_800_000]);
    expect([checkedMax(1), checkedMaxAge(0.5)]).toEqual([1, 0.5]);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, '8' as never])('max is not %p', (max) => {
    expect(() => checkedMax(max)).toThrow('max must be a positive whole number.');
  });

  it.each([0, -1, Number.NaN, Infinity])('maxAge is not %p', (maxAge) => {
    expect(() => checkedMaxAge(maxAge)).toThrow('maxAge must be a positive number of milliseconds.');
  });
});

describe('an origin', () => {
  it.each([
    ['https://example.com', 'https://example.com'],
    ['HTTP://Example.com/', 'http://example.com'],
    ['http://[::1]:4810', 'http://[::1]:4810'],
  ])('%s is one', (value, origin) => {
    expect(checkedOrigin('openOrigin', value)).toBe(origin);
  });

  it.each([
    'example.com',
    'ftp://example.com',
    'xhttp://example.com',
    'https://example.com/path',
    'https://example.com/?a=1',
    'https://user@example.com',
    '',
    undefined,
    5,
  ])('%p is none', (value) => {
    expect(() => checkedOrigin('openOrigin', value)).toThrow(
      /^openOrigin must be an origin such as "https:\/\/example\.com": /,
    );
  });

  it('may be one of several', () => {
    expect(checkedOrigins('apiOrigin', 'https://a.example')).toEqual(['https://a.example']);
    expect(checkedOrigins('apiOrigin', ['https://a.example/', 'https://b.example'])).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
    expect(() => checkedOrigins('apiOrigin', [])).toThrow(
      'apiOrigin is an empty list: give at least one origin.',
    );
    expect(() => checkedOrigins('apiOrigin', ['https://a.example', 'b'])).toThrow(
      /^apiOrigin must be an origin/,
    );
  });
});

describe('a choice', () => {
  it('is one of those that there are, and the first if nothing is said', () => {
    expect(oneOf('lang', ['a', 'b'], 'b')).toBe('b');
    expect(oneOf('lang', ['a', 'b'], undefined)).toBe('a');
    expect(() => oneOf('lang', ['a', 'b'], 'c')).toThrow('lang "c" is unknown: use one of a, b.');
    expect(() => oneOf('lang', ['a', 'b'], null)).toThrow('lang object is unknown: use one of a, b.');
  });

  it('is shown only if it is a text', () => {
    expect([quoted('a"b'), quoted({ secret: 's' }), quoted(5), quoted(undefined)]).toEqual([
      '"a\\"b"',
      'object',
      'number',
      'undefined',
    ]);
  });
});

describe('the settings', () => {
  const app = { clientID: 'wx1', clientSecret: 's' };

  it('have their defaults', () => {
    expect(settingsOf(app)).toEqual({
      callbackURL: undefined,
      profileID: 'unionid-or-openid',
      snapshotUsers: 'reject',
      lang: 'zh_CN',
      connectRedirect: true,
      openOrigin: 'https://open.weixin.qq.com',
      passReqToCallback: false,
      skipUserProfile: false,
      proxy: false,
    });
  });

  it('are what is said', () => {
    const skipUserProfile = (): void => undefined;
    const said = {
      callbackURL: '/cb',
      profileID: 'openid',
      snapshotUsers: 'allow',
      lang: 'en',
      connectRedirect: false,
      openOrigin: 'http://localhost:4810',
      passReqToCallback: true,
      skipUserProfile,
      proxy: true,
    } as const;
    expect(settingsOf({ ...app, ...said })).toEqual(said);
    expect(settingsOf({ ...app, profileID: 'unionid', state: false, lang: 'zh_TW' }).profileID).toBe(
      'unionid',
    );
  });

  it.each<[unknown, RegExp]>([
    [undefined, /^options are missing: give at least/],
    [null, /^options are missing/],
    ['wx1', /^options are missing/],
    [{ ...app, state: 'x' }, /^state must be true or false here; give application data as/],
    [{ ...app, state: {} }, /^state must be true or false here/],
    [{ ...app, callbackURL: '' }, /^callbackURL must be a text/],
    [{ ...app, profileID: 'x' }, /^profileID "x" is unknown/],
    [{ ...app, snapshotUsers: 'x' }, /^snapshotUsers "x" is unknown/],
    [{ ...app, lang: 'x' }, /^lang "x" is unknown/],
    [{ ...app, openOrigin: 'x' }, /^openOrigin must be/],
  ])('are refused: %j', (options, message) => {
    expect(() => settingsOf(options as never)).toThrow(message);
    expect(() => settingsOf(options as never)).toThrow(TypeError);
  });

  it('are warned of only where people are sent to the real WeChat', () => {
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const callbackURL = 'http://localhost:3000/cb';
    settingsOf({ ...app, callbackURL, openOrigin: 'http://localhost:4810' });
    expect(emit).not.toHaveBeenCalled();
    settingsOf({ ...app, callbackURL });
    expect(emit.mock.calls).toEqual([
      [expect.stringMatching(/https/), { type: 'WeChatWarning', code: 'WECHAT_CALLBACK_HTTP' }],
      [
        expect.stringMatching(/wechat-login-emulator/),
        { type: 'WeChatWarning', code: 'WECHAT_CALLBACK_HOST' },
      ],
    ]);
    settingsOf({ ...app, callbackURL });
    expect(emit).toHaveBeenCalledTimes(2);
    emit.mockRestore();
  });
});

it.each([
  ['MicroMessenger/8.0', true],
  ['Mozilla MICROMESSENGER', true],
  ['wxwork/3.1 MicroMessenger/7.0', false],
  ['MicroMessenger/7.0 WXWork/3.1', false],
  ['Mozilla/5.0', false],
  ['', false],
  [undefined, false],
])('WeChat’s browser: %p is %p', (userAgent, inside) => {
  expect(isWeChatBrowser(userAgent)).toBe(inside);
});
