import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';

const PROGRAM = new URL('../quick-start.mjs', import.meta.url); // your app
const APP_URL = `http://localhost:${process.env.PORT ?? 3456}`;

const wechat = createEmulator();
const [website] = DEFAULT_APPS;
let program;

before(async () => {
  const { origin } = await wechat.listen();
  program = spawn(process.execPath, [fileURLToPath(PROGRAM)], {
    env: {
      ...process.env,
      PORT: new URL(APP_URL).port,
      EMULATOR_URL: origin,
      WECHAT_APP_ID: website.appid,
      WECHAT_APP_SECRET: website.secret,
      SESSION_SECRET: 'test',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(program.stdout, 'data'); // it prints a line when it is ready
});
after(async () => {
  program.kill();
  await wechat.close();
});

test('a user logs in', async () => {
  const begun = await fetch(`${APP_URL}/auth/wechat`, { redirect: 'manual' });
  const page = await (await fetch(begun.headers.get('location'))).text();
  const [, uuid] = /connect\/qrcode\/([\w-]+)/.exec(page);

  const { url } = wechat.phone.approve(uuid, 'amei');
  const back = await fetch(url, { redirect: 'manual', headers: { cookie: cookiesOf(begun) } });
  assert.equal(back.headers.get('location'), '/');

  const home = await fetch(`${APP_URL}/`, { headers: { cookie: cookiesOf(back) } });
  assert.equal((await home.json()).user.name, '阿梅🌸');
});

/** Node's fetch keeps no cookies. */
function cookiesOf(response) {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
