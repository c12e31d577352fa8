import { observe, type Observation, type Rule } from '../finding.js';
import { show, showUrl } from '../redact.js';
import { SOURCES } from '../sources.js';
import { same } from '../text.js';
import { isWeChatHost, OPEN_HOST, type BrowserKind, type LoginPage } from '../wechat.js';

/** The URL that an app sends the browser to, taken apart. */
export interface AuthorizationUrl {
  url: URL;
  page: LoginPage;
  browser: BrowserKind;
  /** What stands in for WeChat, if that was said. */
  emulator: URL | undefined;
  /** By a page of the app's own with wxLogin.js, whose URL has fewer parameters. */
  embedded: boolean;
}

const RULES = {
  ok: {
    id: 'authorization-url.ok',
    level: 'ok',
    message: {
      en: "The app sends the browser to WeChat's page for this browser.",
      zh: '应用把浏览器带到了适合该浏览器的微信页面。',
    },
    confidence: 'document',
    source: SOURCES.websiteLogin,
  },
  foreignHost: {
    id: 'authorization-url.host',
    level: 'warning',
    message: { en: 'The login page is not at WeChat.', zh: '登录页面不在微信的域名上。' },
    why: {
      en: 'A relay or an emulator is there: users would give it their login.',
      zh: '该域名背后是中转页或模拟器，用户的登录会交给它。',
    },
    cure: {
      en: `In production send the browser to https://${OPEN_HOST}. For an emulator, name it: --emulator URL.`,
      zh: `生产环境请跳转到 https://${OPEN_HOST}；如果是模拟器，请用 --emulator URL 指明。`,
    },
    confidence: 'document',
    source: SOURCES.websiteLogin,
  },
  notHttps: {
    id: 'authorization-url.http',
    level: 'fault',
    message: { en: "WeChat's page is opened without https.", zh: '没有用 https 打开微信页面。' },
    why: { en: 'Anybody on the way can change the login.', zh: '链路上的任何人都能篡改登录。' },
    cure: { en: `Use https://${OPEN_HOST}.`, zh: `请使用 https://${OPEN_HOST}。` },
    confidence: 'document',
    source: SOURCES.websiteLogin,
  },
  authorizeOnDesktop: {
    id: 'authorization-url.in-app-page-on-desktop',
    level: 'fault',
    message: {
      en: "A desktop browser is sent to the page for WeChat's in-app browser.",
      zh: '桌面浏览器被带到了只能在微信内打开的页面。',
    },
    why: { en: 'WeChat shows 请在微信客户端打开链接 there.', zh: '微信会提示“请在微信客户端打开链接”。' },
    cure: {
      en: 'Send desktop browsers to connect/qrconnect with the AppID of a website application and snsapi_login; tell them apart by MicroMessenger in the User-Agent. If the login is meant for WeChat alone, examine it with --wechat.',
      zh: '桌面浏览器请使用网站应用的 AppID 和 snsapi_login，跳转到 connect/qrconnect；按 User-Agent 中的 MicroMessenger 区分。如果该登录本来只用于微信内，请加 --wechat 检查。',
    },
    confidence: 'users',
    source: SOURCES.inWeChat,
  },
  qrInWeChat: {
    id: 'authorization-url.qr-code-in-wechat',
    level: 'warning',
    message: { en: 'Inside WeChat the app shows a QR code.', zh: '在微信内，应用显示的是二维码。' },
    why: {
      en: 'A user who reads it on their phone has no second phone to scan it with.',
      zh: '用户正在手机上浏览，没有第二部手机可以扫码。',
    },
    cure: {
      en: 'For User-Agents with MicroMessenger (and without wxwork) send the browser to connect/oauth2/authorize with the AppID of a service account.',
      zh: 'User-Agent 含 MicroMessenger（且不含 wxwork）时，请使用服务号的 AppID 跳转到 connect/oauth2/authorize。',
    },
    confidence: 'document',
    source: SOURCES.inWeChat,
  },
  noAppid: {
    id: 'appid.missing',
    level: 'fault',
    message: { en: 'appid is missing.', zh: '缺少 appid。' },
    why: { en: 'WeChat shows AppID 参数错误.', zh: '微信会提示“AppID 参数错误”。' },
    cure: {
      en: 'Send the AppID as appid: WeChat does not read client_id.',
      zh: '请用 appid 传递 AppID，微信不认 client_id。',
    },
    confidence: 'document',
    source: SOURCES.websiteLogin,
  },
  appidForm: {
    id: 'appid.form',
    level: 'fault',
    message: { en: 'appid is not an AppID.', zh: 'appid 不是有效的 AppID。' },
    why: { en: 'An AppID is wx and 16 hexadecimal digits.', zh: 'AppID 由 wx 加 16 位十六进制字符组成。' },
    cure: {
      en: "Copy it from WeChat's console, without blanks; an original id (gh_…) is something else.",
      zh: '请从微信后台复制，不要带空格；原始 ID（gh_…）不是 AppID。',
    },
    confidence: 'code',
    source: SOURCES.websiteLogin,
  },
  clientId: {
    id: 'appid.client-id',
    level: 'warning',
    message: { en: 'client_id is sent as well.', zh: '同时发送了 client_id。' },
    why: {
      en: 'WeChat does not read it; inside WeChat unknown parameters between the documented ones are an unknown risk.',
      zh: '微信不读取它；在微信内，夹在文档参数之间的未知参数会怎样并不确定。',
    },
    cure: { en: 'Send appid alone.', zh: '只发送 appid。' },
    confidence: 'code',
    source: SOURCES.inWeChat,
  },
  responseType: {
    id: 'response-type',
    level: 'fault',
    message: { en: 'response_type is not code.', zh: 'response_type 不是 code。' },
    why: { en: 'WeChat knows no other one.', zh: '微信只支持 code。' },
    cure: { en: 'Send response_type=code.', zh: '请发送 response_type=code。' },
    confidence: 'document',
    source: SOURCES.websiteLogin,
  },
  scope: {
    id: 'scope.wrong',
    level: 'fault',
    message: { en: 'scope does not fit this page.', zh: 'scope 与该页面不符。' },
    why: {
      en: 'WeChat shows Scope 参数错误或没有 Scope 权限.',
      zh: '微信会提示“Scope 参数错误或没有 Scope 权限”。',
    },
    cure: {
      en: 'qrconnect takes snsapi_login; oauth2/authorize takes snsapi_base or snsapi_userinfo. Several are separated by commas.',
      zh: 'qrconnect 用 snsapi_login；oauth2/authorize 用 snsapi_base 或 snsapi_userinfo。多个 scope 用逗号分隔。',
    },
    confidence: 'document',
    source: SOURCES.troubleshooting,
  },
  scopeList: {
    id: 'scope.more',
    level: 'warning',
    message: { en: 'scope names more than this page needs.', zh: 'scope 超出了该页面的需要。' },
    why: {
      en: 'It has been seen to work, and users have also reported that it failed.',
      zh: '有成功的记录，也有用户报告失败。',
    },
    cure: {
      en: 'Send the one scope that is needed: snsapi_login, snsapi_base or snsapi_userinfo.',
      zh: '只发送需要的一个：snsapi_login、snsapi_base 或 snsapi_userinfo。',
    },
    confidence: 'users',
    source: 'https://github.com/hybridauth/hybridauth/issues/1306',
  },
  order: {
    id: 'authorization-url.order',
    level: 'warning',
    message: { en: 'The parameters are not in the documented order.', zh: '参数没有按文档顺序排列。' },
    why: {
      en: "WeChat's document demands the order on oauth2/authorize; others have been seen to work, and others to end on a Scope error.",
      zh: '微信文档要求 oauth2/authorize 的参数按固定顺序排列；其他顺序有成功的，也有报 Scope 错误的。',
    },
    cure: {
      en: 'Send appid, redirect_uri, response_type, scope, state in this order.',
      zh: '请按 appid、redirect_uri、response_type、scope、state 的顺序发送。',
    },
    confidence: 'document',
    source: SOURCES.inWeChat,
  },
  fragment: {
    id: 'authorization-url.fragment',
    level: 'warning',
    message: { en: '#wechat_redirect is missing at the end.', zh: '末尾缺少 #wechat_redirect。' },
    why: {
      en: "WeChat's document demands it inside WeChat.",
      zh: '微信文档要求在微信内的链接必须带上它。',
    },
    cure: { en: 'Append #wechat_redirect.', zh: '请在末尾加上 #wechat_redirect。' },
    confidence: 'document',
    source: SOURCES.inWeChat,
  },
  secret: {
    id: 'authorization-url.secret',
    level: 'fault',
    message: { en: 'A secret stands in the URL.', zh: 'URL 中出现了敏感信息。' },
    why: {
      en: 'Everybody who logs in sees it, and so do their history and all logs.',
      zh: '每个登录的人、浏览器历史和各处日志都能看到它。',
    },
    cure: {
      en: "Remove it, and reset it in WeChat's console: only the server may have it.",
      zh: '请去掉，并立即到微信后台重置：它只能保存在服务器上。',
    },
    confidence: 'document',
    source: SOURCES.token,
  },
  repeated: {
    id: 'authorization-url.repeated',
    level: 'fault',
    message: { en: 'A parameter stands twice in the URL.', zh: 'URL 中有重复的参数。' },
    why: { en: 'Which of the two WeChat reads is not known.', zh: '微信取哪一个并不确定。' },
    cure: { en: 'Send each parameter once.', zh: '每个参数只发送一次。' },
    confidence: 'document',
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-3.1',
  },
  pkce: {
    id: 'authorization-url.pkce',
    level: 'warning',
    message: { en: 'PKCE is sent, which WeChat does not support.', zh: '发送了 PKCE 参数，但微信不支持。' },
    why: {
      en: 'It protects nothing here; state is what protects.',
      zh: '它在这里不起作用，真正起保护作用的是 state。',
    },
    cure: { en: 'Check state, and leave PKCE out.', zh: '请校验 state，不要发送 PKCE 参数。' },
    confidence: 'code',
    source: SOURCES.websiteLogin,
  },
} satisfies Record<string, Rule>;

