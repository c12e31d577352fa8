import { createHash } from 'node:crypto';
import express from 'express';
import request from 'supertest';
import { leaveFrame } from 'passport-wechat-oauth2';

const app = express();
app.get('/', leaveFrame(), (_req, res) => {
  res.send('the callback');
});

it('leaveFrame() reopens a callback in the top window, without showing its parameters', async () => {
  const { status, text, headers } = await request(app)
    .get('/?code=SECRET&state=S')
    .set('Sec-Fetch-Dest', 'iframe');
  expect(status).toBe(200);
  expect(text).toContain('window.top.location.replace');
  expect(text).not.toMatch(/SECRET|the callback/);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  const script = /<script>(.*?)<\/script>/s.exec(text)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  expect(headers['content-security-policy']).toBe(`default-src 'none'; script-src 'sha256-${hash}'`);
});

it.each([undefined, 'document', 'empty', 'frame'])(
  'leaveFrame() passes other requests on: Sec-Fetch-Dest %s',
  async (destination) => {
    const asked = request(app).get('/?code=C');
    if (destination !== undefined) asked.set('Sec-Fetch-Dest', destination);
    expect((await asked).text).toBe('the callback');
  },
);

it.each([
  [undefined, 'zh-CN', '继续登录'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN', '继续登录'],
  ['zh-TW', 'zh-CN', '继续登录'],
  ['en-GB,en;q=0.9', 'en', 'Continue'],
  ['fr-FR,fr;q=0.9,en;q=0.8,zh;q=0.7', 'en', 'Continue'],
  ['de', 'zh-CN', '继续登录'],
  ['EN', 'en', 'Continue'],
])(
  'the page of leaveFrame() says what it is in the language of the visitor: %s is %s',
  async (accepted, lang, link) => {
    const asked = request(app).get('/?code=C').set('Sec-Fetch-Dest', 'iframe');
    if (accepted !== undefined) asked.set('Accept-Language', accepted);
    const { text } = await asked;
    expect(text).toContain(`<html lang="${lang}">`);
    expect(/<p>(.*?)<\/p>/.exec(text)?.[1]).toMatch(lang === 'en' ? /back from WeChat/ : /已从微信返回/);
    expect(text).toContain(`target="_top">${link}</a>`);
  },
);

// A frame is transparent: without a scheme of its own, the page would be black on the card of a dark app.
it('the page of leaveFrame() is light or dark as its reader wants it', async () => {
  const { text } = await request(app).get('/?code=C').set('Sec-Fetch-Dest', 'iframe');
  expect(text).toContain('<meta name="color-scheme" content="light dark">');
});
