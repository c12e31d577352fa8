import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { describeEngines } from '../browser/engines/describe-engines.js';
import { arrive } from '../browser/engines/engine.js';
import { startEmulator, website } from '../support/emulator.js';
import { approve, beginLogin, browser, logIn } from '../support/login.js';
import { root } from './pages.js';
import { examplePrograms } from './programs.js';

const { wechat, origin } = startEmulator();
const start = examplePrograms();
const SPA_URL = 'http://localhost:5173';
const api = (env: Record<string, string> = {}): Promise<string> =>
  start('api-and-spa.ts', {
    EMULATOR_URL: origin(),
    WECHAT_APP_ID: website.appid,
    WECHAT_APP_SECRET: website.secret,
    SPA_URL,
    ...env,
  });

const verifier = 'what only the page that began the login knows';
const challenge = createHash('sha256').update(verifier).digest('hex');

/** A login up to the page of the SPA; returns the code that it is given. */
async function codeOfLogin(url: string): Promise<string> {
  const end = await logIn(wechat, browser(url), `/auth/wechat?challenge=${challenge}`);
  const back = new URL(end.headers['location'] ?? '');
  expect(back.origin + back.pathname).toBe(`${SPA_URL}/login`);
  return back.searchParams.get('code') ?? '';
}

describe('the API of the guide', () => {
  it('hands a token to the page that began the login, once', async () => {
    const url = await api();
    const code = await codeOfLogin(url);
    const { body } = await request(url).post('/auth/token').send({ code, verifier }).expect(200);
    const me = await request(url).get('/me').set('Authorization', `Bearer ${body.token}`).expect(200);
    expect(me.body).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });
    await request(url).get('/me').expect(401);
    await request(url).post('/auth/token').send({ code, verifier }).expect(400);
  });

  it('gives no token for a code alone, which is spent by the attempt', async () => {
    const url = await api();
    const code = await codeOfLogin(url);
    await request(url).post('/auth/token').send({ code, verifier: 'a guess' }).expect(400);
    await request(url).post('/auth/token').send({ code, verifier }).expect(400);
    await request(url).post('/auth/token').send({}).expect(400);
  });

  it('tells the page that a login failed, and why', async () => {
    const url = await api();
    const visitor = browser(url);
    const callback = await approve(wechat, await beginLogin(visitor, `/auth/wechat?challenge=${challenge}`));
    wechat.faults.next('access_token', { errcode: 40029 });
    expect((await visitor.get(callback)).headers['location']).toBe(`${SPA_URL}/login?failed=code`);
    const stranger = await browser(url).get('/auth/wechat/callback?code=x&state=y');
    expect(stranger.headers['location']).toBe(`${SPA_URL}/login?failed=state`);
  });

  it('begins no login that the page could not finish', async () => {
    const response = await browser(await api()).get('/auth/wechat');
    expect(response.headers['location']).toBe(`${SPA_URL}/login?failed=challenge`);
  });

  it('lets the SPA, and no other origin, read its answers', async () => {
    const url = await api();
    const preflight = await request(url).options('/auth/token').expect(204);
    expect(preflight.headers['access-control-allow-headers']).toBe('Authorization, Content-Type');
    for (const { headers } of [preflight, await request(url).get('/me')]) {
      expect(headers['access-control-allow-origin']).toBe(SPA_URL);
    }
  });
});

describeEngines('the SPA of the guide', ({ visitor }) => {
  let server: Server;
  let client = '';
  beforeAll(async () => {
    server = createServer((req, res) => {
      if (req.url === '/client.js') {
        res.writeHead(200, { 'Content-Type': 'text/javascript' }).end(client);
      } else {
        res.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><title>SPA</title>
          <button>Log in</button><output></output>
          <script type="module">
            import { finishLogin, logIn } from '/client.js';
            document.querySelector('button').onclick = logIn;
            document.querySelector('output').textContent = JSON.stringify(await finishLogin());
          </script>`);
      }
    }).listen(0, 'localhost');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.close();
  });

  it('logs in on another origin, and its URL keeps no code', async () => {
    const spa = `http://localhost:${(server.address() as AddressInfo).port}`;
    const url = await api({ SPA_URL: spa });
    client = readFileSync(join(root, 'docs/examples/api-and-spa-client.mjs'), 'utf8').replace(
      'http://localhost:3000',
      url,
    );
    const page = await (await visitor()).tab();
    await page.goto(`${spa}/login`);
    await page.click('button');
    const picture = await page.attribute('.js_qrcode_img', 'src');
    wechat.phone.approve(picture?.split('/').pop() ?? '');
    await page.waitFor('document.querySelector("output")?.textContent.includes("token")');
    await arrive(page, `${spa}/login`);
    const { token } = JSON.parse(await page.text('output')) as { token: string };
    const me = await request(url).get('/me').set('Authorization', `Bearer ${token}`);
    expect(me.body.user.name).toBe('阿梅🌸');
  });
});
