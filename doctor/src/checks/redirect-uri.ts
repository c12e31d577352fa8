import { observe, type Observation, type Rule } from '../finding.js';
import { isLoopback } from '../hosts.js';
import { showUrl } from '../redact.js';
import { SOURCES } from '../sources.js';
import { same } from '../text.js';
import type { AuthorizationUrl } from './authorization-url.js';

const RULES = {
  ok: {
    id: 'redirect-uri.ok',
    level: 'ok',
    message: {
      en: 'redirect_uri has the form that WeChat accepts.',
      zh: 'redirect_uri 的格式符合微信的要求。',
    },
    confidence: 'document',
    source: SOURCES.troubleshooting,
  },
  missing: {
    id: 'redirect-uri.missing',
    level: 'fault',
    message: { en: 'redirect_uri is missing.', zh: '缺少 redirect_uri。' },
    why: { en: 'WeChat shows redirect_uri 参数错误.', zh: '微信会提示“redirect_uri 参数错误”。' },
    cure: { en: "Send the callback's absolute URL, encoded once.", zh: '请发送完整的回调 URL，并编码一次。' },
    confidence: 'document',
    source: SOURCES.websiteLogin,
  },
  relative: {
    id: 'redirect-uri.relative',
    level: 'fault',
    message: { en: 'redirect_uri is no absolute http(s) URL.', zh: 'redirect_uri 不是完整的 http(s) URL。' },
    why: { en: 'WeChat shows redirect_uri 参数错误.', zh: '微信会提示“redirect_uri 参数错误”。' },
    cure: {
      en: 'Configure the whole URL of the callback, with https and its host.',
      zh: '请配置完整的回调 URL，包括 https 和域名。',
    },
    confidence: 'document',
    source: SOURCES.troubleshooting,
  },
  encodedTwice: {
    id: 'redirect-uri.encoded-twice',
    level: 'fault',
    message: { en: 'redirect_uri is encoded twice.', zh: 'redirect_uri 被编码了两次。' },
    why: {
      en: 'WeChat decodes it once: what is left is no URL, or one with a wrong path.',
      zh: '微信只解码一次，剩下的不是 URL，或者路径不对。',
    },
    cure: {
      en: 'Encode it once: either encodeURIComponent, or URLSearchParams, not both.',
      zh: '只编码一次：encodeURIComponent 和 URLSearchParams 只用其一。',
    },
    confidence: 'code',
    source: SOURCES.websiteLogin,
  },
  notEncoded: {
    id: 'redirect-uri.not-encoded',
    level: 'fault',
    message: { en: 'redirect_uri is not encoded.', zh: 'redirect_uri 没有编码。' },
    why: {
      en: 'Its own & or # ends it: WeChat sees only the part before.',
      zh: '其中的 & 或 # 会把它截断，微信只能看到前半部分。',
    },
    cure: { en: 'Encode it once with encodeURIComponent.', zh: '请用 encodeURIComponent 编码一次。' },
    confidence: 'document',
    source: SOURCES.websiteLogin,
  },
  http: {
    id: 'redirect-uri.http',
    level: 'warning',
    message: { en: 'redirect_uri is http.', zh: 'redirect_uri 使用的是 http。' },
    why: {
      en: 'The code travels readable, and cookies with Secure stay behind.',
      zh: 'code 会明文传输，带 Secure 的 Cookie 也不会发送。',
    },
    cure: {
      en: 'Use https. Behind a proxy, tell the app that it is (trust proxy), or configure the public URL.',
      zh: '请使用 https。如果应用在反向代理后面，请设置信任代理（trust proxy）或直接配置对外 URL。',
    },
    confidence: 'document',
    source: SOURCES.inWeChat,
  },
  port: {
    id: 'redirect-uri.port',
    level: 'fault',
    message: { en: 'redirect_uri has a port.', zh: 'redirect_uri 带有端口。' },
    why: {
      en: 'WeChat refuses every port (10003): a domain is registered, never a port.',
      zh: '微信不接受任何端口（10003）：后台登记的是域名，不含端口。',
    },
    cure: {
      en: 'Serve the callback on 443, and configure the public URL without a port; behind a proxy it is often the internal one.',
      zh: '请用 443 端口提供回调，并配置不带端口的对外 URL；在反向代理后面，这往往是内部端口泄漏了出来。',
    },
    confidence: 'document',
    source: SOURCES.troubleshooting,
  },
  localhost: {
    id: 'redirect-uri.localhost',
    level: 'fault',
    message: { en: "redirect_uri is this machine's own.", zh: 'redirect_uri 指向本机。' },
    why: {
      en: 'WeChat accepts only a registered domain.',
      zh: '微信只接受后台登记过的域名。',
    },
    cure: {
      en: 'Use the public domain; on a developer’s machine, use an emulator.',
      zh: '请使用对外域名；本地开发请使用模拟器。',
    },
    confidence: 'users',
    source: 'https://github.com/wkl007/vue-wechat-login/issues/5',
  },
  fragment: {
    id: 'redirect-uri.fragment',
    level: 'fault',
    message: { en: 'redirect_uri has a fragment (#).', zh: 'redirect_uri 带有片段（#）。' },
    why: {
      en: 'From the QR page the code lands inside the fragment, which never reaches the server; inside WeChat it lands before it.',
      zh: '扫码页会把 code 放进片段里，服务器收不到；微信内则会放在片段之前。',
    },
    cure: {
      en: 'Let WeChat return to a route of the server, and go on to the page from there.',
      zh: '请让微信跳回服务器的路由，再由服务器跳转到页面。',
    },
    confidence: 'code',
    source: SOURCES.qrCapture,
  },
  parameters: {
    id: 'redirect-uri.parameters',
    level: 'fault',
    message: {
      en: 'redirect_uri has a parameter named code or state.',
      zh: 'redirect_uri 自带名为 code 或 state 的参数。',
    },
    why: {
      en: 'WeChat appends its own: the app gets two of them, and may read the wrong one.',
      zh: '微信会再追加一个，应用会收到两个，可能读错。',
    },
    cure: { en: 'Give the parameter another name.', zh: '请换一个参数名。' },
    confidence: 'code',
    source: SOURCES.websiteLogin,
  },
  user: {
    id: 'redirect-uri.user',
    level: 'fault',
    message: { en: 'redirect_uri has a user name or password.', zh: 'redirect_uri 带有用户名或密码。' },
    why: { en: 'Everybody who logs in sees it.', zh: '每个登录的人都能看到。' },
    cure: { en: 'Remove it.', zh: '请去掉。' },
    confidence: 'document',
    source: SOURCES.bestPractice,
  },
} satisfies Record<string, Rule>;

