import type { Finding } from 'wechat-login-doctor';
import { authorizationUrl, examined, problems, redirect, startSite } from '../support/doctor-runs.js';

// WeChat itself is not reached: what is judged is the URL that an app's redirect has, and the cookies beside it.

const PUBLIC = 'https://shop.example.com/callback';
const COOKIE = 'login=abc; Path=/; HttpOnly; SameSite=Lax';
const INSIDE = { desktop: false, wechat: true };

/** An app that sends the browser to this URL. */
async function judged(
  makeUrl: (origin: string) => string,
  { cookies = [COOKIE], ...options }: { cookies?: string[]; desktop?: boolean; wechat?: boolean } = {},
): Promise<Finding[]> {
  const site = await startSite((_req, res) => {
    redirect(res, makeUrl(site.origin), cookies);
  });
  try {
    return await examined(`${site.origin}/login`, { desktop: true, wechat: false, ...options });
  } finally {
    await site.close();
  }
}

const change =
  (edit: (query: URLSearchParams, url: URL) => void): (() => string) =>
  () =>
    authorizationUrl(PUBLIC, (url) => {
      edit(url.searchParams, url);
    });

/** The same for WeChat's in-app browser. */
const inside = (edit: (query: URLSearchParams, url: URL) => void): (() => string) =>
  change((query, url) => {
    url.pathname = '/connect/oauth2/authorize';
    query.set('scope', 'snsapi_base');
    query.set('state', crypto.randomUUID().replaceAll('-', ''));
    edit(query, url);
  });

const set = (name: string, value: string): (() => string) => change((query) => { query.set(name, value); }); // prettier-ignore
const drop = (name: string): (() => string) => change((query) => { query.delete(name); }); // prettier-ignore

it('finds nothing wrong with a URL as the documents have it', async () => {
  const findings = await judged((origin) => authorizationUrl(`${origin}/callback`));
  const levels = new Map(findings.map(({ id, level }) => [id, level]));
  for (const id of ['begin.found', 'authorization-url.ok', 'state.ok', 'cookies.ok'])
    expect(levels.get(id)).toBe('ok');
});

it.each<[string, () => string]>([
  ['fault appid.missing', drop('appid')],
  ['fault appid.form', set('appid', 'gh_0123456789ab')],
  ['fault appid.form', set('appid', 'wx0123456789abcdef ')],
  ['warning appid.client-id', set('client_id', 'wx0123456789abcdef')],
  ['fault scope.wrong', set('scope', 'snsapi_userinfo')],
  ['fault scope.wrong', set('scope', 's,n,s,a,p,i,_,l,o,g,i,n')],
  ['fault scope.wrong', drop('scope')],
  ['warning scope.more', set('scope', 'snsapi_login,snsapi_userinfo')],
  ['fault response-type', set('response_type', 'token')],
  ['warning response-type', drop('response_type')],
  ['fault authorization-url.http', change((_query, url) => { url.protocol = 'http:'; })], // prettier-ignore
  ['warning authorization-url.host', change((_query, url) => { url.host = 'relay.example.com'; })], // prettier-ignore
  ['fault authorization-url.secret', set('secret', '0123456789abcdef0123456789abcdef')],
  ['fault authorization-url.secret', set('code', '0123456789abcdef0123456789abcdef')],
  ['fault authorization-url.repeated', change((query) => { query.append('scope', 'snsapi_login'); })], // prettier-ignore
  ['warning authorization-url.pkce', set('code_challenge', 'abc')],
  ['fault redirect-uri.missing', drop('redirect_uri')],
  ['fault redirect-uri.relative', set('redirect_uri', '/callback')],
  ['fault redirect-uri.relative', set('redirect_uri', 'shop.example.com/callback')],
  ['fault redirect-uri.encoded-twice', set('redirect_uri', encodeURIComponent(PUBLIC))],
  ['warning redirect-uri.encoded-twice', set('redirect_uri', 'https://shop.example.com/%25E7%2599%25BB')],
  ['warning redirect-uri.http', set('redirect_uri', 'http://shop.example.com/callback')],
  ['fault redirect-uri.port', set('redirect_uri', 'https://shop.example.com:443/callback')],
  ['fault redirect-uri.localhost', set('redirect_uri', 'http://localhost/callback')],
  ['fault redirect-uri.fragment', set('redirect_uri', 'https://shop.example.com/#/callback')],
  ['fault redirect-uri.parameters', set('redirect_uri', `${PUBLIC}?state=abc`)],
  ['fault redirect-uri.user', set('redirect_uri', 'https://user:pass@shop.example.com/callback')],
  ['fault redirect-uri.other-host', set('redirect_uri', PUBLIC)],
  ['fault state.missing', drop('state')],
  ['fault state.missing', set('state', '')],
  ['fault state.same', set('state', 'STATE')],
  ['warning state.short', change((query) => { query.set('state', String(Math.random()).slice(2, 8)); })], // prettier-ignore
  ['fault state.letters', change((query) => { query.set('state', `${crypto.randomUUID()}&x=1+2`); })], // prettier-ignore
  ['unknown state.longer-than-seen', change((query) => { query.set('state', crypto.randomUUID().repeat(8)); })], // prettier-ignore
])('finds %s', async (problem, makeUrl) => {
  expect(problems(await judged(makeUrl))).toContain(problem);
});

