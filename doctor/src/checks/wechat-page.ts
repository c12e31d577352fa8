import { observe, type Confidence, type Observation, type Rule } from '../finding.js';
import { parsePage, readText } from '../page.js';
import type { HttpResponse } from '../request.js';
import { SOURCES } from '../sources.js';
import { join, same, type Text } from '../text.js';

const OK: Rule = {
  id: 'wechat-page.qr-code',
  level: 'ok',
  message: {
    en: 'WeChat shows a QR code: it accepts the AppID, the callback domain and the scope.',
    zh: '微信显示了二维码：AppID、授权回调域和 scope 都被接受。',
  },
  confidence: 'document',
  source: SOURCES.websiteLogin,
};

const CONSENT: Rule = {
  ...OK,
  id: 'wechat-page.consent',
  message: {
    en: 'The page for WeChat accepts the AppID, the callback domain and the scope.',
    zh: '微信内的授权页面接受该 AppID、网页授权域名和 scope。',
  },
};

export const IN_APP_ONLY: Rule = {
  id: 'wechat-page.in-app-only',
  level: 'unknown',
  message: {
    en: 'Whether WeChat accepts AppID, domain and scope cannot be seen from here.',
    zh: '从这里无法得知微信是否接受该 AppID、域名和 scope。',
  },
  why: {
    en: 'This page opens only in the WeChat app itself, whatever the User-Agent says.',
    zh: '该页面只响应微信客户端，与 User-Agent 无关。',
  },
  cure: {
    en: "Open the login in WeChat on a phone; WeChat's developer tools show it on a computer.",
    zh: '请用手机微信打开，或在电脑上使用微信开发者工具。',
  },
  confidence: 'users',
  source: SOURCES.inWeChat,
};

export const UNREACHABLE: Rule = {
  id: 'wechat-page.unreachable',
  level: 'unknown',
  message: { en: "WeChat's page could not be read from this machine.", zh: '本机无法读取微信页面。' },
  why: {
    en: 'Without it, nothing is known of AppID, callback domain and scope.',
    zh: '因此无法得知 AppID、授权回调域和 scope 是否正确。',
  },
  cure: {
    en: 'Run the doctor where open.weixin.qq.com can be reached.',
    zh: '请在能访问 open.weixin.qq.com 的机器上运行。',
  },
  confidence: 'document',
  source: SOURCES.websiteLogin,
};

const UNRECOGNIZED: Rule = {
  id: 'wechat-page.unrecognized',
  level: 'unknown',
  message: {
    en: 'WeChat shows neither a QR code nor an error that is known here.',
    zh: '微信页面上既没有二维码，也没有已知的错误。',
  },
  why: { en: "WeChat's page may have changed.", zh: '微信页面可能有变化。' },
  cure: {
    en: 'Open the URL in a browser; please report what it shows.',
    zh: '请用浏览器打开该 URL，并反馈实际看到的内容。',
  },
  confidence: 'code',
  source: 'https://github.com/RadonX/ima-copilot-for-firefox',
};

interface KnownError {
  id: string;
  /** WeChat's text, or the code on its page. */
  text: RegExp;
  seen: string;
  why: Text;
  cure: Text;
  confidence: Confidence;
  source: string;
}

const DOMAIN_CURE: Text = {
  en: "Enter the exact host of redirect_uri in WeChat's console (website application: 授权回调域; service account: 网页授权域名): no https://, no port, no path; www.example.com and example.com are two.",
  zh: '请在微信后台（网站应用：授权回调域；服务号：网页授权域名）填写 redirect_uri 的完整域名：不带 https://、端口和路径；www.example.com 与 example.com 不同。',
};

