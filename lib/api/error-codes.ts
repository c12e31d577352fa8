import type { WeChatEndpoint } from '../errors.js';

/**
 * What an errcode of WeChat means for a login.
 *
 * - `code`: the visitor's code is used up, expired or wrong; they start again.
 * - `token`: an access or refresh token is no longer good.
 * - `config`: the app's settings at WeChat, or this program, are wrong.
 * - `quota`: the app has called too often.
 * - `blocked`: WeChat does not let this visitor in.
 * - `busy`: WeChat has a problem of its own.
 * - `unknown`: a code that is not in the table.
 */
export type WeChatErrorKind = 'code' | 'token' | 'config' | 'quota' | 'blocked' | 'busy' | 'unknown';

/** One sentence on what to do, in English and in Chinese. */
export interface WeChatHint {
  /** In English. */
  readonly en: string;
  /** In Chinese. */
  readonly zh: string;
}

interface ErrcodeMeaning {
  readonly kind: WeChatErrorKind;
  readonly hint: WeChatHint;
}

const START_AGAIN: WeChatHint = {
  en: 'Let the visitor log in again: a code works once, for the app it was issued to, and for a few minutes only.',
  zh: '请让用户重新登录：code 只能使用一次，只对签发它的应用有效，且几分钟后就会过期。',
};

const LOG_IN_AGAIN: WeChatHint = {
  en: 'The token is no longer good; refresh it, or let the person log in again.',
  zh: '该 token 已失效，请刷新 token，或让用户重新登录。',
};

const REFRESH_TOKEN_OVER: WeChatHint = {
  en: 'The refresh token is no longer good; let the person log in again.',
  zh: 'refresh_token 已失效，请让用户重新登录。',
};

const OUR_BUG: WeChatHint = {
  en: 'A parameter is missing from the call; if this package built the call, please report it with the rid.',
  zh: '请求缺少参数；如果请求由本软件包发出，请附上 rid 报告此问题。',
};

/**
 * The codes that the endpoints of a login can answer with.
 * Source: WeChat's global return codes and the errcode tables of each endpoint, https://developers.weixin.qq.com/doc/
 */
