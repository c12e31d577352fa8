import type { Finding } from 'wechat-login-doctor';
import { isWholeMatrix, rowsOf } from '../support/matrix.js';
import { compare, tableIn } from './comparison.js';
import { examineApp } from './foreign-apps.js';

// What the doctor finds of clients that this project did not write, and of its own, each in an app of the same pages.

const COLUMNS = ['passport-wechat-oauth2', 'passport-wechat', 'passport-weixin', 'Auth.js', 'better-auth'];
const VARIANTS = [
  'passport-wechat without options',
  'passport-wechat inside WeChat',
  'passport-weixin with state: true',
  'Auth.js inside WeChat',
];

// Our own and one other stand for all: one that has a time limit.
const EXAMINED = rowsOf([...COLUMNS, ...VARIANTS], (name) =>
  ['passport-wechat-oauth2', 'passport-wechat'].includes(name),
);
const apps = new Map<string, Finding[]>();

// Mostly waiting: for clients without a time limit, ten seconds for each reply that never comes.
beforeAll(async () => {
  const findings = await Promise.all(
    EXAMINED.map((name) => examineApp(name, [name.includes('inside') ? '--wechat' : '--desktop'])),
  );
  EXAMINED.forEach((name, index) => apps.set(name, findings[index] ?? []));
}, 480_000);

/** `fault: no one, 500` */
function found(app: string, id: string): string | undefined {
  const finding = apps.get(app)?.find((candidate) => candidate.id === id);
  return finding && `${finding.level}: ${finding.seen}`;
}

it('finds no fault in passport-wechat-oauth2', () => {
  const faults = apps.get('passport-wechat-oauth2')?.filter(({ level }) => level === 'fault');
  expect(faults).toEqual([]);
  expect(found('passport-wechat-oauth2', 'conformance.others-state')).toBe('ok: no one, 401');
});

const FOUND = [
  // State is never verified.
  ['passport-wechat', 'cookies.none', 'fault: no Set-Cookie'],
  ['passport-wechat', 'conformance.others-state', 'fault: the user, 200'],
  ['passport-wechat', 'conformance.no-state', 'fault: the user, 200'],
  ['passport-wechat without options', 'state.missing', 'fault: none'],
  ['passport-weixin', 'conformance.others-state', 'fault: the user, 200'],
  ['passport-weixin with state: true', 'state.missing', 'fault: none'],
  // The default scope is the other page's.
  ['passport-wechat without options', 'scope.wrong', 'fault: snsapi_userinfo'],
  ['passport-wechat without options', 'wechat-page.scope', 'fault: Scope 参数错误或没有 Scope 权限'],
  // Who refuses is sent back to WeChat at once.
  ['passport-weixin', 'conformance.refused', 'fault: no one, back to WeChat at once'],
  ['passport-weixin', 'coming-back.refusal.back-to-wechat', 'fault: a redirect to WeChat'],
  ['passport-weixin', 'conformance.refused-authdeny', 'warning: no one, 500'],
  ['passport-wechat', 'conformance.refused', 'ok: no one, 401'],
  // All users are one.
  ['passport-weixin', 'conformance.no-unionid', 'fault: a user "undefined", 200'],
  ['passport-weixin', 'conformance.userinfo-errcode-40003', 'fault: a user "undefined", 200'],
  ['passport-weixin', 'conformance.exchange-object', 'fault: a user "undefined", 200'],
  // The process ends.
  ['passport-wechat', 'conformance.exchange-null', 'fault: the process ends'],
  ['passport-wechat', 'conformance.exchange-object', 'fault: the process ends'],
  ['passport-weixin', 'conformance.exchange-null', 'fault: the process ends'],
  // No time limit.
  ['passport-weixin', 'conformance.exchange-silence', 'fault: no one, no response'],
  ['passport-weixin', 'conformance.userinfo-half', 'fault: no one, no response'],
  ['passport-wechat', 'conformance.exchange-silence', 'ok: no one, 500'],
  ['Auth.js', 'conformance.exchange-silence', 'fault: no one, no response'],
  ['better-auth', 'conformance.userinfo-silence', 'fault: no one, no response'],
  // A state of 435 characters.
  ['Auth.js inside WeChat', 'state.long', 'fault: inside WeChat: 435 characters'],
  [
    'Auth.js inside WeChat',
    'authorization-url.order',
    'warning: inside WeChat: appid scope response_type client_id redirect_uri state',
  ],
  ['Auth.js', 'state.longer-than-seen', 'unknown: 435 characters'],
  ['Auth.js', 'appid.client-id', 'warning: client_id'],
  // Two tabs, of which the older one fails.
  ['Auth.js', 'conformance.two-tabs', 'fault: the user, 500 + 200'],
  // Logged in although userinfo refused.
  ['Auth.js', 'conformance.userinfo-errcode-40003', 'warning: an unknown user, 200'],
  // A virtual user, and a profile of another openid.
  ['passport-wechat inside WeChat', 'conformance.snapshot', 'fault: the user, 200'],
  ['passport-wechat', 'conformance.other-openid', 'fault: the user, 200'],
  ['passport-weixin', 'conformance.other-openid', 'fault: the user, 200'],
  ['Auth.js', 'conformance.other-openid', 'fault: the user, 200'],
  ['better-auth', 'conformance.other-openid', 'fault: the user, 200'],
  // A code that is used, by "back" or reload.
  ['passport-wechat', 'conformance.used-code', 'warning: no one, 500'],
  ['better-auth', 'conformance.used-code', 'warning: no one, 500'],
] as const;

it.each(FOUND.filter(([app]) => EXAMINED.includes(app)))('finds of %s: %s, %s', (app, id, expected) => {
  expect(found(app, id)).toBe(expected);
});

/** Sessions and state are better-auth's own in a whole app; here they are the test's. */
const isOwn = (app: string, id: string): boolean =>
  app !== 'better-auth' || !/refused$|state|two-tabs|twice|cancel/.test(id);

// The table has them all.
if (isWholeMatrix) {
  it.each(['comparison.md', 'comparison.zh-CN.md'])(
    'docs/%s shows the table that the doctor made',
    (page) => {
      const columns = new Map(COLUMNS.map((name) => [name, apps.get(name) ?? []]));
      const { current, expected } = tableIn(page, compare(columns, isOwn, page.includes('zh') ? 'zh' : 'en'));
      expect(current).toBe(expected);
    },
  );
}
