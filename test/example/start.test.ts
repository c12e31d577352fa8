import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { local } from '../support/login.js';
import { refusingOrigin } from '../support/ports.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { startExample } from './running-app.js';
import { visitor } from './visitor.js';

describe('starting the example', () => {
  it('needs no settings: it brings an emulator along, and prints both addresses', async () => {
    const app = await startExample();
    try {
      expect(app.output()).toMatch(/^no WECHAT_APP_ID: using the emulator at http:\/\/127\.0\.0\.1:\d+$/m);
      expect(app.output()).toMatch(/^open http:\/\/localhost:\d+$/m);
      expect((await fetch(app.emulator)).status).toBe(200);
      expect((await visitor(app.origin).get('/login')).status).toBe(200);
    } finally {
      await app.stop();
    }
  });

  it('talks to WeChat with credentials, and starts no emulator', async () => {
    const app = await startExample({
      WECHAT_APP_ID: 'wx0123456789abcdef',
      WECHAT_APP_SECRET: 'a secret',
      PUBLIC_URL: 'https://login.example.com',
      TRUST_PROXY: 'loopback',
      SESSION_SECRET: '0123456789abcdef0123456789abcdef',
      NODE_ENV: 'production',
    });
    try {
      expect(app.output().match(/^sessions are in memory, .* REDIS_URL$/gm)).toHaveLength(1);
      expect(app.output()).not.toContain('emulator');
      expect(app.output()).toMatch(/^open https:\/\/login\.example\.com \(served on port \d+\)$/m);
      // As the proxy sends it: the cookie is for https only.
      const browser = visitor(app.origin, { 'X-Forwarded-Proto': 'https' });
      const start = await browser.get('/auth/wechat').expect(302);
      expect(start.get('Set-Cookie')?.[0]).toMatch(/; Secure; SameSite=Lax$/);
      const { origin, searchParams } = new URL(start.get('Location') ?? '');
      expect(origin).toBe('https://open.weixin.qq.com');
      expect(searchParams.get('redirect_uri')).toBe('https://login.example.com/auth/wechat/callback');
      const login = await browser.get('/login').expect(200);
      expect(login.text).toContain('https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js');
      expect(login.get('Content-Security-Policy')).toContain("script-src 'self' https://res.wx.qq.com;");
      expect(login.get('Content-Security-Policy')).toContain("frame-src https://open.weixin.qq.com 'self'");
      // The ways in without credentials are closed.
      await browser.post('/auth/wechat/app').send({ code: 'x' }).expect(404);
      await browser.post('/auth/wechat/mini').send({ code: 'x' }).expect(404);
    } finally {
      await app.stop();
    }
  });

  it('takes a service account or a test account alone, for those who come from inside WeChat', async () => {
    const wechat = createEmulator();
    const [, account] = DEFAULT_APPS;
    const app = await startExample({
      EMULATOR_URL: (await wechat.listen()).origin,
      WECHAT_OA_APP_ID: account.appid,
      WECHAT_OA_APP_SECRET: account.secret,
    });
    try {
      const desktop = await visitor(app.origin).get('/login').expect(200);
      expect(desktop.text).toContain('inside WeChat on your phone');
      expect(desktop.text).not.toContain('wechat-qr');
      // The way there: a link to send to oneself.
      expect(desktop.text).toContain(`value="${app.origin}/login"`);
      const phone = visitor(app.origin, { 'User-Agent': WECHAT_UA });
      expect((await phone.get('/login').expect(200)).text).toContain('Log in with WeChat');
      const start = await phone.get('/auth/wechat').expect(302);
      const { url } = wechat.phone.open(start.get('Location') ?? '', { user: 'amei' });
      await phone.get(local(url ?? '')).expect(302);
      expect((await phone.get('/').expect(200)).text).toContain('阿梅');
    } finally {
      await app.stop();
      await wechat.close();
    }
  });

  it('offers no QR code to a phone inside WeChat, with a website application alone', async () => {
    const wechat = createEmulator();
    const [website] = DEFAULT_APPS;
    const app = await startExample({
      EMULATOR_URL: (await wechat.listen()).origin,
      WECHAT_APP_ID: website.appid,
      WECHAT_APP_SECRET: website.secret,
    });
    try {
      const { text } = await visitor(app.origin, { 'User-Agent': WECHAT_UA }).get('/login').expect(200);
      expect(text).not.toContain('wechat-qr');
      expect(text).toContain('Open this site on a computer');
      expect(text).toContain('Scan with another phone');
    } finally {
      await app.stop();
      await wechat.close();
    }
  });

  it('says what to set when a setting is missing', async () => {
    await expect(startExample({ NODE_ENV: 'production' })).rejects.toThrow(
      /^In production .* WECHAT_APP_ID .*\n$/,
    );
  });

  it('says so when EMULATOR_URL leads to nobody, or to something else', async () => {
    const origin = await refusingOrigin();
    const other = createServer((_req, res) => res.end('hello')).listen(Number(new URL(origin).port));
    const complaint = new RegExp(`^No emulator answers at EMULATOR_URL, ${origin}\\. Start one .*\n$`);
    await expect(startExample({ EMULATOR_URL: origin })).rejects.toThrow(complaint);
    other.close();
    await expect(startExample({ EMULATOR_URL: origin })).rejects.toThrow(complaint);
  });

  it.each([['PORT'], ['EMULATOR_PORT']])(
    'says that %s is taken, and which other one to try',
    async (variable) => {
      const other = createServer().listen(0);
      const { port } = other.address() as AddressInfo;
      try {
        await expect(startExample({ EMULATOR_PORT: '0', [variable]: String(port) })).rejects.toThrow(
          `Port ${port} is in use by another program. Choose another one: ${variable}=${port + 1} npm start`,
        );
      } finally {
        other.close();
      }
    },
  );

  it('stops on SIGTERM, and knows its people when it starts again', async () => {
    const wechat = createEmulator();
    const { origin } = await wechat.listen();
    const folder = mkdtempSync(join(tmpdir(), 'restart-'));
    const env = { EMULATOR_URL: origin, DATABASE: join(folder, 'people.sqlite') };
    async function logInOnce(): Promise<unknown> {
      const app = await startExample(env);
      const { code } = wechat.phone.sendAuth({ appid: 'wx3000000000000003', user: 'amei' });
      const { body } = await visitor(app.origin).post('/auth/wechat/app').send({ code }).expect(200);
      await app.stop();
      expect(app.process.exitCode).toBe(0);
      return body;
    }
    try {
      const first = await logInOnce();
      expect(first).toMatchObject({ person: { nickname: '阿梅🌸' } });
      expect(await logInOnce()).toEqual(first);
    } finally {
      await wechat.close();
      rmSync(folder, { recursive: true });
    }
  });
});
