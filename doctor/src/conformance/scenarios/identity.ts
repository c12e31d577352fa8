import { SOURCES } from '../../sources.js';
import { spoilt, WRONG_PERSON, type Scenario } from '../scenario.js';

/** Replies that are good, but for who the user is. */
export const IDENTITY: Scenario[] = [
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
    run: async (harness) => {
      const login = await harness.begin();
      const userinfo = { fields: { openid: 'oDoctorDoctorDoctorDoctor123' } };
      return harness.finish(login.browser, await harness.allow(login, { userinfo }));
    },
  },
  {
    id: 'no-unionid',
    title: { en: 'no unionid', zh: '没有 unionid' },
    expects: 'person',
    why: {
      en: 'An app that is not bound to an open platform account gets none: all its users must not become one.',
      zh: '未绑定到开放平台账号的应用拿不到 unionid：不能因此把所有用户当成同一个。',
    },
    cure: {
      en: 'Take openid, with the AppID, where there is no unionid.',
      zh: '没有 unionid 时请使用 AppID 加 openid。',
    },
    confidence: 'users',
    source: SOURCES.undefinedUser,
    run: async (harness) => {
      const login = await harness.begin();
      await harness.control.fault('access_token', { omit: ['unionid'] });
      return harness.finish(login.browser, await harness.allow(login, { userinfo: { omit: ['unionid'] } }));
    },
  },
  {
    id: 'snapshot',
    title: { en: "a snapshot page's virtual user", zh: '快照页的虚拟用户' },
    expects: 'nobody',
    why: {
      en: 'A virtual user (is_snapshotuser: 1) is nobody: different people share one.',
      zh: '虚拟用户（is_snapshotuser: 1）不是真实用户，不同的人可能共用一个。',
    },
    cure: {
      en: 'Log in nobody, and begin snsapi_userinfo from a tap of the user.',
      zh: '请不要登录；请由用户点击后再发起 snsapi_userinfo。',
    },
    source: SOURCES.snapshot,
    on: 'wechat',
    run: spoilt('access_token', { fields: { is_snapshotuser: 1 } }),
  },
];