export const ERRCODES: ReadonlyMap<number, ErrcodeMeaning> = new Map<number, ErrcodeMeaning>([
  [
    -1,
    {
      kind: 'busy',
      hint: { en: 'WeChat is busy; try again in a moment.', zh: '微信系统繁忙，请稍后再试。' },
    },
  ],
  [
    40001,
    {
      kind: 'token',
      hint: {
        en: 'The access token is not valid or not the latest; if it happens when the code is exchanged, check the AppSecret.',
        zh: 'access_token 无效或不是最新的；如果在用 code 换取 token 时出现，请检查 AppSecret。',
      },
    },
  ],
  [40002, { kind: 'config', hint: OUR_BUG }],
  [
    40003,
    {
      kind: 'token',
      hint: {
        en: 'The openid does not belong to this access token; openids differ from app to app.',
        zh: 'openid 与 access_token 不匹配；同一用户在不同应用下的 openid 不同。',
      },
    },
  ],
  [
    40013,
    {
      kind: 'config',
      hint: {
        en: 'WeChat does not know this AppID; compare clientID with the one on the platform, without spaces.',
        zh: '微信不认识这个 AppID，请核对 clientID 与平台上的 AppID 是否一致，注意不要有空格。',
      },
    },
  ],
  [40014, { kind: 'token', hint: LOG_IN_AGAIN }],
  [40029, { kind: 'code', hint: START_AGAIN }],
  [40030, { kind: 'token', hint: REFRESH_TOKEN_OVER }],
  [
    40125,
    {
      kind: 'config',
      hint: {
        en: 'The AppSecret is wrong: it may have been reset, belong to another app, or contain a space. Look it up or reset it on the platform.',
        zh: 'AppSecret 错误：可能已被重置、属于其他应用或带有空格。请在平台上核对或重置。',
      },
    },
  ],
  [40163, { kind: 'code', hint: START_AGAIN }],
  [
    40164,
    {
      kind: 'config',
      hint: {
        en: "Add this server's IP address to the app's IP allowlist on the platform.",
        zh: '请在平台上把本服务器的 IP 地址加入该应用的 IP 白名单。',
      },
    },
  ],
  [
    40226,
    {
      kind: 'blocked',
      hint: {
        en: 'WeChat considers this visitor a high risk and refuses the login; they can ask WeChat for the reason.',
        zh: '微信判定该用户为高风险用户，拒绝登录；用户可向微信客服了解原因。',
      },
    },
  ],
  [
    40243,
    {
      kind: 'config',
      hint: {
        en: 'The AppSecret is frozen; unfreeze it on the platform.',
        zh: 'AppSecret 已被冻结，请在平台上解冻。',
      },
    },
  ],
  [41001, { kind: 'config', hint: OUR_BUG }],
  [41002, { kind: 'config', hint: OUR_BUG }],
  [41003, { kind: 'config', hint: OUR_BUG }],
  [
    41004,
    {
      kind: 'config',
      hint: {
        en: 'The AppSecret is missing; set clientSecret.',
        zh: '缺少 AppSecret，请设置 clientSecret。',
      },
    },
  ],
  [41005, { kind: 'config', hint: OUR_BUG }],
  [41006, { kind: 'config', hint: OUR_BUG }],
  [41007, { kind: 'config', hint: OUR_BUG }],
  [41008, { kind: 'code', hint: START_AGAIN }],
  [41009, { kind: 'config', hint: OUR_BUG }],
  [42001, { kind: 'token', hint: LOG_IN_AGAIN }],
  [42002, { kind: 'token', hint: REFRESH_TOKEN_OVER }],
  [42003, { kind: 'code', hint: START_AGAIN }],
  [
    42007,
    {
      kind: 'token',
      hint: {
        en: 'The person changed their WeChat password, which ends all tokens; let them log in again.',
        zh: '用户修改了微信密码，所有 token 均已失效，请让用户重新登录。',
      },
    },
  ],
  [43001, { kind: 'config', hint: { en: 'Call with GET.', zh: '请使用 GET 方式调用。' } }],
  [43002, { kind: 'config', hint: { en: 'Call with POST.', zh: '请使用 POST 方式调用。' } }],
  [
    43003,
    {
      kind: 'config',
      hint: { en: 'Call over HTTPS; check apiOrigin.', zh: '请使用 HTTPS 调用，检查 apiOrigin。' },
    },
  ],
  [
    45009,
    {
      kind: 'quota',
      hint: {
        en: "The app has used up today's calls; ask WeChat for a higher quota or reset it on the platform.",
        zh: '该应用今日的调用次数已用完，请在平台上申请提高或重置额度。',
      },
    },
  ],
  [
    45011,
    {
      kind: 'quota',
      hint: {
        en: 'The app calls too often in one minute; slow down and try again after a minute.',
        zh: '该应用每分钟的调用过于频繁，请降低频率，一分钟后再试。',
      },
    },
  ],
  [
    48001,
    {
      kind: 'config',
      hint: {
        en: 'The token does not allow this call: ask for snsapi_userinfo or snsapi_login, and check that the account is verified.',
        zh: '该 token 没有此接口的权限：请使用 snsapi_userinfo 或 snsapi_login，并确认账号已认证。',
      },
    },
  ],
  [
    48004,
    {
      kind: 'config',
      hint: {
        en: 'WeChat has banned the app from this call; see the notices on the platform.',
        zh: '该应用因违规被禁止调用此接口，请查看平台上的通知。',
      },
    },
  ],
  [
    48017,
    {
      kind: 'config',
      hint: {
        en: "The call went to an address that WeChat has retired; use WeChat's host names, never an IP address.",
        zh: '请求发往了微信已停用的 IP，请使用域名而不是 IP 地址调用。',
      },
    },
  ],
  [
    50001,
    {
      kind: 'blocked',
      hint: {
        en: 'The visitor has not authorized this; let them log in again and agree.',
        zh: '用户未授权该操作，请让用户重新登录并同意授权。',
      },
    },
  ],
  [
    50002,
    {
      kind: 'blocked',
      hint: {
        en: "The visitor's WeChat account is restricted; they can ask WeChat for the reason.",
        zh: '用户的微信账号受到限制，用户可向微信客服了解原因。',
      },
    },
  ],
  [
    50004,
    {
      kind: 'config',
      hint: {
        en: 'WeChat forbids this app to get tokens; see the notices on the platform.',
        zh: '该应用被禁止使用 token 接口，请查看平台上的通知。',
      },
    },
  ],
  [
    50007,
    {
      kind: 'config',
      hint: {
        en: 'The account of the app is frozen; see the notices on the platform.',
        zh: '该应用所属的账号已被冻结，请查看平台上的通知。',
      },
    },
  ],
  [
    61024,
    {
      kind: 'config',
      hint: {
        en: 'This account is run through a third-party platform; log in with the credentials of that platform.',
        zh: '该账号由第三方平台代运营，请使用第三方平台的凭证调用。',
      },
    },
  ],
]);

const NOT_IN_TABLE: ErrcodeMeaning = {
  kind: 'unknown',
  hint: {
    en: "Look the errcode up in WeChat's list of return codes; support asks for the rid.",
    zh: '请在微信的全局返回码列表中查询该 errcode；联系客服时请提供 rid。',
  },
};

/** Kind and hint of an errcode in a response of this endpoint; `unknown` for one that is not in the table. */
export function describeErrcode(errcode: number, endpoint?: WeChatEndpoint): ErrcodeMeaning {
  return ERRCODES.get(errcode) ?? NOT_IN_TABLE;
}
