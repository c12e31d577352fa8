import { exitStatus, examine, type Finding } from 'wechat-login-doctor';
import { refusingOrigin } from '../support/ports.js';
import { authorizationUrl, examined, problems, redirect, startSite } from '../support/doctor-runs.js';

const CALLBACK = 'https://shop.example.com/callback';
const DESKTOP = { wechat: false };
const found = (findings: Finding[]): string | undefined =>
  findings.find(({ id }) => id === 'begin.found')?.seen;

/** Examines an app that answers this page at /login; its other pages lead to WeChat. */
async function withPage(html: string): Promise<{ findings: Finding[]; requests: string[] }> {
  const site = await startSite((req, res) => {
    if (req.path === '/login') return void res.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
    redirect(res, authorizationUrl(CALLBACK));
  });
  try {
    const findings = await examined(`${site.origin}/login`, DESKTOP);
    return { findings, requests: site.requests };
  } finally {
    await site.close();
  }
}

const wxLogin = `new WxLogin({ id: "box", appid: "wx0123456789abcdef", scope: 'snsapi_login',
  redirect_uri: encodeURIComponent("${CALLBACK}"), state: "abcdefghijklmnopqrstuv" })`;
const options = JSON.stringify({
  appid: 'wx0123456789abcdef',
  scope: 'snsapi_login',
  redirect_uri: encodeURIComponent(CALLBACK),
  state: 'abcdefghijklmnopqrstuv',
});

it.each([
  [
    'a frame',
    `<iframe src="${authorizationUrl(CALLBACK).replaceAll('&', '&amp;')}"></iframe>`,
    'in its page: frame',
  ],
  ['a link to WeChat', `<a href="${authorizationUrl(CALLBACK)}">Log in</a>`, 'in its page: link'],
  [
    'wxLogin.js',
    `<script src="https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js"></script><script>${wxLogin}</script>`,
    'in its page: wxLogin.js',
  ],
  [
    'wxLogin.js with options in an attribute',
    `<script src="https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js"></script><div data-options='${options}'></div>`,
    'in its page: wxLogin.js',
  ],
  ['a link to the app that names WeChat', '<a href="/go">微信登录</a>', 'after GET /go'],
  [
    'a form that names WeChat',
    '<form method="post" action="/signin/wechat"><input type="hidden" name="csrf" value="x"><button>Log in</button></form>',
    'after POST /signin/wechat',
  ],
])('finds the way to WeChat: %s', async (_way, html, how) => {
  const { findings } = await withPage(html);
  expect(found(findings)).toBe(how);
  expect(findings.map(({ id }) => id)).not.toContain('redirect-uri.relative');
  expect(exitStatus(findings.filter(({ id }) => id === 'begin.found'))).toBe(0);
});

it('finds the way to WeChat in JSON, for a script of the app', async () => {
  const site = await startSite((_req, res) => {
    const json = JSON.stringify({ url: authorizationUrl(CALLBACK) })
      .replaceAll('/', '\\/')
      .replaceAll('&', '\\u0026');
    res.writeHead(200, { 'Content-Type': 'application/json' }).end(json);
  });
  const findings = await examined(`${site.origin}/login`, DESKTOP);
  await site.close();
  expect(found(findings)).toBe('in its page: JSON');
  expect(findings.find(({ id }) => id === 'authorization-url.ok')?.seen).toContain(
    'appid=wx0123456789abcdef&',
  );
});

it('names the place at WeChat that is no login', async () => {
  const site = await startSite((_req, res) => redirect(res, 'https://open.weixin.qq.com/elsewhere'));
  const findings = await examined(`${site.origin}/login`, DESKTOP);
  await site.close();
  expect(findings).toMatchObject([
    { id: 'begin.no-wechat', seen: 'HTTP 302 https://open.weixin.qq.com/elsewhere' },
  ]);
});

it('takes an emulator on this machine for one, without being told', async () => {
  const site = await startSite((_req, res) => {
    const url = authorizationUrl('http://localhost:3000/callback', (address) => {
      address.protocol = 'http:';
      address.host = '127.0.0.1:4810';
    });
    redirect(res, url, ['login=x; Path=/; HttpOnly; SameSite=Lax']);
  });
  const findings = await examined(`${site.origin}/login`, DESKTOP);
  await site.close();
  expect(problems(findings)).toEqual(
    expect.arrayContaining(['warning authorization-url.host', 'warning redirect-uri.port']),
  );
});

