import type { WeChatEndpoint } from '../platform.js';

/**
 * What an errcode of WeChat means for a login.
 *
 * - `code`: the user's code is used up, expired or wrong; they start again.
 * - `token`: an access or refresh token is no longer good.
 * - `config`: the app's settings at WeChat, or this program, are wrong.
 * - `quota`: the app has called too often.
 * - `blocked`: WeChat does not let this user in.
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

type Row = readonly [errcodes: readonly number[], en: string, zh: string];

// Source: WeChat's global return codes and the errcode tables of each endpoint, https://developers.weixin.qq.com/doc/
const TABLE: Readonly<Record<Exclude<WeChatErrorKind, 'unknown'>, readonly Row[]>> = {
  code: [
    [
      [40029, 40163, 41008, 42003],
      'Let the user log in again: a code is single-use, for the AppID that it was issued to, and valid for a few minutes only.',
      '请让用户重新登录：code 只能使用一次，只对签发它的 AppID 有效，几分钟后就会过期。',
    ],
  ],
  token: [
    [
      [40001],
      'The access token is not valid or not the latest; refresh it, or let the user log in again.',
      'access_token 无效或不是最新的，请刷新 token，或让用户重新登录。',
    ],
    [
      [40003],
      'The openid does not belong to this access token; openids differ from app to app.',
      'openid 与 access_token 不匹配；同一用户在不同应用下的 openid 不同。',
    ],
    [
      [40014, 42001],
      'The token is no longer valid; refresh it, or let the user log in again.',
      '该 token 已失效，请刷新 token，或让用户重新登录。',
    ],
    [
      [40030, 42002],
      'The refresh token is no longer valid; let the user log in again.',
      'refresh_token 已失效，请让用户重新登录。',
    ],
    [
      [42007],
      'The user changed their WeChat password, which ends all tokens; let them log in again.',
      '用户修改了微信密码，所有 token 均已失效，请让用户重新登录。',
    ],
  ],
  config: [
    [
      [40002, 40035, 40097, 41001, 41002, 41003, 41005, 41006, 41007, 41009],
      'A parameter of the call is missing or not valid; if this package built the call, please report it with the rid.',
      '请求的参数缺失或不合法；如果请求由本库发出，请提交 issue 并附上 rid。',
    ],
    [
      [40013],
      'WeChat does not know this AppID; compare clientID with the one in the WeChat console, without spaces.',
      'AppID 无效，请核对 clientID 与微信后台的是否一致，前后不要有空格。',
    ],
    [
      [40125],
      'The AppSecret is wrong: it may have been reset, belong to another app, or contain a space. Look it up or reset it in the WeChat console.',
      'AppSecret 错误：可能已被重置、属于其他应用，或前后带有空格。请在微信后台核对或重置。',
    ],
    [
      [40164],
      "Add this server's IP address to the app's IP allow list (IP 白名单) in the WeChat console.",
      '请在微信后台把本服务器的 IP 加入该应用的 IP 白名单。',
    ],
    [
      [40243],
      'The AppSecret is frozen; unfreeze it in the WeChat console.',
      'AppSecret 已被冻结，请在微信后台解冻。',
    ],
    [[41004], 'The AppSecret is missing; set clientSecret.', '缺少 AppSecret，请设置 clientSecret。'],
    [[43001], 'Call with GET.', '请使用 GET 方式调用。'],
    [[43002], 'Call with POST.', '请使用 POST 方式调用。'],
    [[43003], 'Call over HTTPS; check apiOrigin.', '请使用 HTTPS 调用，检查 apiOrigin。'],
    [
      [48001],
      'The token does not allow this call: ask for snsapi_userinfo or snsapi_login, and check that the account is verified.',
      '该 token 没有此接口的权限：请使用 snsapi_userinfo 或 snsapi_login，并确认账号已认证。',
    ],
    [
      [48004],
      'WeChat has banned the app from this call; see the notices in the WeChat console.',
      '该应用因违规被禁止调用此接口，请查看微信后台的通知。',
    ],
    [
      [48017],
      "The call went to an address that WeChat has retired; use WeChat's host names, never an IP address.",
      '请求发往了微信已停用的 IP，请使用域名调用，不要使用 IP。',
    ],
    [
      [50004],
      'WeChat forbids this app to get tokens; see the notices in the WeChat console.',
      '该应用被禁止使用 token 接口，请查看微信后台的通知。',
    ],
    [
      [50007],
      'The account of the app is frozen; see the notices in the WeChat console.',
      '该应用所属的账号已被冻结，请查看微信后台的通知。',
    ],
    [
      [61024],
      'This account has authorized a third-party platform, with whose token alone this call works.',
      '该账号已授权给第三方平台，此接口只能用第三方平台的 token 调用。',
    ],
    [
      [41018, 41021, 61011],
      'WeChat does not know the third-party platform, or its token is missing; check component.clientID and component.accessToken.',
      '第三方平台的 AppID 无效或缺少 component_access_token，请检查 component.clientID 和 component.accessToken。',
    ],
    [
      [61003, 61007],
      'The account has not authorized the third-party platform, or not for this call; its administrator must authorize it (again).',
      '该账号未授权给此第三方平台，或未授予此接口的权限，请由账号管理员重新授权。',
    ],
    [
      [40242],
      "The code is that of a mini program: use platform: 'miniProgram', or codeToSession().",
      "该 code 是小程序的 code：请使用 platform: 'miniProgram'，或调用 codeToSession()。",
    ],
  ],
  quota: [
    [
      [45009],
      "The app has used up today's calls; ask WeChat for a higher quota or reset it in the WeChat console.",
      '该应用今日的调用次数已用完，请在微信后台申请提高额度或清零。',
    ],
    [
      [45011],
      'The app calls too often in one minute; slow down and try again after a minute.',
      '该应用每分钟的调用过于频繁，请降低频率，一分钟后再试。',
    ],
  ],
  blocked: [
    [
      [40226],
      'WeChat considers this user a high risk and refuses the login; they can ask WeChat for the reason.',
      '微信判定该用户为高风险用户，拒绝登录；用户可联系微信客服了解原因。',
    ],
    [
      [50001],
      'The user has not authorized this; let them log in again and agree.',
      '用户未授权该操作，请让用户重新登录并同意授权。',
    ],
    [
      [50002],
      "The user's WeChat account is restricted; they can ask WeChat for the reason.",
      '用户的微信账号受限（可能已被冻结或注销），用户可联系微信客服了解原因。',
    ],
  ],
  busy: [[[-1], 'WeChat is busy; try again in a moment.', '微信系统繁忙，请稍后再试。']],
};

/** The errcodes that WeChat can respond with to the calls of a login. */
export const ERRCODES: ReadonlyMap<number, ErrcodeMeaning> = new Map(
  Object.entries(TABLE).flatMap(([kind, rows]) =>
    rows.flatMap(([errcodes, en, zh]) =>
      errcodes.map((errcode) => [errcode, { kind: kind as keyof typeof TABLE, hint: { en, zh } }] as const),
    ),
  ),
);

const NOT_IN_TABLE: ErrcodeMeaning = {
  kind: 'unknown',
  hint: {
    en: "Look the errcode up in WeChat's list of return codes; WeChat's developer platform explains the rid.",
    zh: '请在微信的全局返回码列表中查询该 errcode；rid 可以在微信开发者平台的“调试诊断”里查询。',
  },
};

/** For an exchange, an invalid credential (40001) is the AppSecret; for all other calls it is the token. */
const EXCHANGES: readonly WeChatEndpoint[] = ['access_token', 'jscode2session'];

/** Kind and hint of an errcode in a response of this endpoint; `unknown` for one that is not in the table. */
export function describeErrcode(errcode: number, endpoint: WeChatEndpoint): ErrcodeMeaning {
  const row = errcode === 40001 && EXCHANGES.includes(endpoint) ? 40125 : errcode;
  return ERRCODES.get(row) ?? NOT_IN_TABLE;
}
