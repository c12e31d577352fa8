// What the error reference says beside the tables of lib/api/error-codes.ts and of the emulator.
// Sources: https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html,
// https://developers.weixin.qq.com/doc/oplatform/developers/troubleshooting/auth.html, and published captures.

/** WeChat's words where the emulator has none, since they name the address of the caller. */
export const OTHER_ERRMSGS = { 40164: 'invalid ip …, not in whitelist' };

/** What `fail` says, with what to do: the messages are those of lib/, and end up in `failureMessage`. */
export const FAILURES = [
  {
    message: 'The WeChat login was cancelled.',
    reason: 'denied',
    cure: { en: 'offer a new login', zh: '提供重新登录的按钮' },
  },
  {
    message: 'WeChat does not accept this login any more. Please log in again.',
    reason: 'code',
    cure: {
      en: 'the code is used, too old, or another AppID’s (back, reload, a callback that came twice): offer a new login',
      zh: 'code 已使用、已过期，或不属于这个 AppID（后退、刷新、回调了两次）：请用户重新登录',
    },
  },
  {
    message: 'WeChat does not let this account log in.',
    reason: 'blocked',
    cure: {
      en: '40226, 50002: the user can ask WeChat for the reason; 50001: log in again, and agree',
      zh: '40226、50002：用户可以联系微信客服；50001：重新登录并同意授权',
    },
  },
  {
    message: 'This is a preview of WeChat. Please tap "使用完整服务" and log in again.',
    reason: 'snapshot',
    cure: {
      en: 'the [snapshot page](inside-wechat.md#the-snapshot-page): let the login start from a tap',
      zh: '[快照页](inside-wechat.zh-CN.md#快照页)：让登录由用户点击开始',
    },
  },
  {
    message: 'The request is not a response of WeChat: …',
    reason: 'request',
    cure: {
      en: 'somebody made up the URL, or an app posted no code (`express.json()` and `Content-Type`); the message says what is wrong',
      zh: '回调 URL 是伪造的，或者 App 没有提交 code（检查 `express.json()` 和 `Content-Type`）；具体问题写在 message 里',
    },
  },
  {
    message: 'The app did not accept this login.',
    reason: 'refused',
    cure: {
      en: 'your verify function returned `false` or nothing, and no `info`: is there a `return` in it?',
      zh: '你的 verify 返回了 `false` 或什么都没返回，也没有给出 `info`：是不是忘了写 `return`？',
    },
  },
  {
    message: '…',
    reason: 'state',
    cure: {
      en: 'any other message: [troubleshooting](sessions-and-state.md#troubleshooting)',
      zh: '其他 message：[排查](sessions-and-state.zh-CN.md#排查)',
    },
  },
];