/** Judges the form of redirect_uri. Whether WeChat knows its domain, WeChat's page says. */
export function checkRedirectUri({ url, page, emulator }: AuthorizationUrl): Observation[] {
  const value = url.searchParams.get('redirect_uri') ?? '';
  if (value === '') return [observe(RULES.missing, same('-'))];
  const encodedTwice = /^https?%3a/i.test(value);
  if (encodedTwice) return [observe(RULES.encodedTwice, same(/^https?%3a/i.exec(value)?.[0] ?? ''))];
  if (!/^https?:\/\/[^/]/i.test(value) || !URL.canParse(value)) {
    return [observe(RULES.relative, same(showUrl(value)))];
  }
  const found: Observation[] = [];
  const redirect = new URL(value);
  const seen = same(showUrl(redirect));
  const isLocal = isLoopback(redirect);
  // An emulator takes ports and localhost; one on this machine is recognized without being named.
  const onlyHere = emulator !== undefined || isLoopback(url) ? 'warning' : 'fault';
  if (redirect.pathname.includes('%25')) found.push(observe(RULES.encodedTwice, seen, 'warning'));
  if (leaks(url, value)) found.push(observe(RULES.notEncoded, seen));
  if (isLocal) found.push(observe(RULES.localhost, seen, onlyHere));
  if (/^https?:\/\/[^/?#]*:\d+/i.test(value)) found.push(observe(RULES.port, seen, onlyHere));
  if (redirect.protocol === 'http:' && !isLocal) found.push(observe(RULES.http, seen));
  if (value.includes('#'))
    found.push(observe(RULES.fragment, seen, page === 'qrconnect' ? 'fault' : 'warning'));
  if (redirect.searchParams.has('code') || redirect.searchParams.has('state'))
    found.push(observe(RULES.parameters, seen));
  if (redirect.username !== '' || redirect.password !== '') found.push(observe(RULES.user, seen));
  return found.length > 0 ? found : [observe(RULES.ok, seen)];
}

/** Whether it stands in the query unencoded, and something behind it known like a part of it. */
function leaks(url: URL, value: string): boolean {
  const raw = /[?&]redirect_uri=([^&]*)/.exec(url.search)?.[1] ?? '';
  if (!raw.includes('://')) return false;
  const known = ['appid', 'redirect_uri', 'response_type', 'scope', 'state', 'lang', 'login_type'];
  const after =
    url.search
      .slice(url.search.indexOf(raw) + raw.length + 1)
      .split('&')[0]
      ?.split('=')[0] ?? '';
  return (value.includes('?') && after !== '' && !known.includes(after)) || url.hash.includes('state=');
}
