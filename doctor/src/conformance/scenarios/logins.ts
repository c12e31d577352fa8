import { SOURCES } from '../../sources.js';
import { NOBODY_ON_FAILURE, whole, WRONG_PERSON, type Scenario } from '../scenario.js';

/** Logins that must succeed. */
export const LOGINS: Scenario[] = [
  {
    id: 'login',
    title: { en: 'a person logs in', zh: '用户登录' },
    expects: 'person',
    why: { en: 'Nobody can log in.', zh: '所有人都无法登录。' },
    cure: {
      en: 'See the steps of the login on the emulator’s start page.',
      zh: '请看模拟器首页上该次登录的步骤。',
    },
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
    confidence: 'users',
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
    confidence: 'code',
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
