// Plays a native app that logs in. On a phone, WeChat's SDK opens WeChat with SendAuth, and hands the code to the app:
// https://developers.weixin.qq.com/doc/oplatform/Mobile_App/WeChat_Login/Development_Guide.html
//
//   node clients/native-app.mjs [user of the emulator]

import { randomUUID } from 'node:crypto';

const server = process.env.APP_URL ?? 'http://localhost:3000';
const emulator = process.env.EMULATOR_URL ?? 'http://127.0.0.1:4810';
const appid = process.env.WECHAT_MOBILE_APP_ID ?? 'wx3000000000000003';
const user = process.argv[2] ?? 'amei';

// The emulator's SendAuth. The state is for the app itself: it must come back as it was sent.
const state = randomUUID();
const answer = await post(`${emulator}/_emulator/phone/sendAuth`, { appid, user, state });
const { code, state: returned } = await answer.json();
if (returned !== state) throw new Error('This code belongs to another login.');

// From here on it is what a real app does: post the code, and keep the cookie that comes back.
const login = await post(`${server}/auth/wechat/app`, { code });
console.log(await login.json());

async function post(url, body) {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return reply;
}
