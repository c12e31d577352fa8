import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Request } from 'express';
import { HANDLE, newHandle } from './handle.js';
import type { DataStateStore, StateMeta, StateVerifyCallback, StoreCallback } from './store.js';

/** The options of `new CookieStateStore(options)`. */
export interface CookieStateStoreOptions {
  /** Signs the cookies: 32 or more random characters. Of a list the first signs, and all are accepted. */
  secret: string | readonly string[];
  /** How long a login may take, in milliseconds. Default 30 minutes: people leave a QR code open. */
  maxAge?: number | undefined;
  /** Whether the cookies are for https only. Default: yes, except on localhost over http. */
  secure?: boolean | undefined;
  /** How many logins one browser can have outstanding; the oldest ones give way. Default 8. */
  max?: number | undefined;
  /** What the names of the cookies begin with. Default `'wechat'`. */
  name?: string | undefined;
}

/** Browsers drop a larger cookie without a word (RFC 6265, section 6.1). */
const MAX_COOKIE_BYTES = 4096;

/**
 * Keeps each outstanding login in a signed cookie of its own, and nothing on the server: for apps without sessions, and
 * for several processes without a shared store. The application data is signed, not hidden from its own browser.
 *
 * It needs the response as `req.res`, which Express and Koa provide. A cookie is taken from the browser when its login
 * comes back; a copy of it, sent again, ends at WeChat, which accepts a code only once.
 *
 * @example new WeChatStrategy({ ...options, store: new CookieStateStore({ secret: process.env.STATE_SECRET ?? '' }) }, verify);
 */
export class CookieStateStore implements DataStateStore {
  // The secrets live in this function only, where neither util.inspect nor JSON finds them.
  private readonly _signatures: (text: string) => Buffer[];
  private readonly _maxAge: number;
  private readonly _secure: boolean | undefined;
  private readonly _max: number;
  private readonly _name: string;

  /** @throws TypeError when an option is missing or wrong */
  constructor(options: CookieStateStoreOptions) {
    const secrets = [options.secret].flat();
    if (secrets.length === 0 || secrets.some((secret) => typeof secret !== 'string' || secret.length < 32)) {
      throw new TypeError('secret must be a text of 32 or more random characters, or a list of such texts.');
    }
    this._signatures = (text) => secrets.map((secret) => createHmac('sha256', secret).update(text).digest());
    this._maxAge = options.maxAge ?? 30 * 60_000;
    this._secure = options.secure;
    this._max = options.max ?? 8;
    this._name = options.name ?? 'wechat';
    if (!(this._maxAge > 0 && this._maxAge < Infinity))
      throw new TypeError('maxAge must be a positive number of milliseconds.');
    if (!Number.isInteger(this._max) || this._max < 1)
      throw new TypeError('max must be a positive whole number.');
    if (!/^[\w-]+$/.test(this._name)) throw new TypeError('name must consist of A-Z, a-z, 0-9, _ and -.');
  }

  store(req: Request, state: unknown, _meta: StateMeta, callback: StoreCallback): void {
    const prefix = this._prefix(req);
    const handle = newHandle();
    const expires = Date.now() + this._maxAge;
    const payload = Buffer.from(JSON.stringify({ expires, state })).toString('base64url');
    const [signature] = this._signatures(`${prefix}${handle}=${payload}`);
    const cookie = `${prefix}${handle}=${payload}.${signature?.toString('base64url') ?? ''}`;
    if (cookie.length > MAX_COOKIE_BYTES) {
      callback(new Error('The application data in state is too large for a cookie: keep it under 2 kB.'));
      return;
    }
    const surplus = this._outstanding(req, prefix).slice(this._max - 1);
    setCookies(req, [
      ...surplus.map((name) => `${name}=${attributes(prefix, 0)}`),
      cookie + attributes(prefix, Math.ceil(this._maxAge / 1000)),
    ]);
    callback(null, handle);
  }

  verify(req: Request, handle: string, _meta: StateMeta, callback: StateVerifyCallback): void {
    const prefix = this._prefix(req);
    const name = prefix + handle;
    const value = HANDLE.test(handle) ? cookiesOf(req).get(name) : undefined;
    if (value === undefined) {
      const message = 'No such login was started in this browser, or its cookie did not come back.';
      callback(null, false, { message });
      return;
    }
    setCookies(req, [`${name}=${attributes(prefix, 0)}`]);
    const [payload = '', signature = ''] = value.split('.');
    if (!this._isSigned(`${name}=${payload}`, Buffer.from(signature, 'base64url'))) {
      callback(null, false, { message: 'The cookie of this login is not signed with our secret.' });
      return;
    }
    const { expires, state } = contentOf(payload);
    if (expires <= Date.now()) callback(null, false, { message: 'The login took too long.' });
    else callback(null, true, state);
  }

  private _isSigned(text: string, signature: Buffer): boolean {
    return this._signatures(text).some(
      (expected) => expected.length === signature.length && timingSafeEqual(expected, signature),
    );
  }

  /** What the names of this browser's cookies begin with. `__Host-` keeps cookies of sibling domains out. */
  private _prefix(req: Request): string {
    const secure = this._secure ?? !(isLoopback(req.headers.host) && !isEncrypted(req));
    return `${secure ? '__Host-' : ''}${this._name}-`;
  }

  /** The names of the browser's cookies, those of the newest logins first. */
  private _outstanding(req: Request, prefix: string): string[] {
    return [...cookiesOf(req)]
      .filter(([name]) => name.startsWith(prefix) && HANDLE.test(name.slice(prefix.length)))
      .map(([name, value]) => ({ name, expires: contentOf(value.split('.')[0] ?? '').expires }))
      .sort((a, b) => b.expires - a.expires)
      .map(({ name }) => name);
  }
}

/** The content of a cookie, which is only to be trusted when its signature is right. */
function contentOf(payload: string): { expires: number; state?: unknown } {
  try {
    const content = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      expires?: unknown;
      state?: unknown;
    };
    return { expires: typeof content.expires === 'number' ? content.expires : 0, state: content.state };
  } catch {
    return { expires: 0 };
  }
}

function attributes(prefix: string, seconds: number): string {
  const secure = prefix.startsWith('__Host-') ? '; Secure' : '';
  return `; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

function cookiesOf(req: Request): Map<string, string> {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
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

function isLoopback(host: string | undefined): boolean {
  return /^(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host ?? '');
}

function isEncrypted(req: Request): boolean {
  const { protocol, socket } = req as { protocol?: string; socket?: { encrypted?: boolean } };
  return protocol === 'https' || socket?.encrypted === true;
}
