import { Cookie, CookieJar } from 'tough-cookie';
import { isSameSite } from './hosts.js';
import { send, type HttpResponse } from './request.js';
import { isWeChatHost, loginPageAt, USER_AGENTS, type BrowserKind } from './wechat.js';

/** A cookie as an app set it, by its attributes: the value is not kept. */
export interface SetCookie {
  name: string;
  /** Bytes of name, value and attributes. */
  size: number;
  sameSite: 'strict' | 'lax' | 'none' | undefined;
  secure: boolean;
  httpOnly: boolean;
  /** Seconds; absent for a cookie of the browser's session. 0 or less: it is deleted. */
  maxAge: number | undefined;
  /** Whose response it came with. */
  from: URL;
  /** Why a browser throws it away, if it does. */
  refused?: string;
}

/** Where a navigation ended, and what was on the way. */
export interface Visit {
  /** Of the last request; a redirect that leads to WeChat or to a foreign site is not followed. */
  response: HttpResponse;
  /** Where the redirect leads that was not followed. */
  leadsTo?: { url: URL; why: 'wechat' | 'foreign' | 'loop' };
  cookies: SetCookie[];
}

export interface BrowserSettings {
  /** Hosts that may be visited, beside WeChat's. */
  allowed: URL[];
  /** What stands in for WeChat. */
  emulator: URL | undefined;
  /** Milliseconds until a response must be there. */
  patience: number;
  /** For the accept-language header. */
  language: 'en' | 'zh';
  /** Called before each request. */
  onRequest: (url: URL) => void;
}

/** From where a navigation starts, which decides over SameSite=Strict: typed into the address bar, or at WeChat. */
type From = 'address-bar' | 'wechat' | 'page';

const MAX_REDIRECTS = 15;
const REDIRECTS = [301, 302, 303, 307, 308];

/** One visitor's browser, without scripts: cookies and redirects. */
export class Browser {
  readonly kind: BrowserKind;
  private readonly jar = new CookieJar(undefined, { prefixSecurity: 'strict' });
  private readonly settings: BrowserSettings;

  constructor(kind: BrowserKind, settings: BrowserSettings) {
    this.kind = kind;
    this.settings = settings;
  }

  /** Opens a URL, and follows its redirects up to WeChat's page. */
  async open(url: URL, from: From = 'address-bar'): Promise<Visit> {
    return this.navigate(url, from);
  }

  /** Submits a form of a page that was opened before. */
  async submit(url: URL, fields: [string, string][]): Promise<Visit> {
    return this.navigate(url, 'page', new URLSearchParams(fields).toString());
  }

  /** Opens one of WeChat's pages, at WeChat or where its stand-in has the same. */
  async openWeChat(url: URL): Promise<HttpResponse> {
    const { emulator } = this.settings;
    const target = emulator ? new URL(url.pathname + url.search, emulator) : url;
    return this.request(target, 'cross-site');
  }

  /** Names of the cookies that come along when WeChat sends the browser to this URL. */
  async cookiesFromWeChat(url: URL): Promise<string[]> {
    const cookies = await this.jar.getCookies(url.href, { sameSiteContext: 'lax', http: true });
    return cookies.map(({ key }) => key);
  }

  /** Whether a URL is at an address that was given, at another host of its site, or at WeChat. */
  mayVisit(url: URL): boolean {
    const { allowed, emulator } = this.settings;
    if (!/^https?:$/.test(url.protocol)) return false;
    return (
      isWeChatHost(url) || [...allowed, ...(emulator ? [emulator] : [])].some((own) => isSameSite(own, url))
    );
  }

  private async navigate(start: URL, from: From, form?: string): Promise<Visit> {
    const cookies: SetCookie[] = [];
    let url = start;
    let body = form;
    for (let followed = 0; ; followed += 1) {
      const response = await this.request(
        url,
        from === 'wechat' ? 'cross-site' : from === 'page' ? 'same-origin' : 'none',
        body,
      );
      cookies.push(...(await this.keepCookies(response)));
      const location = response.headers.location;
      if (!REDIRECTS.includes(response.status) || location === undefined) return { response, cookies };
      if (!URL.canParse(location, url.href)) return { response, cookies };
      const next = new URL(location, url);
      if (loginPageAt(next) !== undefined || isWeChatHost(next)) {
        return { response, cookies, leadsTo: { url: next, why: 'wechat' } };
      }
      if (!this.mayVisit(next)) return { response, cookies, leadsTo: { url: next, why: 'foreign' } };
      if (followed === MAX_REDIRECTS) return { response, cookies, leadsTo: { url: next, why: 'loop' } };
      if (![307, 308].includes(response.status)) body = undefined;
      url = next;
    }
  }

  private async request(
    url: URL,
    site: 'none' | 'cross-site' | 'same-origin',
    body?: string,
  ): Promise<HttpResponse> {
    const { patience, language, onRequest } = this.settings;
    onRequest(url);
    const sameSiteContext = site === 'cross-site' ? 'lax' : 'strict';
    const cookie = await this.jar.getCookieString(url.href, { sameSiteContext, http: true });
    const accepts = language === 'zh' ? 'zh-CN,zh;q=0.9,en;q=0.5' : 'en,zh;q=0.5';
    return send(url, {
      method: body === undefined ? 'GET' : 'POST',
      patience,
      headers: {
        'User-Agent': USER_AGENTS[this.kind],
        Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
        'Accept-Language': accepts,
        'Upgrade-Insecure-Requests': '1',
        'Sec-Fetch-Site': site,
        'Sec-Fetch-Mode': 'navigate',
        'Sec-Fetch-Dest': 'document',
        'Sec-Fetch-User': '?1',
        ...(cookie !== '' && { Cookie: cookie }),
        ...(body !== undefined && {
          'Content-Type': 'application/x-www-form-urlencoded',
          Origin: url.origin,
        }),
      },
      ...(body !== undefined && { body }),
    });
  }

  private async keepCookies({ url, headers }: HttpResponse): Promise<SetCookie[]> {
    const seen: SetCookie[] = [];
    for (const header of headers['set-cookie'] ?? []) {
      const cookie = readSetCookie(header, url);
      try {
        await this.jar.setCookie(header, url.href);
      } catch (error) {
        cookie.refused = error instanceof Error ? error.message.replace(/Cookie:.*/, '') : 'refused';
      }
      seen.push(cookie);
    }
    return seen;
  }
}

function readSetCookie(header: string, from: URL): SetCookie {
  // One that cannot be read at all, which the jar refuses, too.
  const cookie = Cookie.parse(header, { loose: true }) ?? new Cookie();
  const { key: name, sameSite, secure, httpOnly } = cookie;
  const seconds = Math.round(cookie.TTL() / 1000);
  return {
    name,
    size: Buffer.byteLength(header),
    sameSite: sameSite === 'strict' || sameSite === 'lax' || sameSite === 'none' ? sameSite : undefined,
    secure,
    httpOnly,
    maxAge: Number.isFinite(seconds) ? seconds : undefined,
    from,
  };
}