/** What the pages of open.weixin.qq.com say when a login cannot begin. The user never comes back to the app. */
export const PAGE_ERRORS = [
  {
    text: 'Scope 参数错误或没有 Scope 权限',
    cause: {
      en: 'The AppID is of the wrong kind for this page (a service account on the QR page, or a website application inside WeChat), the callback domain is not set, the parameters stand in another order than documented, or the right to `snsapi_userinfo` was taken away.',
      zh: 'AppID 的类型与页面不符（扫码页用了服务号的 AppID，或微信内用了网站应用的 AppID）；没有设置授权回调域；参数顺序与文档不一致；或 `snsapi_userinfo` 权限被收回。',
    },
    cure: {
      en: 'Set `platform` to the kind of app that the AppID belongs to; with two of them, give those of the service account as `officialAccount`. Check the callback domain in WeChat’s console.',
      zh: '把 `platform` 设为该 AppID 所属的类型；两种都有时，把服务号的 AppID 和 AppSecret 放进 `officialAccount`。并在微信后台核对授权回调域。',
    },
  },
  {
    text: 'redirect_uri 参数错误',
    cause: {
      en: 'The host of `callbackURL` is not the callback domain, no domain is set, or it was entered with `http://` or a port.',
      zh: '`callbackURL` 的域名与授权回调域不一致；没有设置授权回调域；或填写时带了 `http://` 或端口。',
    },
    cure: {
      en: 'Enter the bare host in WeChat’s console, such as `www.example.com`, and use exactly this host in `callbackURL`. A subdomain is another host.',
      zh: '在微信后台只填域名，例如 `www.example.com`，`callbackURL` 使用完全相同的域名。子域名不算。',
    },
  },
  {
    code: 10003,
    text: 'redirect_uri 域名与后台配置不一致',
    cause: {
      en: 'As above, or `callbackURL` has a port, or the account is not verified. Behind a proxy, a relative `callbackURL` may have become the [internal URL](deploy.md#nginx).',
      zh: '同上；或 `callbackURL` 带有端口；或账号未认证。在反向代理后面，相对的 `callbackURL` 可能变成了[内网的 URL](deploy.zh-CN.md#nginx)。',
    },
    cure: {
      en: 'Give `callbackURL` in full: `https://www.example.com/auth/wechat/callback`. For development use the [emulator](testing.md), since WeChat takes neither a port nor `localhost`; the emulator itself says this of a host that is not among the [`domains`](../emulator/README.md#configure) of its app.',
      zh: '把 `callbackURL` 写完整：`https://www.example.com/auth/wechat/callback`。微信不接受端口，也不接受 `localhost`，开发时请使用[模拟器](testing.zh-CN.md)；模拟器报这个错误，是因为域名不在该应用的 [`domains`](../emulator/README.zh-CN.md#配置) 之中。',
    },
  },
  {
    text: 'AppID 参数错误',
    cause: { en: 'WeChat does not know the AppID.', zh: 'AppID 无效。' },
    cure: {
      en: 'Compare `clientID` with the AppID in WeChat’s console: no spaces, and not the original id `gh_…`.',
      zh: '核对 `clientID` 与微信后台的 AppID：不要有空格，也不要误用原始 ID（`gh_…`）。',
    },
  },
  {
    text: '该链接无法访问',
    cause: {
      en: 'The domain does not match, or the scope is not `snsapi_login` on the QR page.',
      zh: '域名不一致，或扫码页的 scope 不是 `snsapi_login`。',
    },
    cure: {
      en: 'Leave `scope` out, and check the callback domain.',
      zh: '不要设置 `scope`，并核对授权回调域。',
    },
  },
  {
    text: 'state 参数过长',
    cause: {
      en: 'Inside WeChat, `state` may have 128 bytes at most.',
      zh: '在微信内，`state` 最多 128 字节。',
    },
    cure: {
      en: 'This package sends 32 characters. A state store of your own must not send more than 128; keep data in the store, not in the state.',
      zh: '本库只发送 32 个字符。自己实现的 state store 不能超过 128 个字符：数据应存入 store，不要放进 state。',
    },
  },
  {
    text: '请在微信客户端打开链接',
    cause: {
      en: "A service account's login was opened outside WeChat's in-app browser.",
      zh: '在微信之外打开了服务号的授权链接。',
    },
    cure: {
      en: 'Send other browsers to the QR page: `platform: "website"` with `officialAccount` beside it chooses by the browser.',
      zh: '其他浏览器应去扫码页：使用 `platform: "website"` 并同时设置 `officialAccount`，会按浏览器自动选择。',
    },
  },
  {
    code: 10004,
    text: '',
    cause: { en: 'WeChat has banned the account.', zh: '该账号已被封禁。' },
    cure: { en: 'See the notices in WeChat’s console.', zh: '请查看微信后台的通知。' },
  },
  {
    code: 10005,
    text: '此公众号并没有这些scope的权限 / 此帐号并没有这些scope的权限',
    cause: {
      en: 'The account may not ask for this scope: a 公众号 (formerly 订阅号), an unverified account, or the scope of another kind of app.',
      zh: '账号没有该 scope 的权限：公众号（原订阅号）、未认证的账号，或用了其他类型应用的 scope。',
    },
    cure: {
      en: 'A website application asks for `snsapi_login`; a verified service account for `snsapi_userinfo` or `snsapi_base`; a mobile application for `snsapi_userinfo`. In development use a [test account](who-can-have-what.md#a-test-account).',
      zh: '网站应用使用 `snsapi_login`；已认证的服务号使用 `snsapi_userinfo` 或 `snsapi_base`；移动应用使用 `snsapi_userinfo`。开发时可使用[测试号](who-can-have-what.zh-CN.md#测试号)。',
    },
  },
  {
    code: 10006,
    text: '',
    cause: {
      en: 'The user’s WeChat account does not follow the test account.',
      zh: '用户的微信号没有关注测试号。',
    },
    cure: {
      en: 'Scan the QR code of the test account on its page, and log in again.',
      zh: '在测试号页面扫码关注，再重新登录。',
    },
  },
  {
    code: 10009,
    text: '',
    cause: { en: 'The user tried too often.', zh: '用户操作过于频繁。' },
    cure: { en: 'Let them wait a moment.', zh: '请用户稍后再试。' },
  },
  {
    code: '10010–10013',
    text: '',
    cause: {
      en: '`scope`, `redirect_uri`, `appid` or `state` is empty, in this order.',
      zh: '依次为 `scope`、`redirect_uri`、`appid`、`state` 为空。',
    },
    cure: {
      en: 'This package always sends the first three, and a state unless `state: false`. Look for what rewrites the URL on the way.',
      zh: '本库总会发送前三个参数；除非 `state: false`，也总会发送 state。请检查是什么改写了 URL。',
    },
  },
  {
    code: 10015,
    text: '',
    cause: {
      en: 'The account has not authorized the third-party platform.',
      zh: '账号没有授权给第三方平台。',
    },
    cure: {
      en: 'Authorize it again, or log in with the AppID and AppSecret of the account itself.',
      zh: '请重新授权，或使用账号自己的 AppID 和 AppSecret 登录。',
    },
  },
  {
    code: 10016,
    text: '',
    cause: {
      en: 'An AppID of the open platform was used instead of the service account’s.',
      zh: '应该使用服务号的 AppID，却用了开放平台的 AppID。',
    },
    cure: {
      en: 'Inside WeChat use the AppID of the service account.',
      zh: '在微信内请使用服务号的 AppID。',
    },
  },
];
