import type { Browser, SetCookie, Visit } from './browser.js';
import { observe, type Observation, type Rule } from './finding.js';
import { findLoginControl, findUrlInJson, findWeChatUrl, findWxLogin, parsePage } from './page.js';
import { show, showUrl } from './redact.js';
import { NoResponseError, type HttpResponse, type NoResponse } from './request.js';
import { SOURCES } from './sources.js';
import { same, type Text } from './text.js';
import { loginPageAt, type LoginPage } from './wechat.js';

/** A login that has begun: where the app sends the browser, and with which cookies. */
export interface Begun {
  browser: Browser;
  /** The URL at WeChat. */
  url: URL;
  page: LoginPage;
  cookies: SetCookie[];
  /** Whether a page of the app was on the way, and not redirects alone. */
  hasPage: boolean;
  /** Whether wxLogin.js makes the URL. */
  embedded: boolean;
  how: Observation;
  response: HttpResponse;
}

const FOUND: Rule = {
  id: 'begin.found',
  level: 'ok',
  message: { en: 'The login leads to WeChat.', zh: '登录会跳转到微信。' },
  confidence: 'document',
  source: SOURCES.websiteLogin,
};

const UNREACHABLE: Rule = {
  id: 'begin.unreachable',
  level: 'unknown',
  message: { en: 'The app could not be examined: it does not respond.', zh: '无法检查：应用没有响应。' },
  why: { en: 'Nothing can be said about its login.', zh: '无法判断其登录。' },
  cure: {
    en: 'Open the URL in a browser on this machine. With a certificate of your own, set NODE_EXTRA_CA_CERTS.',
    zh: '请在本机用浏览器打开该 URL。使用自签名证书时请设置 NODE_EXTRA_CA_CERTS。',
  },
  confidence: 'document',
  source: 'https://nodejs.org/api/cli.html#node_extra_ca_certsfile',
};

const REASONS: Record<NoResponse, string> = {
  silence: '没有响应',
  refused: '拒绝连接',
  broken: '连接中断',
  dns: '无法解析域名',
  tls: 'TLS 错误',
  other: '网络错误',
};

const SERVER_ERROR: Rule = {
  id: 'begin.server-error',
  level: 'fault',
  message: { en: 'The login fails before it begins.', zh: '登录还没开始就出错了。' },
  why: { en: 'Nobody can log in.', zh: '所有人都无法登录。' },
  cure: { en: 'See the log of the app.', zh: '请查看应用日志。' },
  confidence: 'document',
  source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6',
};

const LOOP: Rule = {
  id: 'begin.loop',
  level: 'fault',
  message: { en: 'The login redirects without end.', zh: '登录无限重定向。' },
  why: { en: 'The browser gives up with an error.', zh: '浏览器会报错并放弃。' },
  cure: {
    en: 'Behind a proxy it is often http against https: let the app know that it is (trust proxy).',
    zh: '在反向代理后面，往往是 http 与 https 互相跳转：请设置信任代理。',
  },
  confidence: 'document',
  source: SOURCES.loop,
};

const NOT_FOUND: Rule = {
  id: 'begin.no-wechat',
  level: 'unknown',
  message: { en: 'No way to WeChat was found from this URL.', zh: '从该 URL 没有找到通往微信的登录。' },
  why: {
    en: 'The doctor follows redirects, frames, wxLogin.js, and one form or link that names WeChat; it runs no scripts.',
    zh: '本工具会跟随重定向、iframe、wxLogin.js，以及一个写有微信的表单或链接；不运行脚本。',
  },
  cure: {
    en: 'Give the URL that redirects to WeChat: what the login button opens.',
    zh: '请给出会跳转到微信的 URL，即登录按钮打开的 URL。',
  },
  confidence: 'document',
  source: SOURCES.websiteLogin,
};

