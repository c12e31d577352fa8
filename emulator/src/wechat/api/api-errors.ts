import type { Hint } from '../../shared/hint.js';

/** The errcodes that the emulator itself answers with; the faults of a test may use any. */
export const ERRCODE = {
  invalidCredential: 40001,
  invalidGrantType: 40002,
  invalidOpenid: 40003,
  invalidAppid: 40013,
  invalidCode: 40029,
  invalidRefreshToken: 40030,
  invalidUrl: 40066,
  invalidSecret: 40125,
  codeUsed: 40163,
  miniProgramCode: 40242,
  missingAccessToken: 41001,
  missingAppid: 41002,
  missingRefreshToken: 41003,
  missingSecret: 41004,
  missingCode: 41008,
  missingOpenid: 41009,
  missingComponentAppid: 41018,
  missingComponentSecret: 41019,
  missingTicket: 41020,
  missingComponentToken: 41021,
  requiresGet: 43001,
  requiresPost: 43002,
  unauthorizedApi: 48001,
  unauthorizedComponent: 61003,
  expiredTicket: 61005,
  invalidTicket: 61006,
  unknownComponent: 61011,
  requiresComponentToken: 61014,
} as const;

interface ApiError {
  /** As WeChat words it, without the rid. */
  errmsg: string;
  hint: Hint;
}

/**
 * What the endpoints of api.weixin.qq.com answer. Wordings are those of WeChat's documents and of published
 * captures; the errcode list is
 * https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html.
 */