it('finds a redirect_uri that its own parameters end, because it is not encoded', async () => {
  const query = `appid=wx0123456789abcdef&redirect_uri=${PUBLIC}?a=1&b=2&response_type=code&scope=snsapi_login&state=x`;
  const findings = await judged(() => `https://open.weixin.qq.com/connect/qrconnect?${query}`);
  expect(problems(findings)).toContain('fault redirect-uri.not-encoded');
});

it.each<[string, () => string]>([
  ['fault state.long', inside((query) => { query.set('state', crypto.randomUUID().repeat(4)); })], // prettier-ignore
  ['warning state.letters-in-wechat', inside((query) => { query.set('state', `${crypto.randomUUID()}=`); })], // prettier-ignore
  ['warning authorization-url.fragment', inside((_query, url) => { url.hash = ''; })], // prettier-ignore
  ['fault response-type', inside((query) => { query.delete('response_type'); })], // prettier-ignore
  ['fault scope.wrong', inside((query) => { query.set('scope', 'snsapi_login'); })], // prettier-ignore
  ['warning authorization-url.order', inside((query) => { query.delete('appid'); query.append('appid', 'wx0123456789abcdef'); })], // prettier-ignore
  ['warning authorization-url.qr-code-in-wechat', change(() => undefined)],
  ['unknown wechat-page.in-app-only', inside(() => undefined)],
])('finds inside WeChat %s', async (problem, makeUrl) => {
  expect(problems(await judged(makeUrl, INSIDE))).toContain(problem);
});

it('finds that a desktop browser is sent to the page for WeChat', async () => {
  const findings = await judged(inside(() => undefined));
  expect(problems(findings)).toContain('fault authorization-url.in-app-page-on-desktop');
});

describe('cookies', () => {
  const at = (cookies: string[]): Promise<Finding[]> =>
    judged((origin) => authorizationUrl(`${origin}/callback`), { cookies });

  it.each<[string, string[]]>([
    ['fault cookies.none', []],
    ['fault cookies.none', ['login=; Max-Age=0']],
    ['fault cookies.none', ['login=; Expires=Thu, 01 Jan 1970 00:00:00 GMT']],
    ['fault cookies.strict', ['login=abc; Path=/; HttpOnly; SameSite=Strict']],
    ['warning cookies.strict', [COOKIE, 'other=abc; Path=/; HttpOnly; SameSite=Strict']],
    ['fault cookies.lost', ['login=abc; Path=/elsewhere; HttpOnly; SameSite=Lax']],
    ['fault cookies.refused', ['login=abc; Path=/; HttpOnly; SameSite=None']],
    ['fault cookies.refused', ['login=abc; Path=/; HttpOnly; SameSite=Lax; Domain=example.org']],
    ['fault cookies.refused', [`login=${'a'.repeat(5000)}; Path=/; HttpOnly; SameSite=Lax`]],
    ['fault cookies.refused', ['__Host-login=abc; Path=/; HttpOnly; SameSite=Lax']],
    ['warning cookies.http-only', ['login=abc; Path=/; SameSite=Lax']],
    ['warning cookies.same-site', ['login=abc; Path=/; HttpOnly']],
    ['warning cookies.short-lived', ['login=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60']],
  ])('finds %s', async (problem, cookies) => {
    expect(problems(await at(cookies))).toContain(problem);
  });

  it('takes a Max-Age that is no number for none, as browsers do', async () => {
    const cookies = ['login=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=soon'];
    expect(problems(await at(cookies))).toEqual(problems(await at([COOKIE])));
  });
});

it('shows no state, secret, code or cookie, whatever it finds', async () => {
  const secrets = ['5ecre75ecre75ecre75ecre75ecre7aa', 'c00kiec00kiec00kie', '57a7e57a7e57a7e57a7e'];
  const [secret = '', cookie = '', state = ''] = secrets;
  const findings = await judged(
    change((query) => {
      query.set('secret', secret);
      query.set('appid', secret);
      query.set('scope', 'snsapi_userinfo');
      query.set('state', state);
      query.set('redirect_uri', `https://u:${secret}@shop.example.com/?code=${secret}`);
    }),
    { cookies: [`login=${cookie}; SameSite=Strict`] },
  );
  const text = JSON.stringify(findings);
  expect(secrets.filter((value) => text.includes(value))).toEqual([]);
  expect(problems(findings)).toContain('fault authorization-url.secret');
});