const FOREIGN: Rule = {
  id: 'begin.other-site',
  level: 'unknown',
  message: {
    en: 'The login goes on at another site, which the doctor was not given.',
    zh: '登录跳转到了另一个站点，本工具没有获准访问。',
  },
  why: {
    en: 'It touches only the sites of the URLs that it is given, and WeChat.',
    zh: '它只访问给定 URL 所在的站点和微信。',
  },
  cure: { en: 'Examine that URL, if the site is yours.', zh: '如果那是您的站点，请检查那个 URL。' },
  confidence: 'document',
  source: SOURCES.websiteLogin,
};

/** Opens the login's URL, and goes up to WeChat's page; or says why it does not get there. */
export async function beginLogin(browser: Browser, start: URL): Promise<Begun | Observation> {
  try {
    return await goToWeChat(browser, start);
  } catch (error) {
    if (!(error instanceof NoResponseError)) throw error;
    const { reason, code } = error;
    return observe(UNREACHABLE, { en: `${reason} (${code})`, zh: `${REASONS[reason]}（${code}）` });
  }
}

async function goToWeChat(browser: Browser, start: URL): Promise<Begun | Observation> {
  const cookies: SetCookie[] = [];
  let visit = await browser.open(start);
  let pressed: Text | undefined;
  for (;;) {
    cookies.push(...visit.cookies);
    const failure = whyStopped(visit);
    if (failure) return failure;
    const begun = {
      browser,
      cookies,
      response: visit.response,
      hasPage: pressed !== undefined,
      embedded: false,
    };
    if (visit.leadsTo && loginPageAt(visit.leadsTo.url)) {
      const how = pressed ?? { en: 'by a redirect', zh: '通过重定向' };
      return { ...begun, ...atWeChat(visit.leadsTo.url), how: observe(FOUND, how) };
    }
    const page = parsePage(visit.response);
    const wxLogin = findWxLogin(page);
    const inPage = wxLogin
      ? { url: wxLogin, how: 'wxLogin.js' }
      : (findUrlInJson(visit.response) ?? findWeChatUrl(page, visit.response.url));
    if (inPage) {
      const how = { en: `in its page: ${inPage.how}`, zh: `在页面中：${inPage.how}` };
      return {
        ...begun,
        ...atWeChat(inPage.url),
        hasPage: true,
        embedded: wxLogin !== undefined,
        how: observe(FOUND, how),
      };
    }
    const control = pressed === undefined ? findLoginControl(page, visit.response.url) : undefined;
    if (!control || !browser.mayVisit(control.url)) {
      return observe(
        NOT_FOUND,
        same(`HTTP ${visit.response.status} ${showUrl(visit.leadsTo?.url ?? visit.response.url)}`),
      );
    }
    const { pathname } = control.url;
    pressed = {
      en: `after ${control.method} ${show(pathname)}`,
      zh: `在 ${control.method} ${show(pathname)} 之后`,
    };
    visit = await (control.method === 'POST'
      ? browser.submit(control.url, control.fields)
      : browser.open(withFields(control), 'page'));
  }
}

function atWeChat(url: URL): { url: URL; page: LoginPage } {
  return { url, page: loginPageAt(url) ?? 'qrconnect' };
}

function withFields({ url, fields }: { url: URL; fields: [string, string][] }): URL {
  const target = new URL(url);
  for (const [name, value] of fields) target.searchParams.append(name, value);
  return target;
}

function whyStopped({ response, leadsTo }: Visit): Observation | undefined {
  if (response.status >= 500)
    return observe(SERVER_ERROR, same(`HTTP ${response.status} ${showUrl(response.url)}`));
  if (leadsTo?.why === 'loop') return observe(LOOP, same(showUrl(leadsTo.url)));
  if (leadsTo?.why === 'foreign') return observe(FOREIGN, same(leadsTo.url.origin));
  return undefined;
}

export function isBegun(result: Begun | Observation): result is Begun {
  return 'browser' in result;
}