const API_ERRORS: Readonly<Record<number, ApiError>> = {
  [-1]: {
    errmsg: 'system error',
    hint: {
      en: 'WeChat is busy: try a read again, but never the code exchange, whose code may be used up.',
      zh: '微信系统繁忙：读取类接口可以重试，但不要重试换取 access_token，code 可能已被消耗。',
    },
  },
  40001: {
    errmsg: 'invalid credential, access_token is invalid or not latest',
    hint: {
      en: 'Send the access_token of this login, not the one of cgi-bin/token and not one from another environment.',
      zh: '请传本次登录换到的 access_token，不要用 cgi-bin/token 的，也不要混用其他环境的。',
    },
  },
  40002: {
    errmsg: 'invalid grant_type',
    hint: {
      en: 'grant_type is authorization_code for a code, refresh_token for refreshing.',
      zh: '换取 token 时 grant_type 填 authorization_code，刷新时填 refresh_token。',
    },
  },
  40003: {
    errmsg: 'invalid openid',
    hint: {
      en: 'Send the openid that came with this access_token.',
      zh: '请传与该 access_token 一同返回的 openid。',
    },
  },
  40013: {
    errmsg: 'invalid appid',
    hint: {
      en: "The emulator knows no app with this appid: compare it with the start page's list.",
      zh: '模拟器中没有这个 appid，请与首页列出的应用核对。',
    },
  },
  40014: {
    errmsg: 'invalid access_token',
    hint: { en: 'Log in again for a new access_token.', zh: '请重新登录以获取新的 access_token。' },
  },
  40029: {
    errmsg: 'invalid code',
    hint: {
      en: 'The code is unknown, has expired, or was issued for another appid: exchange it at once, with the appid that asked for it.',
      zh: 'code 不存在、已过期，或属于另一个 appid：请用申请它的 appid 立即换取。',
    },
  },
  40030: {
    errmsg: 'invalid refresh_token',
    hint: {
      en: 'Send the refresh_token that this appid was given, or log in again.',
      zh: '请传该 appid 换到的 refresh_token，或重新登录。',
    },
  },
  40066: {
    errmsg: 'invalid url',
    hint: { en: 'The emulator has no such URL.', zh: '模拟器没有这个接口。' },
  },
  40125: {
    errmsg: 'invalid appsecret',
    hint: {
      en: 'The secret is not the one of this appid; look for a mix-up of apps and for stray spaces.',
      zh: 'AppSecret 与 appid 不匹配：检查是否用了别的应用的 AppSecret，或多了空格。',
    },
  },
  40163: {
    errmsg: 'code been used',
    hint: {
      en: 'A code can be exchanged once: look for a repeated callback, a page refresh or a retry of the exchange.',
      zh: 'code 只能换取一次：检查回调是否被重复触发、页面是否被刷新，或是否重试了换取请求。',
    },
  },
  40226: {
    errmsg: 'code blocked',
    hint: {
      en: 'WeChat considers this user a high risk: refuse the login.',
      zh: '微信判定为高风险用户，应拒绝此次登录。',
    },
  },
  40242: {
    errmsg: 'invalid oauth code, it is miniprogram jscode, please use jscode2session',
    hint: {
      en: 'This is the code of a mini program (wx.login): exchange it at jscode2session, as js_code.',
      zh: '这是小程序 wx.login 得到的 code：请调用 jscode2session，并以 js_code 参数传入。',
    },
  },
  41001: {
    errmsg: 'access_token missing',
    hint: { en: 'Send access_token.', zh: '缺少 access_token 参数。' },
  },
  41002: {
    errmsg: 'appid missing',
    hint: { en: 'Send appid (not client_id).', zh: '缺少 appid 参数（不是 client_id）。' },
  },
  41003: {
    errmsg: 'refresh_token missing',
    hint: { en: 'Send refresh_token.', zh: '缺少 refresh_token 参数。' },
  },
  41004: {
    errmsg: 'appsecret missing',
    hint: { en: 'Send secret (not client_secret).', zh: '缺少 secret 参数（不是 client_secret）。' },
  },
  41008: {
    errmsg: 'missing code',
    hint: {
      en: 'Send code; jscode2session calls it js_code.',
      zh: '缺少 code 参数；jscode2session 的参数名是 js_code。',
    },
  },
  41009: { errmsg: 'missing openid', hint: { en: 'Send openid.', zh: '缺少 openid 参数。' } },
  41018: {
    errmsg: 'missing component_appid',
    hint: {
      en: 'Send component_appid, the appid of the third-party platform.',
      zh: '缺少 component_appid 参数，即第三方平台的 appid。',
    },
  },
  41019: {
    errmsg: 'missing platform_secret',
    hint: { en: 'Send component_appsecret in the JSON body.', zh: 'JSON 请求体中缺少 component_appsecret。' },
  },
  41020: {
    errmsg: 'missing platform_ticket',
    hint: {
      en: 'Send component_verify_ticket in the JSON body: the ticket that WeChat pushes every ten minutes.',
      zh: 'JSON 请求体中缺少 component_verify_ticket，即微信每 10 分钟推送一次的票据。',
    },
  },
  41021: {
    errmsg: 'missing component_access_token',
    hint: {
      en: 'Send component_access_token, the token of the third-party platform, in place of secret.',
      zh: '缺少 component_access_token 参数：用第三方平台的令牌代替 secret。',
    },
  },
  42001: {
    errmsg: 'access_token expired',
    hint: {
      en: 'An access_token lives two hours: refresh it, or log in again.',
      zh: 'access_token 有效期为两小时：请刷新或重新登录。',
    },
  },
  42002: {
    errmsg: 'refresh_token expired',
    hint: { en: 'Log in again.', zh: 'refresh_token 已过期，请重新登录。' },
  },
  42003: {
    errmsg: 'oauth code expired',
    hint: {
      en: 'Exchange the code at once, or log in again.',
      zh: 'code 已过期：请收到后立即换取，或重新登录。',
    },
  },
  43001: { errmsg: 'require GET method', hint: { en: 'Call it with GET.', zh: '请使用 GET 请求。' } },
  43002: { errmsg: 'require POST method', hint: { en: 'Call it with POST.', zh: '请使用 POST 请求。' } },
  45009: {
    errmsg: 'reach max api daily quota limit',
    hint: { en: "The app's daily quota is used up.", zh: '该接口今日调用次数已用完。' },
  },
  45011: {
    errmsg: 'api minute-quota reach limit  mustslower  retry next minute',
    hint: { en: 'Wait a minute before the next call.', zh: '调用过于频繁，请一分钟后再试。' },
  },
  48001: {
    errmsg: 'api unauthorized',
    hint: {
      en: 'The login has too small a scope: userinfo needs snsapi_userinfo or snsapi_login, and snsapi_base gives the openid only.',
      zh: '授权范围不足：userinfo 需要 snsapi_userinfo 或 snsapi_login，snsapi_base 只能得到 openid。',
    },
  },
  48004: {
    errmsg: 'api forbidden for irregularities',
    hint: { en: 'WeChat has banned the app from this API.', zh: '该应用的此接口因违规被封禁。' },
  },
  50001: {
    errmsg: 'user unauthorized',
    hint: { en: 'The user has not authorized the app.', zh: '用户未授权该接口。' },
  },
  50002: {
    errmsg: 'user limited',
    hint: {
      en: "The user's account is restricted: refuse the login.",
      zh: '用户账号受限，应拒绝此次登录。',
    },
  },
  61003: {
    errmsg: 'component is not authorized by this account',
    hint: {
      en: 'The account has not authorized this third-party platform, or has withdrawn it: its administrator must authorize it (again).',
      zh: '该账号尚未授权给此第三方平台，或已取消授权：需由账号管理员（重新）授权。',
    },
  },
  61005: {
    errmsg: 'component ticket is expired',
    hint: { en: 'Use the newest component_verify_ticket.', zh: '请使用最新的 component_verify_ticket。' },
  },
  61006: {
    errmsg: 'component ticket is invalid',
    hint: {
      en: 'Use the newest component_verify_ticket of this platform.',
      zh: '请使用该第三方平台最新的 component_verify_ticket。',
    },
  },
  61011: {
    errmsg: 'invalid component',
    hint: {
      en: 'The emulator knows no third-party platform with this component_appid.',
      zh: '模拟器中没有这个 component_appid 对应的第三方平台。',
    },
  },
  61014: {
    errmsg: 'must use component token for component api',
    hint: {
      en: 'Send the component_access_token of this platform, not the token of a user or of another platform.',
      zh: '请传该第三方平台自己的 component_access_token，不要用用户的或其他平台的 token。',
    },
  },
};

const UNEXPLAINED: Hint = {
  en: "Look the code up in WeChat's list of return codes.",
  zh: '请在微信的全局返回码中查询该错误码。',
};

/** The wording of an errcode; for one that is not in the table, `error` and no more. */
export function apiError(errcode: number): ApiError {
  return API_ERRORS[errcode] ?? { errmsg: 'error', hint: UNEXPLAINED };
}
