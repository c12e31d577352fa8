import { resolveOptions } from '../../lib/options.js';

describe('the resolved options', () => {
  const app = { clientID: 'wx1', clientSecret: 's' };

  it('have defaults', () => {
    expect(resolveOptions(app)).toMatchObject({
      name: 'wechat',
      fixedApp: { clientID: 'wx1', platform: 'website', scope: 'snsapi_login' },
      endpoints: {
        authorizationURL: 'https://open.weixin.qq.com/connect/qrconnect',
        tokenURL: 'https://api.weixin.qq.com/sns/oauth2/access_token',
      },
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

  it('are the given ones', () => {
    const skipUserProfile = (_token: string, _done: unknown): void => undefined;
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
    expect(resolveOptions({ ...app, ...said })).toMatchObject(said);
    expect(resolveOptions({ ...app, profileID: 'unionid', state: false, lang: 'zh_TW' }).profileID).toBe(
      'unionid',
    );
  });

  it.each<[unknown, RegExp]>([
    [undefined, /^options are missing: give at least/],
    [null, /^options are missing/],
    ['wx1', /^options are missing/],
    [{ ...app, state: 'x' }, /^state must be true or false here; give application data as/],
    [{ ...app, state: {} }, /^state must be true or false here/],
    [{ ...app, callbackURL: '' }, /^callbackURL must be a string/],
    [{ ...app, skipUserProfile: () => true }, /^skipUserProfile must be true, false or a function of two/],
  ])('are refused for %j', (options, message) => {
    expect(() => resolveOptions(options as never)).toThrow(message);
    expect(() => resolveOptions(options as never)).toThrow(TypeError);
  });

  it('cause warnings about callbackURL only with the real WeChat', () => {
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const callbackURL = 'http://localhost:3000/cb';
    resolveOptions({ ...app, callbackURL, openOrigin: 'http://localhost:4810' });
    expect(emit).not.toHaveBeenCalled();
    resolveOptions({ ...app, callbackURL });
    expect(emit.mock.calls).toEqual([
      [expect.stringMatching(/https/), { type: 'WeChatWarning', code: 'WECHAT_CALLBACK_HTTP' }],
      [
        expect.stringMatching(/wechat-login-emulator/),
        { type: 'WeChatWarning', code: 'WECHAT_CALLBACK_HOST' },
      ],
    ]);
    resolveOptions({ ...app, callbackURL });
    expect(emit).toHaveBeenCalledTimes(2);
    emit.mockRestore();
  });
});
