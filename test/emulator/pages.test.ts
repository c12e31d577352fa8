import { texts } from '../../emulator/src/pages/texts.js';
import {
  renderConfirmPage,
  renderConsentPage,
  renderDoublePage,
  renderErrorPage,
  renderQrPage,
  renderStartPage,
} from '../../emulator/src/pages/render.js';
import type { Lang, QrView, StartView } from '../../emulator/src/pages/views.js';

const HOSTILE = `"'><script>alert(1)</script><!-- </title>\u2028`;
const RAW = '<script>alert(1)';

const qr: QrView = {
  lang: 'zh',
  appName: '示例网站',
  uuid: '051VEUQI1sMs0w3D',
  redirectUri: 'http://localhost:3000/callback?a=1&b=2#/route',
  state: 'abc',
  selfRedirect: 'default',
  style: 'black',
  stylelite: false,
  embedded: true,
  confirmUrl: 'http://127.0.0.1:4810/connect/confirm?uuid=051VEUQI1sMs0w3D',
};

const start: StartView = {
  lang: 'en',
  origin: 'http://127.0.0.1:4810',
  apps: [],
  users: [],
  logins: [],
};

const hostileUser = { name: HOSTILE, nickname: HOSTILE, headimgurl: HOSTILE };

/** Every page, with hostile text in every field that comes from outside. */
function everyPage(lang: Lang): Record<string, string> {
  const users = [hostileUser];
  const hint = { en: HOSTILE, zh: HOSTILE };
  const step = { at: 0, endpoint: 'qrconnect', sent: HOSTILE, answered: HOSTILE, ok: false, hint } as const;
  const confirm = { lang, uuid: HOSTILE, appName: HOSTILE, users };
  return {
    qr: renderQrPage({
      ...qr,
      lang,
      appName: HOSTILE,
      redirectUri: HOSTILE,
      state: HOSTILE,
      confirmUrl: HOSTILE,
    }),
    styled: renderQrPage({ ...qr, lang, href: `https://example.com/${HOSTILE}` }),
    error: renderErrorPage({ lang, text: HOSTILE, code: 10003, hint }),
    choose: renderConfirmPage({ ...confirm, step: 'choose' }),
    approved: renderConfirmPage({ ...confirm, step: 'approved' }),
    cancelled: renderConfirmPage({ ...confirm, step: 'cancelled' }),
    expired: renderConfirmPage({ ...confirm, step: 'expired' }),
    consent: renderConsentPage({
      lang,
      appName: HOSTILE,
      users,
      snapshot: true,
      ticket: HOSTILE,
    }),
    start: renderStartPage({
      lang,
      origin: HOSTILE,
      apps: [{ appid: HOSTILE, name: HOSTILE, platform: 'website', domains: [HOSTILE], secret: HOSTILE }],
      users: users.map((user) => ({
        ...user,
        identities: [{ appName: HOSTILE, openid: HOSTILE, unionid: HOSTILE }],
      })),
      logins: [{ id: 1, appid: HOSTILE, user: HOSTILE, startedAt: 0, outcome: 'failed', steps: [step] }],
    }),
  };
}

describe.each(['zh', 'en'] as const)('every page in %s', (lang) => {
  const pages = Object.entries(everyPage(lang));

  test.each(pages)('%s says that this is an emulator, in the language asked for', (_name, html) => {
    expect(html).toContain(`<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">`);
    expect(html).toContain(`aria-label="${texts[lang].bar}"`);
    expect(html).not.toContain('undefined');
  });

  test.each(pages)('%s escapes what comes from outside', (_name, html) => {
    expect(html).not.toContain(RAW);
  });
});

describe('the QR page', () => {
  function dataOf(html: string): unknown {
    const json = /<script type="application\/json" id="qr_data">(.*?)<\/script>/s.exec(html)?.[1];
    return JSON.parse(json ?? '');
  }

  test('the QR page hands redirect_uri and state to its script unchanged, whatever they hold', () => {
    const html = renderQrPage({
      ...qr,
      redirectUri: `http://x/${HOSTILE}`,
      state: HOSTILE,
      selfRedirect: 'true',
    });
    const { uuid } = qr;
    expect(dataOf(html)).toEqual({
      uuid,
      redirectUri: `http://x/${HOSTILE}`,
      state: HOSTILE,
      selfRedirect: 'true',
    });
  });

  test('the QR page has the markup that clients look for', () => {
    const html = renderQrPage({ ...qr, embedded: false });
    expect(html).toContain(`<img class="js_qrcode_img web_qrcode_img" src="/connect/qrcode/${qr.uuid}"`);
    expect(html).toContain(`var fordevtool = "/connect/l/qrconnect?uuid=${qr.uuid}"`);
    expect(html).toContain('<title>微信登录</title>');
    for (const id of ['wx_default_tip', 'wx_after_scan', 'wx_after_cancel'])
      expect(html).toContain(`id="${id}"`);
  });

  test('the embedded QR page has the classes that WeChat documents for an app’s own style sheet', () => {
    const html = renderQrPage(qr);
    for (const name of ['impowerBox', 'title', 'qrcode', 'info', 'status', 'status_icon']) {
      expect(html).toMatch(new RegExp(`class="([^"]* )?${name}[ "]`));
    }
  });

  test.each(['https://example.com/login.css', 'data:text/css;base64,LmluZm97fQ=='])(
    'loads the style sheet %s',
    (href) => {
      expect(renderQrPage({ ...qr, href })).toContain(`<link rel="stylesheet" href="${href}">`);
    },
  );

  test.each(['javascript:alert(1)', 'http://example.com/login.css', 'data:text/html,x', '/local.css'])(
    'does not load %s as a style sheet',
    (href) => {
      expect(renderQrPage({ ...qr, href })).not.toContain(href);
    },
  );

  test('the QR page ignores href under stylelite', () => {
    const href = 'https://example.com/login.css';
    expect(renderQrPage({ ...qr, stylelite: true, href })).not.toContain(href);
  });
});

test('the page that calls back twice hands both URLs to its script unchanged', () => {
  const addresses = { url: `http://x/${HOSTILE}`, again: 'http://x/?code=2' };
  const html = renderDoublePage({ lang: 'zh', ...addresses });
  expect(html).not.toContain(RAW);
  expect(JSON.parse(/ = (\{.*\});/s.exec(html)?.[1] ?? '')).toEqual(addresses);
});

test('the start page shows no secret but those it is given', () => {
  const app = { appid: 'wx0000000000000001', name: 'Shop', platform: 'website', domains: [] } as const;
  expect(renderStartPage({ ...start, apps: [app] })).toContain(texts.en.start.secretMasked);
  expect(renderStartPage({ ...start, apps: [{ ...app, secret: '5ec7e7' }] })).toContain(
    '<code>5ec7e7</code>',
  );
});

test('both languages say the same things', () => {
  function keys(value: object): string[] {
    return Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'string' ? [key] : keys(inner as object).map((name) => `${key}.${name}`),
    );
  }
  expect(keys(texts.en)).toEqual(keys(texts.zh));
});
