import { SOURCES } from '../../sources.js';
import type { Ending } from '../harness.js';
import { CHECK_STATE, TRY_AGAIN, type Scenario } from '../scenario.js';

/** Ways to come back that must log in nobody, and one callback that comes twice. */
export const RETURNS: Scenario[] = [
  {
    id: 'refused',
    title: { en: 'refused: state alone comes back', zh: '拒绝授权：只带 state 返回' },
    expects: 'nobody',
    everyday: true,
    why: {
      en: 'Somebody who said no must get a page that says so.',
      zh: '拒绝授权的用户应当看到相应的提示页面。',
    },
    cure: TRY_AGAIN,
    confidence: 'users',
    source: SOURCES.denial,
    on: 'each',
    run: async (harness) => {
      const login = await harness.begin();
      return harness.finish(login.browser, { url: harness.callback(login, [['state', login.state]]) });
    },
  },
  {
    id: 'refused-authdeny',
    title: { en: 'refused: code=authdeny', zh: '拒绝授权：code=authdeny' },
    expects: 'nobody',
    everyday: true,
    why: {
      en: 'Old clients of WeChat say so that somebody refused.',
      zh: '旧版微信客户端用它表示用户拒绝。',
    },
    cure: TRY_AGAIN,
    confidence: 'code',
    source: 'https://github.com/liangyali/passport-wechat',
    run: async (harness) => {
      const login = await harness.begin();
      return harness.finish(login.browser, {
        url: harness.callback(login, [
          ['code', 'authdeny'],
          ['state', login.state],
        ]),
      });
    },
  },
  {
    id: 'others-state',
    title: { en: "another browser's code and state", zh: '另一个浏览器的 code 和 state' },
    expects: 'nobody',
    everyday: true,
    why: {
      en: 'A stranger can log a visitor in to the stranger’s account (login CSRF).',
      zh: '陌生人可以让访客登录到陌生人的账号（登录 CSRF）。',
    },
    cure: CHECK_STATE,
    source: SOURCES.csrf,
    on: 'each',
    run: async (harness) => {
      const stranger = await harness.begin();
      const { url } = await harness.allow(stranger);
      return harness.finish(harness.visitor(), { url });
    },
  },
  {
    id: 'others-state-while-logging-in',
    title: {
      en: "another browser's code and state, in the middle of a login",
      zh: '登录途中收到另一个浏览器的 code 和 state',
    },
    expects: 'nobody',
    everyday: true,
    why: {
      en: 'A stranger can log a visitor in to the stranger’s account (login CSRF).',
      zh: '陌生人可以让访客登录到陌生人的账号（登录 CSRF）。',
    },
    cure: CHECK_STATE,
    source: SOURCES.csrf,
    run: async (harness) => {
      const victim = await harness.begin();
      const { url } = await harness.allow(await harness.begin());
      return harness.finish(victim.browser, { url });
    },
  },
  {
    id: 'no-state',
    title: { en: 'a good code and no state', zh: '有效的 code，没有 state' },
    expects: 'nobody',
    everyday: true,
    why: {
      en: 'A stranger can log a visitor in to the stranger’s account (login CSRF).',
      zh: '陌生人可以让访客登录到陌生人的账号（登录 CSRF）。',
    },
    cure: CHECK_STATE,
    source: SOURCES.csrf,
    run: async (harness) => {
      const login = await harness.begin();
      const { url } = await harness.allow(login);
      url.searchParams.delete('state');
      return harness.finish(login.browser, { url });
    },
  },
  {
    id: 'used-code',
    title: { en: 'a used code', zh: '已使用的 code' },
    expects: 'nobody',
    everyday: true,
    why: { en: 'It happens at each reload and "back".', zh: '刷新和后退都会遇到。' },
    cure: TRY_AGAIN,
    confidence: 'users',
    source: SOURCES.usedCode,
    run: async (harness) => {
      const first = await harness.begin();
      const { url } = await harness.allow(first);
      await harness.comeBack(first.browser, url);
      const login = await harness.begin();
      const code = url.searchParams.get('code') ?? '';
      return harness.finish(login.browser, {
        url: harness.callback(login, [
          ['code', code],
          ['state', login.state],
        ]),
      });
    },
  },
  {
    id: 'expired-code',
    title: { en: 'an expired code', zh: '过期的 code' },
    expects: 'nobody',
    everyday: true,
    why: {
      en: 'A code lives for ten minutes, inside WeChat for five.',
      zh: 'code 有效期十分钟，微信内为五分钟。',
    },
    cure: TRY_AGAIN,
    source: SOURCES.codeLife,
    run: async (harness) => {
      const login = await harness.begin();
      const allowed = await harness.allow(login);
      await harness.control.advanceClock(11 * 60_000);
      return harness.finish(login.browser, allowed);
    },
  },
  {
    id: 'twice-at-once',
    title: { en: 'the same callback twice, at once', zh: '同一个回调同时到达两次' },
    expects: 'person',
    why: {
      en: "WeChat's in-app browser is reported to call back twice: the user sees the second response.",
      zh: '有用户报告微信内置浏览器会回调两次，用户看到的是第二次的响应。',
    },
    cure: {
      en: 'Exchange the code once for both, or redirect to the app if the user is logged in already.',
      zh: '两次请求只用 code 换取一次 access_token；或者在已登录时直接跳转到应用。',
    },
    confidence: 'users',
    source: SOURCES.doubleCallback,
    run: async (harness) => {
      const login = await harness.begin();
      // The exchange takes a while, so that the second callback arrives before the first has its response.
      await harness.control.fault('access_token', { fields: {}, delay: 300 });
      const { url, name } = await harness.allow(login);
      await harness.repeatNickname(name);
      const endings = await Promise.all([1, 2].map(() => harness.comeBack(login.browser, url)));
      endings.sort((one, other) => statusOf(one) - statusOf(other));
      return { endings, who: await harness.whoIs(login.browser, endings[0] ?? { reason: 'other' }) };
    },
  },
  {
    id: 'twice-late',
    title: { en: 'the same callback again, later', zh: '稍后再次访问同一个回调' },
    expects: 'person',
    why: { en: 'It happens at each reload and "back".', zh: '刷新和后退都会遇到。' },
    cure: {
      en: 'Redirect to the app if the user is logged in already; leave the URL with the code by a redirect.',
      zh: '已登录时直接跳转到应用；登录后用重定向离开带 code 的 URL。',
    },
    confidence: 'users',
    source: SOURCES.usedCode,
    run: async (harness) => {
      const login = await harness.begin();
      const { url } = await harness.allow(login);
      const first = await harness.comeBack(login.browser, url);
      const again = await harness.comeBack(login.browser, url);
      // Without `who`, who is logged in is what the first response said.
      const who = await harness.whoIs(login.browser, first);
      return { endings: [again], who };
    },
  },
];

const statusOf = (ending: Ending): number => ('visit' in ending ? ending.visit.response.status : Infinity);
