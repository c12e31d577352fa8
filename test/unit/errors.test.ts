import { WeChatAPIError, WeChatError, WeChatNetworkError, WeChatResponseError } from '../../lib/errors.js';

describe('WeChatError', () => {
  it('is the base of all errors', () => {
    const all = [
      new WeChatAPIError('auth', 1, 'x'),
      new WeChatNetworkError('auth', 'h', 'C'),
      new WeChatResponseError('auth', 'x'),
    ];
    for (const error of all) expect(error).toBeInstanceOf(WeChatError);
    expect(all.map(({ name }) => name)).toEqual([
      'WeChatAPIError',
      'WeChatNetworkError',
      'WeChatResponseError',
    ]);
    expect(new WeChatError('x')).toMatchObject({ name: 'WeChatError', status: 502, message: 'x' });
  });
});

describe('WeChatAPIError', () => {
  it('reports WeChat’s errcode and errmsg, and what to do', () => {
    const error = new WeChatAPIError('access_token', 40125, 'invalid appsecret', '1-2-3');
    expect(error).toMatchObject({
      endpoint: 'access_token',
      errcode: 40125,
      errmsg: 'invalid appsecret',
      rid: '1-2-3',
      kind: 'config',
      hint: {
        en: expect.stringMatching(/AppSecret/) as unknown,
        zh: expect.stringMatching(/AppSecret/) as unknown,
      },
    });
    expect(error.message).toBe(
      `WeChat responded to access_token with 40125 "invalid appsecret" (rid 1-2-3). ${error.hint.en}`,
    );
    const without = new WeChatAPIError('auth', 40125, 'no');
    expect(without.rid).toBeUndefined();
    expect(without.message).toBe(`WeChat responded to auth with 40125 "no". ${error.hint.en}`);
  });

  it.each([
    [40029, 'code', 401],
    [40014, 'token', 401],
    [40001, 'config', 500],
    [50001, 'blocked', 403],
    [40013, 'config', 500],
    [45011, 'quota', 503],
    [-1, 'busy', 503],
    [12345, 'unknown', 502],
  ])('has kind and status by its errcode: %i is %p, %i', (errcode, kind, status) => {
    expect(new WeChatAPIError('access_token', errcode, '')).toMatchObject({ kind, status });
  });
});

describe('WeChatNetworkError', () => {
  it.each([
    ['ETIMEDOUT', 504, 'Check the network, DNS and proxy settings of this server.'],
    [
      'ERR_OVERLOADED',
      503,
      'More calls are waiting for WeChat than can end in time, so this one was not sent, and a code in it is still good.',
    ],
    [
      'ERR_PROXY',
      502,
      'The proxy did not open a connection to WeChat: check its URL, its password and what it allows.',
    ],
    ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED'].map(
      (code): [string, number, string] => [
        code,
        502,
        'The certificate is not trusted: does a proxy open TLS, or is the host an emulator? Name its root certificate in NODE_EXTRA_CA_CERTS.',
      ],
    ),
    [
      'ERR_HTTP_CLIENT',
      502,
      'The axios instance that the app gives failed by itself: look at its interceptors.',
    ],
    ['ECONNRESET', 502, 'Check the network, DNS and proxy settings of this server.'],
  ])('has status and advice by its code: %s is %i, %s', (code, status, cure) => {
    const error = new WeChatNetworkError('userinfo', 'api.weixin.qq.com', code);
    expect(error).toMatchObject({ code, status, endpoint: 'userinfo', host: 'api.weixin.qq.com' });
    expect(error.message).toBe(`The call of userinfo to WeChat (api.weixin.qq.com) failed: ${code}. ${cure}`);
  });

  it('advises to raise the timeout only if that was the limit', () => {
    expect(
      new WeChatNetworkError('userinfo', 'api.weixin.qq.com', 'ETIMEDOUT', { timedOut: true }).message,
    ).toBe(
      'The call of userinfo to WeChat (api.weixin.qq.com) failed: ETIMEDOUT. No response came in time: check the network between this server and WeChat, or raise the timeout option.',
    );
  });

  it('names every host that failed', () => {
    const unreachable = ['a.example: ECONNREFUSED', 'b.example: ENOTFOUND'];
    const error = new WeChatNetworkError('auth', 'c.example', 'ETIMEDOUT', { unreachable });
    expect(error.host).toBe('c.example');
    expect(error.message).toMatch(
      /^The call of auth to WeChat \(c\.example, after a\.example: ECONNREFUSED and b\.example: ENOTFOUND\) failed: ETIMEDOUT\./,
    );
  });
});

describe('WeChatResponseError', () => {
  it('reports what is wrong with the response', () => {
    expect(new WeChatResponseError('userinfo', 'it is empty')).toMatchObject({
      message: 'The response to userinfo is not usable: it is empty',
      endpoint: 'userinfo',
      httpStatus: undefined,
      status: 502,
    });
    expect(new WeChatResponseError('auth', 'HTTP status 404', 404).httpStatus).toBe(404);
  });
});
