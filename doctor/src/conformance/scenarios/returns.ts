import { SOURCES } from '../../sources.js';
import type { Ending } from '../stage.js';
import { CHECK_STATE, TRY_AGAIN, type Scenario } from '../scenario.js';

/** Ways to come back that must log in nobody, and one callback that comes twice. */
export const RETURNS: Scenario[] = [
  {
    id: 'refused',
    title: { en: 'refused: state alone comes back', zh: '拒绝授权：只带 state 返回' },
    expects: 'nobody',
    serverError: 'fault',
    why: {
      en: 'Somebody who said no must get a page that says so.',
      zh: '拒绝授权的用户应当看到相应的提示页面。',
    },
    cure: TRY_AGAIN,
    confidence: 'users',
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
    why: {
      en: 'Old clients of WeChat say so that somebody refused.',
      zh: '旧版微信客户端用它表示用户拒绝。',
    },
    cure: TRY_AGAIN,
    confidence: 'code',
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
    title: {
      en: "another browser's code and state, in the middle of a login",
      zh: '登录途中收到另一个浏览器的 code 和 state',
    },
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
    confidence: 'users',
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
    why: {
      en: 'A code lives for ten minutes, inside WeChat for five.',
      zh: 'code 有效期十分钟，微信内为五分钟。',
    },
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
    confidence: 'users',
    source: SOURCES.doubleCallback,
    play: async (stage) => {
      const login = await stage.begin();
      // The exchange takes a while, so that the second callback arrives before the first has its answer.
      await stage.control.fault('access_token', { fields: {}, delay: 300 });
      const { url, name } = await stage.allow(login);
      await stage.repeatNickname(name);
      const endings = await Promise.all([1, 2].map(() => stage.comeBack(login.browser, url)));
      endings.sort((one, other) => statusOf(one) - statusOf(other));
      return { endings, who: await stage.whoIs(login.browser, endings[0] ?? { reason: 'other' }) };
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
    confidence: 'users',
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

const statusOf = (ending: Ending): number => ('visit' in ending ? ending.visit.answer.status : Infinity);
