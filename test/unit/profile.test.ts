import { WeChatResponseError } from '../../lib/errors.js';
import { parseProfile, profileFromIDs, type ProfileOrigin, type WeChatProfile } from '../../lib/profile.js';

const ORIGIN: ProfileOrigin = {
  clientID: 'wx0123456789abcdef',
  platform: 'website',
  ids: { openid: 'oA' },
  profileID: 'unionid-or-openid',
};

function profileFrom(user: object, origin: Partial<ProfileOrigin> = {}): WeChatProfile {
  return parseProfile({ openid: 'oA', ...user }, 'the text', { ...ORIGIN, ...origin });
}

function catchRefusal(make: () => unknown): WeChatResponseError {
  try {
    make();
  } catch (error) {
    if (error instanceof WeChatResponseError) return error;
  }
  throw new Error('it was not refused');
}

it('a profile has the fields that WeChat’s response fills in, and no others', () => {
  const user = { openid: 'oA', nickname: '阿梅', sex: 1, headimgurl: 'https://example.com/a', unionid: 'u' };
  expect(profileFrom(user)).toStrictEqual({
    provider: 'wechat',
    id: 'u',
    openid: 'oA',
    unionid: 'u',
    displayName: '阿梅',
    gender: 'male',
    photos: [{ value: 'https://example.com/a' }],
    clientID: 'wx0123456789abcdef',
    platform: 'website',
    isSnapshotUser: false,
    _raw: 'the text',
    _json: user,
  });
  expect(profileFrom({ nickname: '', sex: 0, headimgurl: '', unionid: '' })).toStrictEqual({
    provider: 'wechat',
    id: 'oA',
    openid: 'oA',
    displayName: '',
    clientID: 'wx0123456789abcdef',
    platform: 'website',
    isSnapshotUser: false,
    _raw: 'the text',
    _json: { openid: 'oA', nickname: '', sex: 0, headimgurl: '', unionid: '' },
  });
});

it.each([
  [1, 'male'],
  [2, 'female'],
  [0, undefined],
  ['1', undefined],
])('sex %p is gender %p', (sex, gender) => {
  expect(profileFrom({ sex }).gender).toBe(gender);
});

it.each([5, null, ['x'], { x: 1 }, true])('a nickname that is not a string is dropped: %p', (nickname) => {
  expect(profileFrom({ nickname }).displayName).toBe('');
});

it.each([
  [1, true],
  [undefined, false],
])('is_snapshotuser %p makes isSnapshotUser %p', (is_snapshotuser, isSnapshotUser) => {
  const ids = { openid: 'oA', ...(is_snapshotuser ? { is_snapshotuser: 1 as const } : {}) };
  expect(profileFrom({}, { ids }).isSnapshotUser).toBe(isSnapshotUser);
});

describe('the picture', () => {
  it.each([
    ['https://example.com/a', 'https://example.com/a'],
    ['http://thirdwx.qlogo.cn/x?u=http://a', 'https://thirdwx.qlogo.cn/x?u=http://a'],
    ['HTTP://thirdwx.qlogo.cn/x', 'https://thirdwx.qlogo.cn/x'],
    ['  http://thirdwx.qlogo.cn/x ', 'https://thirdwx.qlogo.cn/x'],
    // The names that only look like an address of an emulator.
    ['http://1.example.com/x', 'https://1.example.com/x'],
    ['http://a.1/x', undefined],
    ['http://localhost.example.com/x', 'https://localhost.example.com/x'],
    // An emulator's.
    ['http://localhost:4810/a', 'http://localhost:4810/a'],
    ['http://127.0.0.1:4810/a', 'http://127.0.0.1:4810/a'],
    ['http://[::1]:4810/a', 'http://[::1]:4810/a'],
    // None.
    ['javascript:alert(1)', undefined],
    ['ftp://example.com/a', undefined],
    ['/relative', undefined],
    ['', undefined],
    [{ toString: () => 'https://example.com/a' }, undefined],
    [['https://example.com/a'], undefined],
  ])('%p becomes %p', (headimgurl, value) => {
    expect(profileFrom({ headimgurl }).photos).toEqual(value === undefined ? undefined : [{ value }]);
  });
});