it('follows redirects of the app, with cookies, and submits the form’s fields with its cookie', async () => {
  let posted = '';
  const site = await startSite((req, res) => {
    if (req.path === '/login') return redirect(res, '/page', ['csrf=abc; HttpOnly; SameSite=Lax']);
    if (req.path === '/page') {
      return void res.end(
        '<form method="post" action="/go"><input type="hidden" name="token" value="t"><button>WeChat</button></form>',
      );
    }
    req.on('data', (data: Buffer) => (posted += data.toString()));
    req.on('end', () => {
      const ok =
        posted === 'token=t' && req.headers.cookie === 'csrf=abc' && req.headers.origin === site.origin;
      if (ok) redirect(res, authorizationUrl(CALLBACK));
      else res.writeHead(403).end();
    });
    posted = '';
  });
  const findings = await examined(`${site.origin}/login`, DESKTOP);
  await site.close();
  expect(found(findings)).toBe('after POST /go');
});

it('examines as WeChat’s in-app browser, too, and tells its way from the desktop’s', async () => {
  const site = await startSite((req, res) => {
    const inWeChat = /MicroMessenger/.test(req.headers['user-agent'] ?? '');
    const url = authorizationUrl(CALLBACK, (address) => {
      if (!inWeChat) return;
      address.pathname = '/connect/oauth2/authorize';
      address.searchParams.set('scope', 'snsapi_base');
    });
    redirect(res, url, ['login=x; Path=/; HttpOnly; SameSite=Lax']);
  });
  const findings = await examined(`${site.origin}/login`);
  await site.close();
  const ok = findings.filter(({ id }) => id === 'authorization-url.ok').map(({ seen }) => seen);
  expect(ok).toEqual([
    expect.stringMatching(/^https:\/\/open.weixin.qq.com\/connect\/qrconnect/),
    expect.stringMatching(/^inside WeChat: https:\/\/open.weixin.qq.com\/connect\/oauth2\/authorize/),
  ]);
});

describe('cannot examine', () => {
  it('an app that does not answer', async () => {
    const findings = await examined(`${await refusingOrigin()}/login`);
    expect(problems(findings)).toEqual(['unknown begin.unreachable']);
    expect(exitStatus(findings)).toBe(2);
  });

  it('a page without a way to WeChat', async () => {
    const { findings } = await withPage('<p>Welcome</p>');
    expect(problems(findings)).toEqual(['unknown begin.no-wechat']);
    expect(exitStatus(findings)).toBe(2);
  });

  it('a login at a site that it was not given, which it does not visit', async () => {
    const other = await startSite((_req, res) => void res.end());
    const site = await startSite((_req, res) =>
      redirect(res, other.origin.replace('127.0.0.1', 'localhost')),
    );
    const findings = await examined(`${site.origin}/login`, DESKTOP);
    await Promise.all([site.close(), other.close()]);
    expect(problems(findings)).toEqual(['unknown begin.other-site']);
    expect(other.requests).toEqual([]);
  });
});

it.each([
  ['fault begin.server-error', 500, {}],
  ['fault begin.loop', 302, { Location: '/login' }],
])('finds %s', async (problem, status, headers) => {
  const site = await startSite((_req, res) => void res.writeHead(status, headers).end());
  const findings = await examined(`${site.origin}/login`, DESKTOP);
  await site.close();
  expect(problems(findings)).toEqual([problem]);
  expect(exitStatus(findings)).toBe(1);
});

it.each([
  ['shop.example.com', {}, /url must be an http or https URL/],
  ['ftp://shop.example.com', {}, /url must be/],
  ['https://shop.example.com', { emulator: 'here' }, /emulator must be/],
  ['https://shop.example.com', { who: '/me' }, /who must be/],
  ['https://shop.example.com', { desktop: false, wechat: false }, /one of desktop and wechat/],
  ['https://shop.example.com', { users: ['amei'] as never }, /users must be two/],
  ['https://shop.example.com', { patience: 0 }, /patience must be/],
  ['https://shop.example.com', { language: 'fr' as never }, /language must be/],
])('refuses %s with %j', (url, wrong, message) => {
  expect(() => examine(url, wrong)).toThrow(TypeError);
  expect(() => examine(url, wrong)).toThrow(message);
});
