import type { SetCookie } from '../browser.js';
import { observe, type Observation, type Rule } from '../finding.js';
import { isLoopback } from '../hosts.js';
import { show } from '../redact.js';
import { SOURCES } from '../sources.js';
import { same, type Text } from '../text.js';

const RULES = {
  ok: {
    id: 'cookies.ok',
    level: 'ok',
    message: {
      en: 'The cookies come along when WeChat sends the browser back.',
      zh: '从微信返回时，Cookie 会一起发送。',
    },
    confidence: 'document',
    source: SOURCES.cookies,
  },
  none: {
    id: 'cookies.none',
    level: 'fault',
    message: {
      en: 'The app sets no cookie when a login begins.',
      zh: '发起登录时，应用没有设置任何 Cookie。',
    },
    why: {
      en: 'Nothing binds the login to this browser, so state cannot protect it (login CSRF).',
      zh: '登录没有绑定到该浏览器，state 起不到保护作用（登录 CSRF）。',
    },
    cure: {
      en: 'Keep state in a session, or in a cookie of its own, and compare it in the callback.',
      zh: '请把 state 存入会话或单独的 Cookie，并在回调中比较。',
    },
    confidence: 'document',
    source: SOURCES.csrf,
  },
  lost: {
    id: 'cookies.lost',
    level: 'fault',
    message: {
      en: 'No cookie of the login comes along to the callback.',
      zh: '发起登录时的 Cookie 都到不了回调。',
    },
    why: {
      en: 'The app cannot find its state again: every login fails, or state is not checked.',
      zh: '应用找不回 state：要么每次登录都失败，要么根本没有校验 state。',
    },
    cure: {
      en: 'Begin the login on the host of redirect_uri (or set Domain for both), with Path=/ and SameSite=Lax.',
      zh: '请在 redirect_uri 所在的域名发起登录（或用 Domain 覆盖两者），并使用 Path=/ 和 SameSite=Lax。',
    },
    confidence: 'document',
    source: SOURCES.cookies,
  },
  otherHost: {
    id: 'redirect-uri.other-host',
    level: 'fault',
    message: {
      en: 'redirect_uri is on another host than the login began on.',
      zh: 'redirect_uri 与发起登录的域名不同。',
    },
    why: {
      en: 'The cookie of the login belongs to the host that it began on and does not come along.',
      zh: '登录的 Cookie 属于发起登录的域名，不会发送到另一个域名。',
    },
    cure: {
      en: 'Redirect visitors to the one host of the app before they begin (www or not), or set the cookie for both with Domain.',
      zh: '请先把访客统一跳转到同一个域名（带或不带 www），或用 Domain 让 Cookie 覆盖两个域名。',
    },
    confidence: 'document',
    source: SOURCES.cookies,
  },
  strict: {
    id: 'cookies.strict',
    level: 'fault',
    message: {
      en: 'A cookie of the login is SameSite=Strict.',
      zh: '登录的 Cookie 设置了 SameSite=Strict。',
    },
    why: {
      en: 'WeChat is another site: the browser comes back without it.',
      zh: '微信是另一个站点，从微信返回时浏览器不会带上它。',
    },
    cure: { en: 'Use SameSite=Lax.', zh: '请使用 SameSite=Lax。' },
    confidence: 'document',
    source: SOURCES.cookies,
  },
  refused: {
    id: 'cookies.refused',
    level: 'fault',
    message: { en: 'A browser throws a cookie of the login away.', zh: '浏览器会丢弃登录的 Cookie。' },
    why: { en: 'The login cannot be found again.', zh: '回调时找不到这次登录。' },
    cure: {
      en: "Set Domain to the app's own domain or leave it out; SameSite=None and the prefixes __Host- and __Secure- need Secure; at most 4096 bytes.",
      zh: 'Domain 请设为应用自己的域名或省略；SameSite=None、__Host- 和 __Secure- 前缀需要 Secure；不超过 4096 字节。',
    },
    confidence: 'document',
    source: SOURCES.cookies,
  },
  notSecure: {
    id: 'cookies.secure',
    level: 'warning',
    message: {
      en: 'A cookie of the login has no Secure, on https.',
      zh: '在 https 下，登录的 Cookie 没有 Secure。',
    },
    why: { en: 'It also travels over http, readable.', zh: '它也会通过 http 明文发送。' },
    cure: {
      en: 'Set Secure; behind a proxy, let the app know that it is (trust proxy).',
      zh: '请设置 Secure；如在反向代理后面，请设置信任代理。',
    },
    confidence: 'document',
    source: SOURCES.cookies,
  },
  notHttpOnly: {
    id: 'cookies.http-only',
    level: 'warning',
    message: { en: 'A cookie of the login can be read by scripts.', zh: '脚本可以读取登录的 Cookie。' },
    why: { en: 'An injected script can take it away.', zh: '被注入的脚本可以窃取它。' },
    cure: { en: 'Set HttpOnly.', zh: '请设置 HttpOnly。' },
    confidence: 'document',
    source: SOURCES.cookies,
  },
  noSameSite: {
    id: 'cookies.same-site',
    level: 'warning',
    message: { en: 'A cookie of the login has no SameSite.', zh: '登录的 Cookie 没有设置 SameSite。' },
    why: { en: 'Browsers differ in what they take for it.', zh: '各浏览器的默认行为不同。' },
    cure: { en: 'Set SameSite=Lax.', zh: '请设置 SameSite=Lax。' },
    confidence: 'document',
    source: SOURCES.cookies,
  },
  shortLived: {
    id: 'cookies.short-lived',
    level: 'warning',
    message: {
      en: 'A cookie of the login lives for less than five minutes.',
      zh: '登录的 Cookie 有效期不足五分钟。',
    },
    why: {
      en: 'A QR code lives for about five: who scans late comes back without it.',
      zh: '二维码的有效期约五分钟，扫得晚的人返回时 Cookie 已失效。',
    },
    cure: { en: 'Let it live for ten minutes.', zh: '请设为十分钟。' },
    confidence: 'users',
    source: 'https://developers.weixin.qq.com/community/develop/doc/00000424928250c652b04040d6bc00',
  },
} satisfies Record<string, Rule>;

