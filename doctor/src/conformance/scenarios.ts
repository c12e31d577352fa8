import { SOURCES } from '../sources.js';
import type { Text } from '../text.js';
import type { Scene, Stage } from './stage.js';

/** Who may be logged in afterwards: the person who allowed it, nobody, or one of the two. */
export type Expectation = 'person' | 'nobody' | 'either';

export interface Scenario {
  /** Behind `conformance.` the id of the finding. */
  id: string;
  title: Text;
  expects: Expectation;
  /** How much a 5xx answer weighs; absent where WeChat or the configuration is at fault, and 5xx says so. */
  serverError?: 'warning' | 'fault';
  /** Why another outcome is wrong. */
  why: Text;
  cure: Text;
  source: string;
  /** On which way to log in it is played. Default: the first that the app has. */
  on?: 'each' | 'wechat' | 'desktop';
  play: (stage: Stage) => Promise<Scene>;
}

const WRONG_PERSON: Text = {
  en: 'Somebody is logged in whom WeChat did not vouch for.',
  zh: '登录了一个微信没有担保的人。',
};
const CHECK_STATE: Text = {
  en: 'Compare state with what this browser keeps, before the code is exchanged, and use it once.',
  zh: '在换取 code 之前，把 state 与该浏览器保存的值比较，且只用一次。',
};
const TRY_AGAIN: Text = {
  en: 'Answer with a page that offers another try (401), not with a server error.',
  zh: '请返回可以重试的页面（401），而不是服务器错误。',
};
const NOBODY_ON_FAILURE: Text = {
  en: 'Check every reply before it is used: a JSON object, no errcode but 0, openid a string; else log in nobody.',
  zh: '使用前请检查每个响应：是 JSON 对象、没有非 0 的 errcode、openid 是字符串；否则不要登录任何人。',
};

/** A whole login, its replies as they were ordered. */
const whole = async (stage: Stage): Promise<Scene> => {
  const login = await stage.begin();
  return stage.finish(login.browser, await stage.allow(login));
};

type Endpoint = 'access_token' | 'userinfo';

/** A whole login in which one reply is spoilt. */
const spoilt =
  (endpoint: Endpoint, fault: Record<string, unknown>) =>
  async (stage: Stage): Promise<Scene> => {
    const login = await stage.begin();
    // Before the nickname is ordered: faults are used up in their order.
    await stage.control.fault(endpoint, fault);
    return stage.finish(login.browser, await stage.allow(login));
  };

const LOGINS: Scenario[] = [
  {
    id: 'login',
    title: { en: 'a person logs in', zh: '用户登录' },
    expects: 'person',
    why: { en: 'Nobody can log in.', zh: '所有人都无法登录。' },
    cure: { en: 'See the steps of the login on the emulator’s start page.', zh: '请看模拟器首页上该次登录的步骤。' },
    source: SOURCES.websiteLogin,
    on: 'each',
    play: whole,
  },
  {
    id: 'other-person',
    title: { en: 'another person logs in', zh: '另一个用户登录' },
    expects: 'person',
    why: WRONG_PERSON,
    cure: NOBODY_ON_FAILURE,
    source: SOURCES.websiteLogin,
    play: async (stage) => {
      await whole(stage);
      const login = await stage.begin();
      return stage.finish(login.browser, await stage.allow(login, { user: 1 }));
    },
  },
  {
    id: 'two-tabs',
    title: { en: 'two tabs, both finished', zh: '两个标签页都完成登录' },
    expects: 'person',
    serverError: 'fault',
    why: {
      en: 'Who opens the QR code twice cannot log in with the first.',
      zh: '打开两次二维码的用户，用第一个二维码无法登录。',
    },
    cure: {
      en: 'Keep several states at once, each for itself, and let a wrong one leave the others alone.',
      zh: '请同时保存多个 state，互不影响。',
    },
    source: 'https://github.com/auth0/passport-auth0/issues/73',
    play: async (stage) => {
      const first = await stage.begin();
      const second = await stage.begin(first.browser);
      const one = await stage.allow(first);
      const ending = await stage.comeBack(first.browser, one.url);
      const { url } = await stage.allow(second);
      const scene = await stage.finish(second.browser, { url });
      return { endings: [ending, ...scene.endings], who: scene.who };
    },
  },
  {
    id: 'cancel-then-allow',
    title: { en: 'cancelled on the phone, then allowed', zh: '手机上取消后再次允许' },
    expects: 'person',
    why: { en: 'The same QR code can be scanned again.', zh: '同一个二维码可以再次扫描。' },
    cure: { en: 'Keep the state until it is used.', zh: '请保留 state 直到使用。' },
    source: SOURCES.qrCapture,
    on: 'desktop',
    play: async (stage) => {
      const login = await stage.begin();
      const uuid = await stage.qrCode(login);
      await stage.control.cancel(uuid);
      return stage.finish(login.browser, await stage.allow(login));
    },
  },
];

