import { apiError, ERRCODE } from '../api/api-errors.js';
import type { Hint } from '../../shared/hint.js';

/** A refusal that open.weixin.qq.com shows as a page: HTTP 200, and the browser never returns to the app. */
export interface PageError {
  /** WeChat's own wording. */
  text: string;
  /** For people who do not read Chinese, if users meet the page. */
  textEn?: string;
  code?: number;
  hint: Hint;
}

export const SCOPE_TEXT = 'Scope 参数错误或没有 Scope 权限';
const APPID = 'AppID 参数错误';
const REDIRECT = 'redirect_uri 参数错误';
export const DOMAIN_TEXT = 'redirect_uri 域名与后台配置不一致';
export const ACCOUNT_SCOPE_TEXT = '此公众号并没有这些scope的权限';

/** What WeChat's words mean: it has them in Chinese only, and people search for them. */
export const MEANINGS = new Map([
  [APPID, 'The AppID is not valid'],
  [SCOPE_TEXT, 'The scope is wrong, or the app may not use it'],
  [ACCOUNT_SCOPE_TEXT, 'This account may not use these scopes'],
  [REDIRECT, 'redirect_uri is not valid'],
  [DOMAIN_TEXT, 'redirect_uri is not on a domain that is set for the app'],
  ['公众号未授权第三方平台', 'The account has not authorized the third-party platform'],
  ['state 参数过长', 'state is too long'],
  ['state 参数错误', 'state is not valid'],
]);

/**
 * The refusals that are the same for every request; app-mismatch.ts and parameter-order.ts have those that
 * depend on it. Wordings and codes:
 * https://developers.weixin.qq.com/doc/oplatform/developers/troubleshooting/auth.html and public reports.
 * Codes 10010 to 10016 come from copies of an older official list, which gives no wording for most of them.
 */
export const PAGE_ERRORS = {
  noAppid: { text: APPID, code: 10012, hint: apiError(ERRCODE.missingAppid).hint },
  unknownAppid: { text: APPID, hint: apiError(ERRCODE.invalidAppid).hint },
  platformAppid: {
    text: APPID,
    code: 10016,
    hint: {
      en: 'appid is that of a third-party platform: send the appid of the account as appid, and this one as component_appid.',
      zh: 'appid 填的是第三方平台的 appid：appid 应填公众号的 appid，第三方平台的填在 component_appid 中。',
    },
  },
  unknownComponent: { text: APPID, hint: apiError(ERRCODE.unknownComponent).hint },
  unauthorizedComponent: {
    text: '公众号未授权第三方平台',
    code: 10015,
    hint: apiError(ERRCODE.unauthorizedComponent).hint,
  },
  noScope: { text: SCOPE_TEXT, code: 10010, hint: { en: 'Send scope.', zh: '缺少 scope 参数。' } },
  responseType: {
    text: '该链接无法访问',
    textEn: 'This link cannot be opened',
    hint: { en: 'response_type must be code.', zh: 'response_type 必须是 code。' },
  },
  noRedirect: {
    text: REDIRECT,
    code: 10011,
    hint: { en: 'Send redirect_uri.', zh: '缺少 redirect_uri 参数。' },
  },
  badRedirect: {
    text: REDIRECT,
    hint: {
      en: 'redirect_uri must be an absolute http or https URL, encoded once.',
      zh: 'redirect_uri 必须是完整的 http 或 https URL，且只做一次 URL 编码。',
    },
  },
  longState: {
    text: 'state 参数过长',
    hint: {
      en: 'state may have at most 128 bytes inside WeChat: keep the data in the session and send a short random string.',
      zh: '微信内网页授权的 state 最多 128 字节：请把数据存入会话，只传一个简短的随机串。',
    },
  },
  noState: { text: 'state 参数错误', code: 10013, hint: { en: 'Send state.', zh: '缺少 state 参数。' } },
  /** What WeChat shows after a refusal differs by phone (a blank page, or none); it goes nowhere. */
  refused: {
    text: '你已拒绝授权',
    textEn: 'You did not allow the login',
    hint: {
      en: 'There is nothing to fix: after a refusal the app only sees that nobody comes back.',
      zh: '无需处理：用户拒绝后，应用只是等不到回调。',
    },
  },
  unknownUuid: {
    text: '二维码已失效',
    textEn: 'This QR code no longer works',
    hint: { en: 'Open a new QR page.', zh: '请重新打开扫码页面。' },
  },
  unknownTicket: {
    text: '该链接无法访问',
    textEn: 'This link cannot be opened',
    hint: { en: 'Start the login again from the app.', zh: '请从应用重新发起登录。' },
  },
  foreignOrigin: {
    text: '该链接无法访问',
    textEn: 'This link cannot be opened',
    hint: {
      en: "Refused: the request came from another site's page, or to a host name that is not the emulator's; behind a tunnel or a proxy, set publicOrigin.",
      zh: '请求来自其他网站的页面，或者所用的域名不属于模拟器，已被拒绝；如果使用了内网穿透或代理，请设置 publicOrigin。',
    },
  },
  fault: {
    text: '系统繁忙，请稍后再试',
    textEn: 'The system is busy, please try again later',
    hint: {
      en: 'A fault that a script asked for (faults.next).',
      zh: '这是脚本通过 faults.next 预设的故障。',
    },
  },
  notFound: {
    text: '该链接无法访问',
    textEn: 'This link cannot be opened',
    hint: {
      en: 'The emulator has no such page; the start page is at /.',
      zh: '模拟器没有这个页面，首页在 /。',
    },
  },
} satisfies Record<string, PageError>;