const SECRETS = [
  'secret',
  'appsecret',
  'client_secret',
  'access_token',
  'refresh_token',
  'session_key',
  'code',
];
const DOCUMENTED_ORDER = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];

/** Judges everything but redirect_uri and state, which have files of their own. */
export function checkAuthorizationUrl(sent: AuthorizationUrl): Observation[] {
  const { url, page, emulator } = sent;
  const { searchParams: query } = url;
  const found: Observation[] = [];
  const add = (rule: Rule, seen: string): void => {
    found.push(observe(rule, same(seen)));
  };

  const atWeChat = url.hostname === OPEN_HOST;
  if (!atWeChat && !emulator) add(RULES.foreignHost, showUrl(url));
  if (isWeChatHost(url) && url.protocol !== 'https:') add(RULES.notHttps, url.origin);
  if (page === 'authorize' && sent.browser === 'desktop') add(RULES.authorizeOnDesktop, showUrl(url));
  if (page === 'qrconnect' && sent.browser === 'wechat') add(RULES.qrInWeChat, showUrl(url));
  found.push(...checkAppid(query), ...checkScope(page, query), ...checkResponseType(sent));
  const names = [...query.keys()];
  if (page === 'authorize' && !inOrder(names)) add(RULES.order, names.map(show).join(' '));
  if (page === 'authorize' && url.hash !== '#wechat_redirect') add(RULES.fragment, show(url.hash) || '-');
  const secrets = names.filter((name) => SECRETS.includes(name.toLowerCase()));
  if (secrets.length > 0) add(RULES.secret, secrets.map(show).join(', '));
  const repeated = DOCUMENTED_ORDER.filter((name) => query.getAll(name).length > 1);
  if (repeated.length > 0) add(RULES.repeated, repeated.join(', '));
  if (query.has('code_challenge')) add(RULES.pkce, 'code_challenge');
  return found.length > 0 ? found : [observe(RULES.ok, same(showUrl(url)))];
}

