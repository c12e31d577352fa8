import type { CallParams, Endpoint, WeChatCall } from '../../lib/api/request.js';
import {
  allowsUserInfo,
  checkToken,
  codeToSession,
  exchangeCode,
  refreshToken,
  userInfo,
  type WeChatTokenReply,
} from '../../lib/api/endpoints.js';
import { WeChatAPIError, WeChatResponseError } from '../../lib/errors.js';

const app = { clientID: 'wx1', proof: () => 'the-secret' };
const TOKENS = {
  access_token: 'A',
  expires_in: 7200,
  refresh_token: 'R',
  openid: 'oA',
  scope: 'snsapi_login',
};

/** A call that resolves with this JSON, and what it was called with. */
function answered(json: object, errcode?: number): { call: WeChatCall; seen: unknown[] } {
  const seen: unknown[] = [];
  const call = async <T>(endpoint: Endpoint<T>, params: CallParams): Promise<T> => {
    seen.push(endpoint.name, params);
    return endpoint.parse({ json: json as Record<string, unknown>, raw: 'the text', errcode }, params);
  };
  return { call: Object.assign(call, { deadline: Infinity }), seen };
}

const exchanged = (json: object): Promise<WeChatTokenReply> => exchangeCode(answered(json).call, app, 'c');

async function catchProblem(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(WeChatResponseError);
  const { endpoint, message } = error as WeChatResponseError;
  return `${endpoint}: ${message.replace(/^.*usable: /, '')}`;
}

describe('the parameters', () => {
  it.each<[string, (call: WeChatCall) => Promise<unknown>, object, object]>([
    [
      'access_token',
      (call) => exchangeCode(call, app, 'c'),
      { appid: 'wx1', secret: 'the-secret', code: 'c', grant_type: 'authorization_code' },
      TOKENS,
    ],
    [
      'refresh_token',
      (call) => refreshToken(call, app, 'R'),
      { appid: 'wx1', grant_type: 'refresh_token', refresh_token: 'R' },
      TOKENS,
    ],
    [
      'userinfo',
      (call) => userInfo(call, 'A', 'oA', 'en'),
      { access_token: 'A', openid: 'oA', lang: 'en' },
      { openid: 'oA' },
    ],
    [
      'jscode2session',
      (call) => codeToSession(call, app, 'c'),
      { appid: 'wx1', secret: 'the-secret', js_code: 'c', grant_type: 'authorization_code' },
      { openid: 'oA', session_key: 'k' },
    ],
  ])('are the documented ones for %s', async (endpoint, make, params, json) => {
    const { call, seen } = answered(json);
    await make(call);
    expect(seen).toEqual([endpoint, params]);
  });

  it('are the documented ones for auth', async () => {
    const { call, seen } = answered({ errcode: 0 }, 0);
    expect(await checkToken(call, 'A', 'oA')).toBe(true);
    expect(seen).toEqual(['auth', { access_token: 'A', openid: 'oA' }]);
  });
});

describe('a token response', () => {
  it('contains the documented fields only', async () => {
    expect(await exchanged({ ...TOKENS, unionid: 'u', other: 1 })).toStrictEqual({ ...TOKENS, unionid: 'u' });
  });

  it('may lack optional fields', async () => {
    const nothing = { refresh_token: '', unionid: '', scope: 5, expires_in: undefined, is_snapshotuser: 0 };
    expect(await exchanged({ ...TOKENS, ...nothing })).toStrictEqual({
      access_token: 'A',
      expires_in: 0,
      openid: 'oA',
      scope: '',
    });
    expect(await exchanged({ ...TOKENS, unionid: 5 })).not.toHaveProperty('unionid');
  });

  it.each([
    [7200, 7200],
    ['7200', 7200],
    ['', 0],
    ['soon', 0],
    [Infinity, 0],
    [null, 0],
    [[7200], 0],
  ])('turns expires_in %p into %i', async (expires_in, seconds) => {
    expect((await exchanged({ ...TOKENS, expires_in })).expires_in).toBe(seconds);
  });

  it.each([1, '1', true])('marks a snapshot user by is_snapshotuser %p', async (is_snapshotuser) => {
    expect((await exchanged({ ...TOKENS, is_snapshotuser })).is_snapshotuser).toBe(1);
  });

  it.each([0, '0', false, null, 2])('ignores is_snapshotuser %p', async (is_snapshotuser) => {
    expect(await exchanged({ ...TOKENS, is_snapshotuser })).not.toHaveProperty('is_snapshotuser');
  });

  it.each(['access_token', 'openid'])('must contain %s', async (field) => {
    for (const value of [undefined, '', 5, null]) {
      expect(await catchProblem(exchanged({ ...TOKENS, [field]: value }))).toBe(
        `access_token: it has no ${field}`,
      );
      const refreshed = refreshToken(answered({ ...TOKENS, [field]: value }).call, app, 'R');
      expect(await catchProblem(refreshed)).toBe(`refresh_token: it has no ${field}`);
    }
  });
});

it.each([
  ['snsapi_login', 'snsapi_login', true],
  ['snsapi_userinfo', 'snsapi_base,snsapi_userinfo,', true],
  ['snsapi_userinfo', 'snsapi_base,', false],
  ['snsapi_userinfo', ',', true],
  ['snsapi_userinfo', '', true],
  ['snsapi_base', 'snsapi_base,snsapi_userinfo', false],
])('the profile may be fetched if %p was requested and %p granted: %p', (asked, granted, allowed) => {
  expect(allowsUserInfo(asked, granted)).toBe(allowed);
});

describe('a profile', () => {
  it('comes with its raw body', async () => {
    const { call } = answered({ openid: 'oA', nickname: '阿梅' });
    expect(await userInfo(call, 'A', 'oA', 'zh_CN')).toEqual({
      user: { openid: 'oA', nickname: '阿梅' },
      raw: 'the text',
    });
  });

  it('must have the openid that was requested', async () => {
    expect(await catchProblem(userInfo(answered({ openid: 'oB' }).call, 'A', 'oA', 'zh_CN'))).toBe(
      'userinfo: its openid is not the one that was asked for',
    );
  });
});

describe('the check of a token', () => {
  const refused = (errcode: number): WeChatCall =>
    Object.assign(() => Promise.reject(new WeChatAPIError('auth', errcode, 'no')), { deadline: Infinity });

  it('is false for an invalid token, and rejects for other errors', async () => {
    expect(await checkToken(refused(40001), 'A', 'oA')).toBe(false);
    await expect(checkToken(refused(-1), 'A', 'oA')).rejects.toMatchObject({ errcode: -1 });
    expect(await catchProblem(checkToken(answered({}).call, 'A', 'oA'))).toBe('auth: it has no errcode');
  });
});

describe('the session of a mini program', () => {
  const SESSION = { openid: 'oA', session_key: 'k' };

  it('contains the documented fields only', async () => {
    const session = (json: object): Promise<object> => codeToSession(answered(json).call, app, 'c');
    expect(await session({ ...SESSION, unionid: 'u', errcode: 0 })).toStrictEqual({
      ...SESSION,
      unionid: 'u',
    });
    expect(await session({ ...SESSION, unionid: '' })).toStrictEqual(SESSION);
    for (const field of ['openid', 'session_key']) {
      expect(await catchProblem(session({ ...SESSION, [field]: '' }))).toBe(
        `jscode2session: it has no ${field}`,
      );
    }
  });
});