const RETURNS: Scenario[] = [
  {
    id: 'refused',
    title: { en: 'refused: state alone comes back', zh: '拒绝授权：只带 state 返回' },
    expects: 'nobody',
    serverError: 'fault',
    why: { en: 'Somebody who said no must get a page that says so.', zh: '拒绝授权的用户应当看到相应的提示页面。' },
    cure: TRY_AGAIN,
    source: SOURCES.denial,
    on: 'each',
    play: async (stage) => {
      const login = await stage.begin();
      return stage.finish(login.browser, { url: stage.callback(login, [['state', login.state]]) });
    },
  },
  {
    id: 'refused-authdeny',
    title: { en: 'refused: code=authdeny', zh: '拒绝授权：code=authdeny' },
    expects: 'nobody',
    serverError: 'fault',
    why: { en: 'Old clients of WeChat say so that somebody refused.', zh: '旧版微信客户端用它表示用户拒绝。' },
    cure: TRY_AGAIN,
    source: 'https://github.com/liangyali/passport-wechat',
    play: async (stage) => {
      const login = await stage.begin();
      return stage.finish(login.browser, { url: stage.callback(login, [['code', 'authdeny'], ['state', login.state]]) }); // prettier-ignore
    },
  },
  {
    id: 'others-state',
    title: { en: "another browser's code and state", zh: '另一个浏览器的 code 和 state' },
    expects: 'nobody',
    serverError: 'fault',
    why: {
      en: 'A stranger can log a visitor in to the stranger’s account (login CSRF).',
      zh: '陌生人可以让访客登录到陌生人的账号（登录 CSRF）。',
    },
    cure: CHECK_STATE,
    source: SOURCES.csrf,
    on: 'each',
    play: async (stage) => {
      const stranger = await stage.begin();
      const { url } = await stage.allow(stranger);
      return stage.finish(stage.visitor(), { url });
    },
  },
  {
    id: 'others-state-while-logging-in',
    title: { en: "another browser's code and state, in the middle of a login", zh: '登录途中收到另一个浏览器的 code 和 state' },
    expects: 'nobody',
    serverError: 'fault',
    why: {
      en: 'A stranger can log a visitor in to the stranger’s account (login CSRF).',
      zh: '陌生人可以让访客登录到陌生人的账号（登录 CSRF）。',
    },
    cure: CHECK_STATE,
    source: SOURCES.csrf,
    play: async (stage) => {
      const victim = await stage.begin();
      const { url } = await stage.allow(await stage.begin());
      return stage.finish(victim.browser, { url });
    },
  },
  {
    id: 'no-state',
    title: { en: 'a good code and no state', zh: '有效的 code，没有 state' },
    expects: 'nobody',
    serverError: 'fault',
    why: {
      en: 'A stranger can log a visitor in to the stranger’s account (login CSRF).',
      zh: '陌生人可以让访客登录到陌生人的账号（登录 CSRF）。',
    },
    cure: CHECK_STATE,
    source: SOURCES.csrf,
    play: async (stage) => {
      const login = await stage.begin();
      const { url } = await stage.allow(login);
      url.searchParams.delete('state');
      return stage.finish(login.browser, { url });
    },
  },
  {
    id: 'used-code',
    title: { en: 'a used code', zh: '已使用的 code' },
    expects: 'nobody',
    serverError: 'fault',
    why: { en: 'It happens at each reload and "back".', zh: '刷新和后退都会遇到。' },
    cure: TRY_AGAIN,
    source: SOURCES.usedCode,
    play: async (stage) => {
      const first = await stage.begin();
      const { url } = await stage.allow(first);
      await stage.comeBack(first.browser, url);
      const login = await stage.begin();
      const code = url.searchParams.get('code') ?? '';
      return stage.finish(login.browser, { url: stage.callback(login, [['code', code], ['state', login.state]]) }); // prettier-ignore
    },
  },
  {
    id: 'expired-code',
    title: { en: 'an expired code', zh: '过期的 code' },
    expects: 'nobody',
    serverError: 'fault',
    why: { en: 'A code lives for ten minutes, inside WeChat for five.', zh: 'code 有效期十分钟，微信内为五分钟。' },
    cure: TRY_AGAIN,
    source: SOURCES.codeLife,
    play: async (stage) => {
      const login = await stage.begin();
      const allowed = await stage.allow(login);
      await stage.control.advanceClock(11 * 60_000);
      return stage.finish(login.browser, allowed);
    },
  },
  {
    id: 'twice-at-once',
    title: { en: 'the same callback twice, at once', zh: '同一个回调同时到达两次' },
    expects: 'person',
    serverError: 'fault',
    why: {
      en: "WeChat's in-app browser is reported to call back twice: the person sees the second answer.",
      zh: '有用户报告微信内置浏览器会回调两次，用户看到的是第二次的响应。',
    },
    cure: {
      en: 'Exchange the code once for both, or redirect to the app if the person is logged in already.',
      zh: '两次请求只换取一次 code；或者在已登录时直接跳转到应用。',
    },
    source: SOURCES.doubleCallback,
    play: async (stage) => {
      const login = await stage.begin();
      const { url, name } = await stage.allow(login);
      await stage.repeatNickname(name);
      const endings = await Promise.all([1, 2].map(() => stage.comeBack(login.browser, url)));
      const best = endings.find((ending) => 'visit' in ending && ending.visit.answer.status < 400) ?? endings[0];
      return { endings, who: await stage.whoIs(login.browser, best ?? { reason: 'other' }) };
    },
  },
  {
    id: 'twice-late',
    title: { en: 'the same callback again, later', zh: '稍后再次访问同一个回调' },
    expects: 'person',
    serverError: 'fault',
    why: { en: 'It happens at each reload and "back".', zh: '刷新和后退都会遇到。' },
    cure: {
      en: 'Redirect to the app if the person is logged in already; leave the URL with the code by a redirect.',
      zh: '已登录时直接跳转到应用；登录后用重定向离开带 code 的 URL。',
    },
    source: SOURCES.usedCode,
    play: async (stage) => {
      const login = await stage.begin();
      const { url } = await stage.allow(login);
      const first = await stage.comeBack(login.browser, url);
      const again = await stage.comeBack(login.browser, url);
      // Without `who`, who is logged in is what the first answer said.
      const who = await stage.whoIs(login.browser, first);
      return { endings: [again], who };
    },
  },
];