function checkAppid(query: URLSearchParams): Observation[] {
  const appid = query.get('appid') ?? '';
  const clientId = query.has('client_id') ? 'client_id' : '-';
  if (appid === '') return [observe(RULES.noAppid, same(clientId))];
  // Not shown: a person may have put the AppSecret there.
  if (!/^wx[0-9a-f]{16}$/.test(appid)) {
    return [observe(RULES.appidForm, { en: `${appid.length} characters`, zh: `${appid.length} 个字符` })];
  }
  return query.has('client_id') ? [observe(RULES.clientId, same(clientId))] : [];
}

function checkScope(page: LoginPage, query: URLSearchParams): Observation[] {
  const scope = query.get('scope') ?? '';
  const scopes = scope.split(',');
  const fitting = page === 'qrconnect' ? ['snsapi_login'] : ['snsapi_base', 'snsapi_userinfo'];
  if (!scopes.some((name) => fitting.includes(name))) return [observe(RULES.scope, same(show(scope) || '-'))];
  return scopes.length > 1 ? [observe(RULES.scopeList, same(show(scope)))] : [];
}

function checkResponseType({ page, url, embedded }: AuthorizationUrl): Observation[] {
  const type = url.searchParams.get('response_type');
  if (type === 'code') return [];
  // wxLogin.js itself leaves it out.
  if (type === null && page === 'qrconnect') {
    return embedded ? [] : [observe(RULES.responseType, same('-'), 'warning')];
  }
  return [observe(RULES.responseType, same(show(type ?? '-')))];
}

function inOrder(names: string[]): boolean {
  const places = names.map((name) => DOCUMENTED_ORDER.indexOf(name)).filter((place) => place >= 0);
  return places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
}
