import { SOURCES } from '../../sources.js';
import { NOBODY_ON_FAILURE, whole, WRONG_PERSON, type Scenario } from '../scenario.js';

/** Logins that must succeed. */
export const LOGINS: Scenario[] = [
  {
    id: 'login',
    title: { en: 'a user logs in', zh: '用户登录' },
    expects: 'person',
    why: { en: 'Nobody can log in.', zh: '所有人都无法登录。' },
    cure: {
      en: 'See the steps of the login on the emulator’s start page.',
      zh: '请看模拟器首页上该次登录的步骤。',
    },
    source: SOURCES.websiteLogin,
    on: 'each',
    run: whole,
  },
  {
    id: 'other-person',
    title: { en: 'another user logs in', zh: '另一个用户登录' },
    expects: 'person',
    why: WRONG_PERSON,
    cure: NOBODY_ON_FAILURE,
    source: SOURCES.websiteLogin,
    run: async (harness) => {
      await whole(harness);
      const login = await harness.begin();
      return harness.finish(login.browser, await harness.allow(login, { user: 1 }));
    },
  },
  {
    id: 'two-tabs',
    title: { en: 'two tabs, both finished', zh: '两个标签页都完成登录' },
    expects: 'person',
    why: {
      en: 'Who opens the QR code twice cannot log in with the first.',
      zh: '打开两次二维码的用户，用第一个二维码无法登录。',
    },
    cure: {
      en: 'Keep several states at once, each for itself, and let a wrong one leave the others alone.',
      zh: '请同时保存多个 state，互不影响。',
    },
    confidence: 'users',
    source: 'https://github.com/auth0/passport-auth0/issues/73',
    run: async (harness) => {
      const first = await harness.begin();
      const second = await harness.begin(first.browser);
      const one = await harness.allow(first);
      const ending = await harness.comeBack(first.browser, one.url);
      const { url } = await harness.allow(second);
      const scene = await harness.finish(second.browser, { url });
      return { endings: [ending, ...scene.endings], who: scene.who };
    },
  },
  {
    id: 'cancel-then-allow',
    title: { en: 'cancelled on the phone, then allowed', zh: '手机上取消后再次允许' },
    expects: 'person',
    why: { en: 'The same QR code can be scanned again.', zh: '同一个二维码可以再次扫描。' },
    cure: { en: 'Keep the state until it is used.', zh: '请保留 state 直到使用。' },
    confidence: 'code',
    source: SOURCES.qrCapture,
    on: 'desktop',
    run: async (harness) => {
      const login = await harness.begin();
      const uuid = await harness.qrCode(login);
      await harness.control.cancel(uuid);
      return harness.finish(login.browser, await harness.allow(login));
    },
  },
];
