import type { Finding } from 'wechat-login-doctor';
import { authorizationUrl, examined, problems, redirect, startSite } from '../support/doctor-runs.js';

/** Examines an app where WeChat answers this page. */
async function answered(html: string, status = 200): Promise<Finding[]> {
  const wechat = await startSite((_req, res) => {
    res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
  });
  const app = await startSite((_req, res) => redirect(res, authorizationUrl(`${app.origin}/callback`)));
  const findings = await examined(`${app.origin}/login`, { emulator: wechat.origin, wechat: false });
  await Promise.all([app.close(), wechat.close()]);
  return findings.filter(({ id }) => id.startsWith('wechat-page.'));
}

const older = (text: string): string =>
  `<title>抱歉，出错了</title><div class="page_msg"><h4>${text}</h4></div>`;
const newer = (text: string): string => `<main><h4 class="weui_msg_title">${text}</h4></main>`;

it.each([
  ['Scope 参数错误或没有 Scope 权限', 'wechat-page.scope'],
  ['10005 此公众号并没有这些scope的权限', 'wechat-page.scope'],
  ['redirect_uri 参数错误', 'wechat-page.redirect-uri'],
  ['10003 redirect_uri域名与后台配置不一致，错误码：10003', 'wechat-page.domain'],
  ['AppID 参数错误', 'wechat-page.appid'],
  ['该链接无法访问', 'wechat-page.link'],
  ['state参数过长', 'wechat-page.state-too-long'],
  ['10013', 'wechat-page.state-empty'],
  ['请在微信客户端打开链接', 'wechat-page.in-app'],
  ['错误码：10006', 'wechat-page.account'],
])('explains %s in the older and in the newer page', async (text, id) => {
  for (const html of [older(text), newer(text)]) {
    const [finding, ...others] = await answered(html);
    expect(finding).toMatchObject({ id, level: 'fault' });
    expect([finding?.why, finding?.cure]).not.toContain('');
    expect(others).toEqual([]);
  }
});

it('takes a QR code for what it is', async () => {
  const [finding] = await answered(
    '<img class="js_qrcode_img web_qrcode_img" src="/connect/qrcode/051VEUQI1sMs0w3D">',
  );
  expect(finding).toMatchObject({ id: 'wechat-page.qr-code', level: 'ok' });
});

it('does not guess what it does not know, nor take an app’s name for an error', async () => {
  expect(problems(await answered('<p>new</p>'))).toEqual(['unknown wechat-page.unrecognized']);
  expect(problems(await answered('<p>busy</p>', 503))).toEqual(['unknown wechat-page.unrecognized']);
  const named = '<img src="/connect/qrcode/051VEUQI1sMs0w3D"><p>AppID 参数错误</p>';
  expect(problems(await answered(named))).toEqual([]);
});
