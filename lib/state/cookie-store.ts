import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Request } from 'express';
import { isLoopback, requestHost, requestScheme } from '../util/request-origin.js';
import { warnAbout } from '../util/warnings.js';
import { HANDLE, newHandle } from './handle.js';
import { assertMax, assertMaxAge, isTooOld, TOO_LATE, tooLargeError } from './limits.js';
import type { DataStateStore, StateMeta, StateVerifyCallback, StoreCallback } from './store.js';

/** The options of `new CookieStateStore(options)`. */
export interface CookieStateStoreOptions {
  /** Signs the cookies: 32 or more random characters. The first of a list signs, all are accepted. */
  secret: string | readonly string[];
  /** How long a login may take, in milliseconds. Default 30 minutes: users leave a QR code open. */
  maxAge?: number | undefined;
  /** Whether the cookies are for https only. Default: yes, except on localhost if the callback is http, too. */
  secure?: boolean | undefined;
  /** How many logins of one browser can be pending; the oldest ones give way. Default 8. */
  max?: number | undefined;
  /** What the names of the cookies begin with. Default `'wechat'`. */
  name?: string | undefined;
}

/** Browsers drop a larger cookie without a word (RFC 6265, section 6.1). */
const MAX_COOKIE_BYTES = 4096;

/** All pending logins of a browser together: half of what Node accepts as the headers of a request. */
const MAX_COOKIES_BYTES = 8192;

/**
 * Stores each pending login in a signed cookie of its own, and nothing on the server: for apps without sessions, and
 * for several processes without a shared store. Your data of the login is signed, not hidden from its own browser.
 *
 * It needs the response as `req.res`, which Express and Koa provide. The cookie is deleted when its login comes back;
 * a copy that is sent again ends at WeChat, which accepts a code only once.
 *
 * @example new WeChatStrategy({ ...options, store: new CookieStateStore({ secret: process.env.STATE_SECRET ?? '' })
 *   }, verify);
 */
export class CookieStateStore implements DataStateStore {
  readonly #secrets: readonly string[];
  readonly #maxAge: number;
  readonly #secure: boolean | undefined;
  readonly #max: number;
  readonly #name: string;

