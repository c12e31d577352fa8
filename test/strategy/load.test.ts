import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import express from 'express';
import passport from 'passport';
import { CookieStateStore, WeChatStrategy, type WeChatProfile } from 'passport-wechat-oauth2';

const LOGINS = 1000;

/**
 * A WeChat that counts its connections: the code `code-7` belongs to the user `o-7`. A call takes as long as a
 * connection rests between two exchanges, so that the number of those made does not depend on how fast the machine
 * is.
 */
const open = new Set<Socket>();
let [mostOpen, made] = [0, 0];
const wechat = http.createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://wechat.invalid');
  const openid = (searchParams.get('code') ?? searchParams.get('access_token') ?? '').replace(/^\w+-/, 'o-');
  const token = { access_token: openid.replace('o-', 'T-'), openid, scope: 'snsapi_login', expires_in: 7200 };
  const body = pathname === '/sns/userinfo' ? { openid, nickname: `person ${openid}` } : token;
  setTimeout(() => res.end(JSON.stringify(body)), 265 + Math.random() * 20);
});
wechat.on('connection', (socket) => {
  made++;
  open.add(socket);
  for (const event of ['end', 'close']) socket.on(event, () => open.delete(socket));
  // The end of a connection that this one replaces may have arrived as well, and is read after it.
  setImmediate(() => (mostOpen = Math.max(mostOpen, open.size)));
});

const listening = async (server: http.Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 2048, resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

it(`${LOGINS} logins at once all end with their own user, over a bounded number of connections`, async () => {
  const origin = await listening(wechat);
  const auth = new passport.Passport();
  const options = {
    clientID: 'wx0000000000000000',
    clientSecret: 'secret',
    callbackURL: '/callback',
    openOrigin: origin,
    apiOrigin: origin,
    store: new CookieStateStore({ secret: 's'.repeat(32) }),
    timeout: 60_000,
  };
  auth.use(new WeChatStrategy(options, async (_a, _r, profile: WeChatProfile) => profile));
  const app = express();
  app.get('{/callback}', auth.authenticate('wechat', { session: false }), (req, res) => {
    res.json({ openid: (req.user as WeChatProfile).openid, name: (req.user as WeChatProfile).displayName });
  });
  const server = http.createServer(app);
  const site = await listening(server);

  const login = async (person: number): Promise<unknown> => {
    const start = await fetch(site, { redirect: 'manual' });
    const state = new URL(start.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const [cookie = ''] = start.headers.getSetCookie();
    const answer = await fetch(`${site}/callback?code=code-${person}&state=${state}`, {
      headers: { cookie: cookie.split(';')[0] ?? '' },
    });
    return answer.json();
  };
  const people = Array.from({ length: LOGINS }, (_, person) => person);
  const answers = await Promise.all(people.map(login));
  for (const each of [server, wechat]) {
    each.closeAllConnections();
    await new Promise((resolve) => each.close(resolve));
  }

  expect(answers).toEqual(people.map((person) => ({ openid: `o-${person}`, name: `person o-${person}` })));
  expect(mostOpen).toBeLessThanOrEqual(128);
  // They are kept and used again, also by the next exchange, not opened anew for each call.
  expect(made).toBeLessThanOrEqual(160);
});