const IDENTITY: Scenario[] = [
  {
    id: 'other-openid',
    title: { en: 'userinfo of another openid', zh: '用户信息的 openid 不同' },
    expects: 'nobody',
    why: WRONG_PERSON,
    cure: {
      en: 'Compare the openid of userinfo with that of the token.',
      zh: '请比较用户信息与 access_token 响应中的 openid。',
    },
    source: SOURCES.token,
    play: async (stage) => {
      const login = await stage.begin();
      const userinfo = { fields: { openid: 'oDoctorDoctorDoctorDoctor123' } };
      return stage.finish(login.browser, await stage.allow(login, { userinfo }));
    },
  },
  {
    id: 'no-unionid',
    title: { en: 'no unionid', zh: '没有 unionid' },
    expects: 'person',
    why: {
      en: 'An app that is not bound to an open platform account gets none: all its users must not become one.',
      zh: '未绑定到开放平台账号的应用拿不到 unionid：不能因此把所有用户当成一个人。',
    },
    cure: { en: 'Take openid, with the AppID, where there is no unionid.', zh: '没有 unionid 时请使用 AppID 加 openid。' },
    source: SOURCES.undefinedUser,
    play: async (stage) => {
      const login = await stage.begin();
      await stage.control.fault('access_token', { omit: ['unionid'] });
      return stage.finish(login.browser, await stage.allow(login, { userinfo: { omit: ['unionid'] } }));
    },
  },
  {
    id: 'snapshot',
    title: { en: "a snapshot page's virtual user", zh: '快照页的虚拟用户' },
    expects: 'nobody',
    why: {
      en: 'A virtual user (is_snapshotuser: 1) is nobody: different people share one.',
      zh: '虚拟用户（is_snapshotuser: 1）不是真实的人，不同的人可能共用一个。',
    },
    cure: {
      en: 'Log in nobody, and begin snsapi_userinfo from a tap of the person.',
      zh: '不要登录任何人；请由用户点击后再发起 snsapi_userinfo。',
    },
    source: SOURCES.snapshot,
    on: 'wechat',
    play: spoilt('access_token', { fields: { is_snapshotuser: 1 } }),
  },
];

