import type { Express } from 'express';
import request from 'supertest';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { createApp } from './app.js';

const wechat = createEmulator();
const [website] = DEFAULT_APPS;
let app: Express;

beforeAll(async () => {
  const { origin } = await wechat.listen(); // on a free port
  app = createApp({
    WECHAT_APP_ID: website.appid,
    WECHAT_APP_SECRET: website.secret,
    EMULATOR_URL: origin,
    SESSION_SECRET: 'test',
  });
});
beforeEach(() => wechat.reset());
afterAll(() => wechat.close());

/** One browser, which keeps cookies. */
const newBrowser = () => request.agent(app);

/** Opens the QR page and scans the code; returns what the browser comes back to. */
async function scanAndAllow(browser: ReturnType<typeof newBrowser>, user?: string): Promise<string> {
  const { headers } = await browser.get('/auth/wechat').expect(302);
  const page = await (await fetch(headers['location'] ?? '')).text();
  const [, uuid = ''] = /connect\/qrcode\/([\w-]+)/.exec(page) ?? [];
  const { pathname, search } = new URL(wechat.phone.approve(uuid, user).url);
  return pathname + search;
}

it('logs a user in', async () => {
  const browser = newBrowser();
  await browser.get(await scanAndAllow(browser, 'dawei')).expect('Location', '/me');
  const { body } = await browser.get('/me');
  expect(body).toEqual({ id: expect.any(String), name: '大伟 👨‍👩‍👧' });
});

it('recognizes the same user', async () => {
  const [phone, laptop] = [newBrowser(), newBrowser()];
  await phone.get(await scanAndAllow(phone, 'amei'));
  await laptop.get(await scanAndAllow(laptop, 'amei'));
  expect((await laptop.get('/me')).body).toEqual((await phone.get('/me')).body);
});

it('offers a new login when the code has expired', async () => {
  const browser = newBrowser();
  const callback = await scanAndAllow(browser);
  wechat.clock.advance(11 * 60_000);
  await browser.get(callback).expect('Location', '/login');
});

it('refuses a login that another browser has begun', async () => {
  const callback = await scanAndAllow(newBrowser());
  await newBrowser().get(callback).expect('Location', '/login');
});

it('answers 502 when WeChat breaks the connection off', async () => {
  const browser = newBrowser();
  const callback = await scanAndAllow(browser);
  wechat.faults.next('access_token', { drop: 'before' });
  await browser.get(callback).expect(502);
});
