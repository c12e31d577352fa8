// Plays a mini program that logs in. In a mini program the first call is wx.login, the second one wx.request:
// https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/login.html
//
//   node clients/mini-program.mjs [user of the emulator]

const server = process.env.APP_URL ?? 'http://localhost:3000';
const emulator = process.env.EMULATOR_URL ?? 'http://127.0.0.1:4810';
const appid = process.env.WECHAT_MINI_APP_ID ?? 'wx4000000000000004';
const user = process.argv[2] ?? 'amei';

// The emulator's wx.login.
const answer = await post(`${emulator}/_emulator/phone/wxLogin`, { appid, user });
const { code } = await answer.json();

// From here on it is what a real mini program does. It has no name and no picture of the person to send along: since
// 2022 people fill those in themselves. wx.request keeps no cookies, so the mini program stores this one.
const login = await post(`${server}/auth/wechat/mini`, { code });
const cookie = login.headers.get('set-cookie')?.split(';')[0];
console.log(await login.json());

// It goes with every request from now on.
const home = await fetch(server, { headers: { Cookie: cookie }, redirect: 'manual' });
if (home.status !== 200) throw new Error(`The server has forgotten who is logged in: ${home.status}`);

async function post(url, body) {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return reply;
}