/** What WeChat's error pages say. They come with status 200, and never lead back to the app. */
const KNOWN_ERRORS: KnownError[] = [
  {
    id: 'wechat-page.state-too-long',
    text: /state ?参数过长/,
    seen: 'state 参数过长',
    why: { en: 'state has more than 128 bytes.', zh: 'state 超过 128 字节。' },
    cure: {
      en: 'Send a short random string, and keep the data in the session or a cookie.',
      zh: '只发送简短的随机串，数据放在会话或 Cookie 中。',
    },
    confidence: 'users',
    source: SOURCES.longState,
  },
  {
    id: 'wechat-page.domain',
    text: /\b10003\b|redirect_uri ?域名与后台配置不一致/,
    seen: 'redirect_uri 域名与后台配置不一致',
    why: {
      en: 'The host of redirect_uri is not the registered one, or redirect_uri has a port, or the account is not verified.',
      zh: 'redirect_uri 的域名与后台登记的不一致，或带有端口，或账号未认证。',
    },
    cure: DOMAIN_CURE,
    confidence: 'document',
    source: SOURCES.troubleshooting,
  },
  {
    id: 'wechat-page.scope',
    text: /\b10005\b|Scope ?参数错误|没有这些scope的权限/i,
    seen: 'Scope 参数错误或没有 Scope 权限',
    why: {
      en: "The AppID is of another kind than the page needs (a service account's at qrconnect, or a website's at oauth2/authorize), the scope is of the other page, the account is not verified, or no callback domain is set.",
      zh: 'AppID 的类型与页面不符（qrconnect 用了服务号的，或 oauth2/authorize 用了网站应用的），scope 与页面不符，账号未认证，或没有设置回调域名。',
    },
    cure: {
      en: 'qrconnect: AppID of a website application, snsapi_login. oauth2/authorize: AppID of a verified service account, snsapi_base or snsapi_userinfo, parameters in the documented order. Then look at the callback domain.',
      zh: 'qrconnect：网站应用的 AppID 和 snsapi_login。oauth2/authorize：已认证服务号的 AppID 和 snsapi_base 或 snsapi_userinfo，参数按文档顺序。然后检查回调域名。',
    },
    confidence: 'document',
    source: SOURCES.troubleshooting,
  },
  {
    id: 'wechat-page.redirect-uri',
    text: /redirect_uri ?参数错误|\b10011\b/i,
    seen: 'redirect_uri 参数错误',
    why: {
      en: 'The host of redirect_uri is not the registered one, none is registered, or redirect_uri is not an absolute URL.',
      zh: 'redirect_uri 的域名与登记的不一致、后台未登记，或 redirect_uri 不是完整的 URL。',
    },
    cure: DOMAIN_CURE,
    confidence: 'users',
    source: SOURCES.troubleshooting,
  },
  {
    id: 'wechat-page.appid',
    text: /App ?ID ?参数错误|\b10012\b/i,
    seen: 'AppID 参数错误',
    why: { en: 'WeChat does not know this AppID.', zh: '微信不认识这个 AppID。' },
    cure: {
      en: "Compare it with WeChat's console, for blanks and swapped characters; the website application must have been approved.",
      zh: '请与微信后台核对，注意空格和错字；网站应用须已通过审核。',
    },
    confidence: 'code',
    source: SOURCES.troubleshooting,
  },
  {
    id: 'wechat-page.state-empty',
    text: /\b10013\b|state ?参数错误/,
    seen: 'state',
    why: { en: 'state is empty.', zh: 'state 为空。' },
    cure: { en: 'Send a random string for each login.', zh: '每次登录发送一个随机串。' },
    confidence: 'users',
    source: SOURCES.inWeChat,
  },
  {
    id: 'wechat-page.in-app',
    text: /请在微信客户端打开/,
    seen: '请在微信客户端打开链接',
    why: { en: "The page is for WeChat's in-app browser.", zh: '该页面只能在微信内打开。' },
    cure: {
      en: 'Send desktop browsers to connect/qrconnect, with the AppID of a website application.',
      zh: '桌面浏览器请使用网站应用的 AppID 跳转到 connect/qrconnect。',
    },
    confidence: 'code',
    source: SOURCES.inWeChat,
  },
  {
    id: 'wechat-page.account',
    text: /\b10004\b|\b10006\b|\b10009\b|\b10015\b|\b10016\b/,
    seen: '-',
    why: {
      en: 'The account is banned (10004), the visitor must follow the test account (10006), it is too often (10009), the third-party platform is not authorized (10015), or an open platform AppID stands where the account’s own is needed (10016).',
      zh: '账号被封禁（10004）、需先关注测试号（10006）、操作太频繁（10009）、未授权第三方平台（10015），或应使用账号自己的 AppID 而不是开放平台的（10016）。',
    },
    cure: { en: "See the account in WeChat's console.", zh: '请到微信后台查看该账号。' },
    confidence: 'users',
    source: SOURCES.inWeChat,
  },
  {
    id: 'wechat-page.link',
    text: /该链接无法访问/,
    seen: '该链接无法访问',
    why: {
      en: 'The domain differs from the registered one, the scope is not snsapi_login, or response_type is not code.',
      zh: '域名与登记的不一致、scope 不是 snsapi_login，或 response_type 不是 code。',
    },
    cure: DOMAIN_CURE,
    confidence: 'document',
    source: SOURCES.websiteLogin,
  },
];

const MESSAGE: Text = {
  en: 'WeChat shows an error instead of the login.',
  zh: '微信显示的是错误页面，而不是登录。',
};
const NEVER_BACK: Text = {
  en: 'The visitor never comes back to the app.',
  zh: '访客不会再回到应用。',
};

/** Judges what WeChat answers: a QR code, a consent page, or one of its error texts. */
export function checkWeChatPage(response: HttpResponse): Observation {
  // Inside WeChat snsapi_base needs no page.
  if ([302, 303].includes(response.status)) return observe(CONSENT, same(String(response.status)));
  const page = parsePage(response);
  if (findQrCode(response) !== undefined) return observe(OK, { en: 'a QR code', zh: '二维码' });
  const title = page('h4, .weui_msg_title, .page_msg').first().text();
  const text = `${title} ${page('.page_msg').text()} ${title === '' ? readText(page) : ''}`;
  const known = KNOWN_ERRORS.find((error) => error.text.test(text));
  if (known) {
    const code = /\b100\d\d\b/.exec(text)?.[0];
    const rule: Rule = { ...known, level: 'fault', message: MESSAGE, why: join([known.why, NEVER_BACK]) };
    return observe(rule, same(code === undefined ? known.seen : `${known.seen} (${code})`));
  }
  if (page('form input[name=ticket], form button[value=allow]').length > 0) {
    return observe(CONSENT, { en: 'a consent page', zh: '授权页面' });
  }
  return observe(UNRECOGNIZED, same(`HTTP ${response.status}`));
}

/** The uuid of the QR code in WeChat's page. */
export function findQrCode(response: HttpResponse): string | undefined {
  const page = parsePage(response);
  const sources = page('img')
    .toArray()
    .map((image) => page(image).attr('src') ?? '');
  return sources.map((source) => /\/connect\/qrcode\/([\w-]+)/.exec(source)?.[1]).find(Boolean);
}
