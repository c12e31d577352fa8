import { resolveCallbackURL, assertCallbackURL } from '../../lib/login/redirect-uri.js';
import { collectWarnings } from '../support/warnings.js';

const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'www.example.com' };

/** Where a request is sent back to, from `callback`. */
function resolved(req: object, { proxy = false, callbackURL = '/callback' } = {}): string {
  return resolveCallbackURL(callbackURL, { url: '/auth/wechat', ...req } as never, proxy);
}

/** An Express app that believes the proxy with this address. */
function trusting(address: string): object {
  const trusts = (from: string, hop: number): boolean => from === address && hop === 0;
  return { get: (name: string) => (name === 'trust proxy fn' ? trusts : undefined) };
}

describe('an absolute callbackURL', () => {
  it.each(['https://a.example.com/cb?x=1', 'HTTP://a.example.com/cb'])(
    'is used unchanged: %s',
    (callbackURL) => {
      expect(resolved({ headers: {} }, { callbackURL })).toBe(callbackURL);
    },
  );

  it('is recognized by its beginning only', () => {
    const callbackURL = '/back?to=https://a.example.com/';
    expect(resolved({ headers: { host: 'b.example.com' } }, { callbackURL })).toBe(
      'http://b.example.com/back?to=https://a.example.com/',
    );
  });
});

describe('a relative callbackURL', () => {
  it.each<[string, object, string]>([
    ['of Express, which knows the scheme', { protocol: 'https' }, 'https://example.com/callback'],
    ['of bare Node over TLS', { socket: { encrypted: true } }, 'https://example.com/callback'],
    ['of bare Node', { socket: {} }, 'http://example.com/callback'],
    ['of Fastify, which keeps the host', { raw: {}, host: 'f.example.com' }, 'http://f.example.com/callback'],
  ])('is resolved by the request %s', (_host, req, url) => {
    expect(resolved({ headers: { host: 'example.com' }, socket: {}, ...req })).toBe(url);
  });

  it.each([
    ['callback', 'http://example.com/auth/callback'],
    ['./callback?a=1', 'http://example.com/auth/callback?a=1'],
    ['../callback', 'http://example.com/callback'],
    ['?back=1', 'http://example.com/auth/wechat?back=1'],
  ])('is resolved against the path of the request: %s', (callbackURL, url) => {
    const req = { headers: { host: 'example.com' }, socket: {} };
    expect(resolved({ ...req, url: '/auth/wechat?x=/y/z' }, { callbackURL })).toBe(url);
    // Under a path that the app is mounted at, only Express's originalUrl has all of it.
    expect(resolved({ ...req, url: '/', originalUrl: '/auth/wechat' }, { callbackURL })).toBe(url);
  });

  it.each(['//evil.example/x', '/\\evil.example/x', '\\\\evil.example'])(
    'stays on the host for a request of %s',
    (originalUrl) => {
      const url = resolved({ originalUrl, headers: { host: 'example.com' }, socket: {} });
      expect(new URL(url).host).toBe('example.com');
    },
  );

  it.each([{}, { host: '' }, { host: 'a b' }, { host: 'a/b' }, { host: 'user@a' }])(
    'needs a usable Host header: %j',
    (headers) => {
      expect(() => resolved({ headers, socket: {} })).toThrow(/no usable Host header/);
    },
  );

  it('needs http or https', () => {
    expect(() => resolved({ headers: { host: 'example.com' }, protocol: 'ftp' })).toThrow(TypeError);
    const headers = { ...forwarded, 'x-forwarded-proto': 'xhttps' };
    expect(() => resolved({ headers, socket: {} }, { proxy: true })).toThrow(TypeError);
  });
});

describe('X-Forwarded headers', () => {
  const req = { headers: { host: 'internal:8080', ...forwarded }, socket: { remoteAddress: '10.0.0.1' } };
  const outside = 'https://www.example.com/callback';
  const inside = 'http://internal:8080/callback';

  it('are used under proxy: true, and ignored by default', () => {
    expect(resolved(req, { proxy: true })).toBe(outside);
    expect(resolved(req)).toBe(inside);
  });

  it.each<[string, object, string]>([
    ['Express that trusts the sender', trusting('10.0.0.1'), outside],
    ['Express that trusts another', trusting('10.0.0.2'), inside],
    ['Koa that trusts', { get: (name: string) => name === 'trust proxy' }, outside],
    ['Koa that does not', { get: () => undefined }, inside],
    ['an app of another kind', {}, inside],
  ])('are used as the app trusts its proxy: %s', (_host, app, url) => {
    expect(resolved({ ...req, app })).toBe(url);
  });

  it('give the values of the first of several proxies', () => {
    const headers = {
      host: 'internal:8080',
      'x-forwarded-proto': ['https , http'],
      'x-forwarded-host': 'www.example.com, internal',
    };
    expect(resolved({ ...req, headers }, { proxy: true })).toBe(outside);
  });

  it('may be empty or missing', () => {
    const headers = { host: 'internal:8080', 'x-forwarded-proto': '', 'x-forwarded-host': '' };
    expect(resolved({ ...req, headers }, { proxy: true })).toBe(inside);
    expect(resolved({ ...req, headers: { host: 'internal:8080' } }, { proxy: true })).toBe(inside);
  });
});

describe('a callbackURL', () => {
  it.each(['/cb', 'cb', 'https://example.com/cb', 'http://localhost:3000/cb'])('may be %s', (callbackURL) => {
    expect(assertCallbackURL(callbackURL)).toBe(callbackURL);
  });

  it.each<[unknown, RegExp]>([
    ['', /must be a string, such as/],
    [undefined, /must be a string, such as/],
    ['https://', /"https:\/\/" is not an http\(s\) URL or a path/],
    ['ftp://example.com/', /not an http\(s\) URL/],
    ['xhttp://example.com/', /not an http\(s\) URL/],
    ['httpsx://example.com/', /not an http\(s\) URL/],
    ['/cb#/login', /has a fragment: .* after it in others\. Use a URL without "#"/],
    ['/cb?code=1', /has a query parameter code or state/],
    ['https://example.com/cb?state=', /has a query parameter code or state/],
  ])('may not be %p', (callbackURL, message) => {
    expect(() => assertCallbackURL(callbackURL)).toThrow(message);
  });
});

describe('a callbackURL that WeChat would refuse', () => {
  it.each<[string, string[]]>([
    ['https://www.example.com/cb', []],
    ['https://127.example.com/cb', []],
    ['https://localhost.example.com/cb', []],
    ['https://mylocalhost/cb', []],
    ['/cb', []],
    ['http://www.example.com/cb', ['WECHAT_CALLBACK_HTTP']],
    ['https://www.example.com:8443/cb', ['WECHAT_CALLBACK_HOST']],
    ['https://localhost/cb', ['WECHAT_CALLBACK_HOST']],
    ['https://app.localhost/cb', ['WECHAT_CALLBACK_HOST']],
    ['https://127.0.0.1/cb', ['WECHAT_CALLBACK_HOST']],
    ['http://[::1]/cb', ['WECHAT_CALLBACK_HTTP', 'WECHAT_CALLBACK_HOST']],
  ])('causes a warning: %s', async (callbackURL, codes) => {
    const warnings = await collectWarnings(async () => {
      const { warnAboutCallbackURL } = await import('../../lib/login/redirect-uri.js');
      warnAboutCallbackURL(callbackURL);
    });
    expect(warnings).toEqual(codes);
  });
});