interface Spoiling {
  id: string;
  title: Text;
  fault: Record<string, unknown>;
}

const BAD_REPLIES: Spoiling[] = [
  { id: 'null', title: { en: 'null', zh: 'null' }, fault: { body: 'null' } },
  { id: 'empty', title: { en: 'an empty body', zh: '空响应' }, fault: { body: '' } },
  { id: 'array', title: { en: '[]', zh: '[]' }, fault: { body: '[]' } },
  { id: 'object', title: { en: '{}', zh: '{}' }, fault: { body: '{}' } },
  { id: 'html', title: { en: "a gateway's HTML", zh: '网关的 HTML 页面' }, fault: { html: true } },
  { id: 'half', title: { en: 'half an answer', zh: '半截响应' }, fault: { truncate: 20 } },
  { id: 'silence', title: { en: 'silence', zh: '没有响应' }, fault: { hang: true } },
];

const ENDPOINTS: Record<Endpoint, Text> = {
  access_token: { en: 'at the exchange', zh: '换取 access_token 时' },
  userinfo: { en: 'at userinfo', zh: '获取用户信息时' },
};

/** errcodes by whose fault they are; only for those of the visitor a 5xx is out of place. */
const ERRCODES: Record<Endpoint, { errcode: number; visitor?: true }[]> = {
  access_token: [
    { errcode: -1 },
    { errcode: 40013 },
    { errcode: 40029, visitor: true },
    { errcode: 40125 },
    { errcode: 40163, visitor: true },
    { errcode: 40164 },
    { errcode: 45011 },
    { errcode: 50002, visitor: true },
  ],
  userinfo: [{ errcode: -1 }, { errcode: 40001 }, { errcode: 40003 }, { errcode: 45009 }, { errcode: 48001 }],
};

function spoiltReplies(endpoint: Endpoint): Scenario[] {
  const common = {
    // A repeated call may have helped; and openid stands in the token's reply already.
    expects: endpoint === 'userinfo' ? ('either' as const) : ('nobody' as const),
    why: WRONG_PERSON,
    cure: NOBODY_ON_FAILURE,
    source: SOURCES.token,
  };
  const name = endpoint === 'userinfo' ? 'userinfo' : 'exchange';
  const replies = BAD_REPLIES.map(({ id, title, fault }) => ({
    ...common,
    id: `${name}-${id}`,
    title: describe(title, endpoint),
    play: spoilt(endpoint, fault),
  }));
  const errcodes = ERRCODES[endpoint].map(({ errcode, visitor }) => ({
    ...common,
    id: `${name}-errcode${errcode < 0 ? '' : '-'}${errcode}`,
    title: describe({ en: `errcode ${errcode}`, zh: `errcode ${errcode}` }, endpoint),
    ...(visitor && { serverError: 'warning' as const }),
    play: spoilt(endpoint, { errcode }),
  }));
  return [...errcodes, ...replies];
}

function describe(what: Text, endpoint: Endpoint): Text {
  const where = ENDPOINTS[endpoint];
  return { en: `${what.en} ${where.en}`, zh: `${where.zh}返回${what.zh}` };
}

export const SCENARIOS: Scenario[] = [
  ...LOGINS,
  ...RETURNS,
  ...IDENTITY,
  ...spoiltReplies('access_token'),
  ...spoiltReplies('userinfo'),
];
