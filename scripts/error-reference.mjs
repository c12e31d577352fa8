// Writes docs/errors.md and docs/errors.zh-CN.md: the errcodes from the tables that the strategy and the emulator
// use, so that they cannot differ, and the rest from error-texts.mjs.
// node scripts/error-reference.mjs           writes them
// node scripts/error-reference.mjs --check   fails when they are not what it would write
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { format, resolveConfig } from 'prettier';
import { FAILURES, OTHER_ERRMSGS, PAGE_ERRORS } from './error-texts.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Loads a file of TypeScript that imports nothing but types, without a build that might be older than it is. */
async function load(file) {
  const { code } = transformSync(readFileSync(root + file, 'utf8'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  });
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

const { ERRCODES } = await load('lib/api/error-codes.ts');
const { apiError } = await load('emulator/src/wechat/api/api-errors.ts');

/** WeChat's words, as far as they were seen. They change: programs compare the number. */
function errmsg(errcode) {
  const { errmsg } = apiError(errcode);
  return errmsg === apiError(0).errmsg ? OTHER_ERRMSGS[errcode] : errmsg;
}

const KINDS = {
  code: {
    en: ['the user’s code is used, expired or another AppID’s', '`fail`, `reason: "code"`, 401'],
    zh: ['用户的 code 已使用、已过期，或属于别的 AppID', '`fail`，`reason: "code"`，401'],
  },
  blocked: {
    en: ['WeChat does not let this user log in', '`fail`, `reason: "blocked"`, 403'],
    zh: ['微信不允许该用户登录', '`fail`，`reason: "blocked"`，403'],
  },
  token: {
    en: ['an access or refresh token is no longer valid', '`error`, status 401'],
    zh: ['access_token 或 refresh_token 已失效', '`error`，status 401'],
  },
  config: {
    en: ['the settings of the app at WeChat, or this program, are wrong', '`error`, status 500'],
    zh: ['微信后台的设置有误，或程序有误', '`error`，status 500'],
  },
  quota: {
    en: ['the app has called too often', '`error`, status 503'],
    zh: ['应用的调用次数过多', '`error`，status 503'],
  },
  busy: {
    en: ['WeChat has a problem of its own', '`error`, status 503'],
    zh: ['微信自身的故障', '`error`，status 503'],
  },
  unknown: {
    en: ['an errcode that is not on this page', '`error`, status 502'],
    zh: ['本页没有列出的 errcode', '`error`，status 502'],
  },
};

const PAGES = {
  en: {
    file: 'docs/errors.md',
    start: `# Errors

[简体中文](errors.zh-CN.md)

WeChat responds with HTTP status 200 even if it refuses, and says why in \`errcode\`. A \`WeChatAPIError\` carries it as
\`errcode\`, with \`kind\` and \`hint\` from the table below; \`rid\` is WeChat's id of the request, which WeChat explains
under 调试诊断 (debugging) on its developer platform. Looking for a cause by what you see? [Why did this login fail?](why-did-this-login-fail.md)

\`\`\`js
import { WeChatError } from 'passport-wechat-oauth2';

app.use((error, req, res, next) => {
  if (!(error instanceof WeChatError)) return next(error);
  console.error(error.message); // with errcode, rid and hint, if WeChat sent an errcode
  res.status(error.status).send('The WeChat login is not available. Please try again later.');
});
\`\`\`

## Kinds

`,
    kinds: ['kind', 'what is wrong', 'how a login ends'],
    codes: '\n## Errcodes\n\n',
    columns: ['errcode', 'WeChat’s words', 'kind', 'what to do'],
    failed: `
## Failed logins

If the user is the cause, Passport's \`fail\` receives \`{ message, reason, state?, errcode?, rid? }\`. The message is one English
sentence that may change: show users a message of your own, chosen by \`reason\`, in
[a callback of your own](results.md#show-why-a-login-failed).

`,
    failures: ['message', 'reason', 'what to do'],
    between: `
## Other errors

| error | when | what to do |
| --- | --- | --- |
| \`WeChatNetworkError\`, \`code: "ETIMEDOUT"\`, status 504 | WeChat did not respond within \`timeout\`, which is for all calls of a login together | check the way from this server to \`api.weixin.qq.com\`, or raise \`timeout\` |
| \`WeChatNetworkError\`, \`code: "ERR_HTTP_CLIENT"\` | the \`axios\` that you gave threw something that is not a failure of the network | look at its interceptors |
| \`WeChatNetworkError\`, \`code: "ERR_OVERLOADED"\`, status 503 | more calls are waiting for WeChat than can end within \`timeout\`, so this one was not sent | unless \`endpoint\` is \`"userinfo"\`, the code is still good: the user may [reload](scale.md#quotas-and-connections), or begins again |
| \`WeChatNetworkError\`, \`code: "ERR_PROXY"\` | the proxy that the environment names opened no connection to WeChat | check its URL, its password and what it allows |
| \`WeChatNetworkError\`, any other \`code\`, status 502 | no connection, or one that ended early: \`ECONNREFUSED\`, \`ENOTFOUND\`, \`ECONNRESET\`, a certificate that is not trusted | check network, DNS and proxy settings; \`host\` says which host it was. At \`127.0.0.1:4810\` the emulator is not running |
| \`WeChatResponseError\`, status 502 | the response is not WeChat's: HTTP status other than 2xx (\`httpStatus\`), no JSON object, more than 64 KiB, a field missing, an openid that is not the token's | look for a proxy, a portal or a firewall that responds in WeChat's place |
| \`WeChatResponseError\` that names \`unionid\` | \`profileID: "unionid"\`, and the login has none | [bind the app](set-up.md#bind-them-together) to your open platform account |

## Page errors

If a login cannot begin, WeChat shows a page, and the user never comes back: no code of yours hears of it.

`,
    pageColumns: ['code', 'page', 'cause', 'cure'],
  },
  zh: {
    file: 'docs/errors.zh-CN.md',
    start: `# 错误

[English](errors.md)

微信拒绝请求时，HTTP 状态码仍是 200，原因写在 \`errcode\` 里。\`WeChatAPIError\` 的 \`errcode\` 就是这个数字，\`kind\` 和
\`hint\` 来自下面的表格；\`rid\` 是微信给该请求的编号，可以在微信开发者平台的“调试诊断”里查询。按现象找原因，请看[这次登录为什么失败？](why-did-this-login-fail.zh-CN.md)

\`\`\`js
import { WeChatError } from 'passport-wechat-oauth2';

app.use((error, req, res, next) => {
  if (!(error instanceof WeChatError)) return next(error);
  console.error(error.message); // 微信返回了 errcode 时，其中有 errcode、rid 和处理办法
  res.status(error.status).send('微信登录暂时不可用，请稍后再试。');
});
\`\`\`

## 错误类别

`,
    kinds: ['kind', '含义', '登录的结果'],
    codes: '\n## 错误码\n\n',
    columns: ['errcode', '微信的原文', 'kind', '处理办法'],
    failed: `
## 登录失败

由用户引起的失败，Passport 的 \`fail\` 会得到 \`{ message, reason, state?, errcode?, rid? }\`。\`message\` 是一句可能改动的英文，不要直接显示给用户，请在
[自己的回调函数](results.zh-CN.md#显示失败原因)里按 \`reason\` 显示自己的提示。

`,
    failures: ['message', 'reason', '处理办法'],
    between: `
## 其他错误

| 错误 | 何时出现 | 处理办法 |
| --- | --- | --- |
| \`WeChatNetworkError\`，\`code: "ETIMEDOUT"\`，status 504 | 微信没有在 \`timeout\` 之内响应；\`timeout\` 是一次登录全部调用的总时限 | 检查本服务器到 \`api.weixin.qq.com\` 的网络，或调大 \`timeout\` |
| \`WeChatNetworkError\`，\`code: "ERR_HTTP_CLIENT"\` | 你传入的 \`axios\` 抛出了与网络无关的错误 | 检查它的拦截器（interceptor） |
| \`WeChatNetworkError\`，\`code: "ERR_OVERLOADED"\`，status 503 | 等待微信的调用太多，无法在 \`timeout\` 之内完成，因此这个调用没有发出 | 除非 \`endpoint\` 为 \`"userinfo"\`，code 仍然有效：可以让用户[刷新页面](scale.zh-CN.md#额度与连接)，或重新登录 |
| \`WeChatNetworkError\`，\`code: "ERR_PROXY"\` | 环境变量指定的代理没有建立到微信的连接 | 检查代理的 URL、密码和它允许访问的范围 |
| \`WeChatNetworkError\`，其他 \`code\`，status 502 | 无法建立连接，或连接提前断开：\`ECONNREFUSED\`、\`ENOTFOUND\`、\`ECONNRESET\`、证书不受信任 | 检查网络、DNS 和代理设置；\`host\` 是出错的域名。如果是 \`127.0.0.1:4810\`，说明模拟器没有启动 |
| \`WeChatResponseError\`，status 502 | 响应不是微信的：HTTP 状态码不是 2xx（\`httpStatus\`）、不是 JSON 对象、超过 64 KiB、缺少字段、openid 与换取 token 时的不一致 | 检查返回响应的是不是代理、认证门户或防火墙 |
| \`WeChatResponseError\`，提到 \`unionid\` | 设置了 \`profileID: "unionid"\`，而这次登录没有 unionid | 把应用[绑定到你的开放平台账号](set-up.zh-CN.md#绑定到同一个开放平台账号) |

## 页面错误

登录无法开始时，微信会显示一个错误页面，用户不会回到你的网站，你的代码也得不到通知。

`,
    pageColumns: ['编号', '页面文字', '原因', '解决办法'],
  },
};

const row = (cells) => `| ${cells.join(' | ')} |\n`;
const table = (head, rows) => row(head) + row(head.map(() => '---')) + rows.map(row).join('');

function page(lang) {
  const { start, kinds, codes, columns, failed, failures, between, pageColumns } = PAGES[lang];
  return (
    start +
    table(
      kinds,
      Object.entries(KINDS).map(([kind, texts]) => [`\`${kind}\``, ...texts[lang]]),
    ) +
    codes +
    table(
      columns,
      [...ERRCODES]
        .toSorted(([a], [b]) => a - b)
        .map(([errcode, { kind, hint }]) => [errcode, errmsg(errcode) ?? '', `\`${kind}\``, hint[lang]]),
    ) +
    failed +
    table(
      failures,
      FAILURES.map(({ message, reason, cure }) => [message, `\`${reason}\``, cure[lang]]),
    ) +
    between +
    table(
      pageColumns,
      PAGE_ERRORS.map(({ code = '', text, cause, cure }) => [code, text, cause[lang], cure[lang]]),
    )
  );
}

const SAID_IN = ['lib/login/finish-login.ts', 'lib/login/outcome.ts', 'lib/login/authorization-response.ts'];
const said = SAID_IN.map((file) => readFileSync(root + file, 'utf8')).join('\n');
for (const { message } of FAILURES) {
  if (!said.includes(message.replace('…', ''))) throw new Error(`lib/ does not say: ${message}`);
}

let stale = false;
for (const lang of Object.keys(PAGES)) {
  const file = root + PAGES[lang].file;
  const text = await format(page(lang), { ...(await resolveConfig(file)), parser: 'markdown' });
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) stale = true;
}
if (stale) {
  console.error('docs/errors*.md are not current: run npm run docs:errors');
  process.exitCode = 1;
}