describe('what goes into pages', () => {
  it.each([
    ['https://a.example/"onerror="x', 'https://a.example/%22onerror=%22x'],
    ["https://a.example/?q='><script>", 'https://a.example/?q=%27%3E%3Cscript%3E'],
    ['https://a.example/a b`c#"<x', 'https://a.example/a%20b%60c#%22%3Cx'],
    ['https://a"b.example/', 'https://a%22b.example/'],
    ["https://u'v@a.example/", 'https://u%27v@a.example/'],
  ])('is a picture whose URL ends no attribute: %s', (headimgurl, value) => {
    const profile = profileFrom({ headimgurl });
    expect(profile.photos).toEqual([{ value }]);
    expect(profile.photos?.[0]?.value).not.toMatch(/["'<>`\s]/);
    expect(profile._json.headimgurl).toBe(headimgurl);
  });

  it.each([
    ['a\u0000b\u0007c\u007f\u0085d\u009f', 'abcd'],
    ['line\nfeed\ttab\r', 'linefeedtab'],
    ['half \ud83d of one', 'half \ufffd of one'],
    ['\udc38阿梅🌸', '\ufffd阿梅🌸'],
    ['👨‍👩‍👧 \u200b', '👨‍👩‍👧 \u200b'],
  ])('is a name that is well-formed and without control characters: %j', (nickname, displayName) => {
    const profile = profileFrom({ nickname });
    expect(profile.displayName).toBe(displayName);
    expect(profile._json.nickname).toBe(nickname);
  });
});

describe('the ids', () => {
  it.each([
    ['unionid-or-openid', 'u', 'u'],
    ['unionid-or-openid', undefined, 'oA'],
    ['openid', 'u', 'oA'],
    ['unionid', 'u', 'u'],
  ] as const)('give the id under profileID %p with the unionid %p: %p', (profileID, unionid, id) => {
    expect(profileFrom({ unionid }, { profileID }).id).toBe(id);
  });

  it('may come with either response, or with both if they agree', () => {
    const ids = { openid: 'oA', unionid: 'u' };
    expect(profileFrom({}, { ids }).unionid).toBe('u');
    expect(profileFrom({ unionid: 'u' }).unionid).toBe('u');
    expect(profileFrom({ unionid: 'u' }, { ids }).unionid).toBe('u');
    expect(profileFrom({ unionid: '' }, { ids }).unionid).toBe('u');
    const refused = catchRefusal(() => profileFrom({ unionid: 'v' }, { ids }));
    expect(refused).toMatchObject({
      endpoint: 'userinfo',
      message: expect.stringMatching(/unionid is not the one/) as unknown,
    });
  });

  it.each([
    ['website', 'access_token'],
    ['miniProgram', 'jscode2session'],
  ] as const)('are all that a profile has without userinfo, on %s', (platform, endpoint) => {
    const origin: ProfileOrigin = { ...ORIGIN, platform };
    expect(profileFromIDs(origin)).toMatchObject({ _raw: '{"openid":"oA"}', displayName: '', id: 'oA' });
    expect(profileFromIDs(origin)._json).toStrictEqual({ openid: 'oA' });
    const bound = { ...origin, ids: { openid: 'oA', unionid: 'u' } };
    expect(profileFromIDs(bound)._json).toStrictEqual({ openid: 'oA', unionid: 'u' });
    const refused = catchRefusal(() => profileFromIDs({ ...origin, profileID: 'unionid' }));
    expect(refused.endpoint).toBe(endpoint);
    expect(refused.message).toMatch(/Bind the app wx0123456789abcdef/);
  });
});