  /** @throws TypeError when an option is missing or wrong */
  constructor(options: CookieStateStoreOptions) {
    // JavaScript may leave the options out.
    const secrets = [(options as Partial<CookieStateStoreOptions> | undefined)?.secret ?? []].flat();
    if (secrets.length === 0 || secrets.some((secret) => typeof secret !== 'string' || secret === '')) {
      throw new TypeError(
        'secret is missing: it is a string of 32 or more random characters, or a list of such strings.',
      );
    }
    if (secrets.some((secret) => secret.length < 32)) warnAbout('WECHAT_COOKIE_SECRET');
    this.#secrets = secrets;
    this.#maxAge = assertMaxAge(options.maxAge);
    this.#secure = options.secure;
    this.#max = assertMax(options.max);
    this.#name = options.name ?? 'wechat';
    if (!/^[\w-]+$/.test(this.#name)) throw new TypeError('name must consist of A-Z, a-z, 0-9, _ and -.');
  }

  store(req: Request, state: unknown, meta: StateMeta, callback: StoreCallback): void {
    // If the callback is https, the cookie can be Secure, whatever the scheme of this request seems to be.
    const overHttp = requestScheme(req) !== 'https' && !/^https:/i.test(meta.callbackURL ?? '');
    const isLocal = isLoopback(requestHost(req) ?? '');
    const secure = this.#secure ?? !(overHttp && isLocal);
    if (secure && overHttp && !isLocal) warnAbout('WECHAT_COOKIE_HTTP');
    const prefix = this.#prefix(secure);
    const handle = newHandle();
    const payload = Buffer.from(JSON.stringify({ issued: Date.now(), state })).toString('base64url');
    const content = `${prefix}${handle}=${payload}`;
    const [signature] = this.#sign(content) as [Buffer];
    const cookie = `${content}.${signature.toString('base64url')}`;
    if (cookie.length > MAX_COOKIE_BYTES) {
      callback(tooLargeError('since a cookie holds no more than 2 kB of it'));
      return;
    }
    setCookies(req, [
      ...this.#surplus(req, prefix, cookie.length).map((name) => `${name}=${attributes(name, 0)}`),
      cookie + attributes(prefix, Math.ceil(this.#maxAge / 1000)),
    ]);
    callback(null, handle);
  }

  verify(req: Request, handle: string, _meta: StateMeta, callback: StateVerifyCallback): void {
    const cookies = parseCookies(req);
    // Accept a cookie that is not Secure on localhost only: an attacker can obtain a signed one with Host: localhost,
    // and plant it from a sibling domain. The signature covers the name, so a Secure cookie is not accepted under the
    // other name either.
    const isInsecure = isLoopback(requestHost(req) ?? '') && requestScheme(req) !== 'https';
    const name = (this.#secure === undefined ? (isInsecure ? [true, false] : [true]) : [this.#secure])
      .map((secure) => this.#prefix(secure) + handle)
      .find((candidate) => HANDLE.test(handle) && cookies.has(candidate));
    if (name === undefined) {
      const message = 'No such login was started in this browser, or its cookie did not come back.';
      callback(null, false, { message });
      return;
    }
    setCookies(req, [`${name}=${attributes(name, 0)}`]);
    const value = cookies.get(name) as string;
    if (!this.#isSigned(`${name}=${value}`)) {
      callback(null, false, { message: 'The cookie of this login is not signed with our secret.' });
      return;
    }
    const { issued, state } = readContent(value);
    if (isTooOld(issued, this.#maxAge)) callback(null, false, { message: TOO_LATE });
    else callback(null, true, state);
  }

  /** With each of the secrets: the first signs, all are accepted. */
  #sign(text: string): Buffer[] {
    return this.#secrets.map((secret) => createHmac('sha256', secret).update(text).digest());
  }

  #isSigned(cookie: string): boolean {
    const dot = cookie.indexOf('.');
    // As strings: several of them stand for the same bytes.
    const signature = Buffer.from(cookie.slice(dot + 1));
    return this.#sign(cookie.slice(0, dot))
      .map((bytes) => Buffer.from(bytes.toString('base64url')))
      .some((expected) => expected.length === signature.length && timingSafeEqual(expected, signature));
  }

  /**
   * What the names of the cookies begin with. Under `__Host-`, no sibling domain can plant one (RFC 6265bis,
   * 4.1.3.2).
   */
  #prefix(secure: boolean): string {
    return `${secure ? '__Host-' : ''}${this.#name}-`;
  }

  /** The names of the cookies that have to give way to a new one of so many bytes: those of the oldest logins. */
  #surplus(req: Request, prefix: string, bytes: number): string[] {
    let total = bytes;
    return [...parseCookies(req)]
      .filter(([name]) => name.startsWith(prefix) && HANDLE.test(name.slice(prefix.length)))
      .map(([name, value]) => ({
        name,
        bytes: name.length + value.length,
        issued: readContent(value).issued,
      }))
      .sort((a, b) => b.issued - a.issued)
      .filter((cookie, newer) => {
        total += cookie.bytes;
        return newer + 1 >= this.#max || total > MAX_COOKIES_BYTES;
      })
      .map(({ name }) => name);
  }
}

/** The content of a cookie, which is only to be trusted when its signature is right. */
function readContent(value: string): { issued: number; state?: unknown } {
  const payload = value.slice(0, value.indexOf('.'));
  try {
    const json = Buffer.from(payload, 'base64url').toString();
    const { issued, state } = JSON.parse(json) as { issued?: unknown; state?: unknown };
    return { issued: typeof issued === 'number' ? issued : 0, state };
  } catch {
    return { issued: 0 };
  }
}

function attributes(name: string, seconds: number): string {
  const secure = name.startsWith('__Host-') ? '; Secure' : '';
  return `; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

/**
 * The cookies of a request, which browsers separate by "; " (RFC 6265, section 4.2.1). No other white space is taken
 * off: with `trim()`, a name that begins with U+00A0, which a sibling domain can set, would turn into one with
 * `__Host-`.
 */
function parseCookies(req: Request): Map<string, string> {
  const pairs = req.headers.cookie?.split(/; */).map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return new Map(pairs);
}

function setCookies(req: Request, cookies: string[]): void {
  const { ctx, res } = req as { ctx?: { res?: ServerResponse }; res?: ServerResponse };
  // koa-passport puts a stand-in at req.res, and the true response at req.ctx.res.
  const response = ctx?.res ?? res;
  if (typeof response?.getHeader !== 'function') {
    throw new TypeError(
      'CookieStateStore needs the response: set req.res = res before passport.authenticate().',
    );
  }
  const before = response.getHeader('Set-Cookie') ?? [];
  response.setHeader('Set-Cookie', [...[before].flat().map(String), ...cookies]);
}