const MAX_SIZE = 4096;

interface Login {
  /** Cookies that the app set up to WeChat's page. */
  cookies: SetCookie[];
  /** Names of those that come along to the callback from WeChat. */
  comingAlong: string[];
  redirectUri: URL;
  /** Whether a page of the app, which can run scripts, was on the way. */
  hasPage: boolean;
}

export function checkCookies({ cookies, comingAlong, redirectUri, hasPage }: Login): Observation[] {
  const live = cookies.filter(({ maxAge }) => maxAge === undefined || maxAge > 0);
  if (live.length === 0) {
    return [
      observe(RULES.none, { en: 'no Set-Cookie', zh: '没有 Set-Cookie' }, hasPage ? 'warning' : 'fault'),
    ];
  }
  const found: Observation[] = [];
  const blame = (rule: Rule, blamed: SetCookie[]): void => {
    if (blamed.length > 0) found.push(observe(rule, names(blamed)));
  };
  const refused = live.filter((cookie) => whyRefused(cookie) !== undefined);
  const kept = live.filter((cookie) => !refused.includes(cookie));
  if (refused.length > 0) found.push(observe(RULES.refused, reasons(refused)));
  const strict = kept.filter(({ sameSite, name }) => sameSite === 'strict' && !comingAlong.includes(name));
  const lost = kept.length > 0 && !kept.some(({ name }) => comingAlong.includes(name));
  const [first] = kept;
  if (lost && first && first.from.hostname !== redirectUri.hostname) {
    found.push(observe(RULES.otherHost, same(`${first.from.hostname} → ${redirectUri.hostname}`)));
  } else if (lost && strict.length === 0) {
    blame(RULES.lost, kept);
  }
  if (strict.length > 0) found.push(observe(RULES.strict, names(strict), lost ? 'fault' : 'warning'));
  blame(
    RULES.notSecure,
    kept.filter(({ from, secure }) => from.protocol === 'https:' && !secure),
  );
  blame(
    RULES.notHttpOnly,
    kept.filter(({ httpOnly }) => !httpOnly),
  );
  blame(
    RULES.noSameSite,
    kept.filter(({ sameSite }) => sameSite === undefined),
  );
  blame(
    RULES.shortLived,
    kept.filter(({ maxAge }) => maxAge !== undefined && maxAge < 300),
  );
  return found.length > 0 ? found : [observe(RULES.ok, names(kept))];
}

function whyRefused(cookie: SetCookie): Text | undefined {
  if (cookie.size > MAX_SIZE) return { en: `${cookie.size} bytes`, zh: `${cookie.size} 字节` };
  if (cookie.sameSite === 'none' && !cookie.secure) return same('SameSite=None; !Secure');
  if (cookie.secure && cookie.from.protocol === 'http:' && !isLoopback(cookie.from))
    return same('Secure; http');
  return cookie.refused === undefined ? undefined : { en: 'its Domain or prefix', zh: 'Domain 或前缀' };
}

function reasons(cookies: SetCookie[]): Text {
  const list = cookies.map((cookie) => ({ name: show(cookie.name), why: whyRefused(cookie) ?? same('') }));
  return {
    en: list.map(({ name, why }) => `${name} (${why.en})`).join(', '),
    zh: list.map(({ name, why }) => `${name}（${why.zh}）`).join('、'),
  };
}

function names(cookies: SetCookie[]): Text {
  const list = [...new Set(cookies.map(({ name }) => show(name)))];
  return { en: list.join(', '), zh: list.join('、') };
}
