import express from 'express';
import session from 'express-session';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import passport from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import { account, IN_WECHAT, startClient, website, type Json } from '../support/emulator-client.js';

// WeChat accepts several scopes, separated by commas.
const client = startClient();
const { wechat } = client;

test('qrconnect accepts snsapi_login,snsapi_userinfo, and the token reply has the list', async () => {
  const uuid = await client.uuid({ scope: 'snsapi_login,snsapi_userinfo' });
  const token = await client.exchange(wechat.phone.approve(uuid, 'amei').code);
  expect(token.scope).toBe('snsapi_login,snsapi_userinfo');
  expect(await client.userinfo(token)).toMatchObject({ openid: token.openid, nickname: '阿梅🌸' });
});

test.each(['snsapi_base,snsapi_userinfo', 'snsapi_userinfo,snsapi_base'])(
  'oauth2/authorize accepts %s, asks for consent, and userinfo answers',
  async (scope) => {
    expect(await (await client.authorize({ scope })).text()).toContain('name="ticket"');
    const token = await client.exchange(client.accountCode({ scope }), account);
    expect(token).toMatchObject({ scope, unionid: expect.stringMatching(/^o/) as string });
    expect(await client.userinfo(token)).toMatchObject({ openid: token.openid, nickname: '阿梅🌸' });
  },
);

test.each([
  ['qrconnect', 'snsapi_userinfo', 'it must be snsapi_login'],
  ['qrconnect', 'snsapi_login,snsapi_userinfo,scope.userInfo', 'it must be snsapi_login'],
  ['qrconnect', 'snsapi_login snsapi_userinfo', 'Several are separated by commas'],
  ['authorize', 'snsapi_base,snsapi_login', 'it must be snsapi_base or snsapi_userinfo'],
  ['authorize', 'snsapi_userinfo snsapi_base', 'Several are separated by commas'],
  ['authorize', 'snsapi_userinfo,', 'it must be snsapi_base or snsapi_userinfo'],
])('%s refuses %j', async (page, scope, hint) => {
  const show = page === 'qrconnect' ? client.qrPage({ scope }) : client.authorize({ scope });
  expect(await (await show).text()).not.toContain('name="ticket"');
  expect(wechat.logins[0]?.steps[0]?.hint?.en).toContain(hint);
});

describe('the strategy with a list of scopes', () => {
  let server: Server;
  let app: string;

  beforeAll(async () => {
    const users = new passport.Passport();
    users.use(
      new WeChatStrategy(
        {
          clientID: account.appid,
          clientSecret: account.secret,
          callbackURL: '/callback',
          platform: 'officialAccount',
          scope: ['snsapi_base', 'snsapi_userinfo'],
          openOrigin: client.origin,
          apiOrigin: client.origin,
        },
        (_accessToken, _refreshToken, profile, done) => {
          done(null, profile);
        },
      ),
    );
    const web = express();
    web.use(session({ secret: 'only for tests', resave: false, saveUninitialized: false }));
    web.get(['/login', '/callback'], users.authenticate('wechat', { session: false }), (req, res) => {
      res.json(req.user);
    });
    server = web.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    app = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('sends it, and ends with a profile that has nickname and unionid', async () => {
    const begin = await fetch(`${app}/login`, { redirect: 'manual', headers: IN_WECHAT });
    const cookie = begin.headers.get('set-cookie')?.split(';')[0] ?? '';
    const address = begin.headers.get('location') ?? '';
    expect(new URL(address).searchParams.get('scope')).toBe('snsapi_base,snsapi_userinfo');
    const { url = '' } = wechat.phone.open(address, { user: 'amei' });
    const end = await fetch(url, { headers: { cookie, ...IN_WECHAT } });
    const profile = (await end.json()) as Json;
    expect(profile).toMatchObject({
      displayName: '阿梅🌸',
      unionid: expect.stringMatching(/^o/) as string,
      clientID: account.appid,
    });
    expect(wechat.requests.map(({ endpoint }) => endpoint)).toEqual([
      'authorize',
      'access_token',
      'userinfo',
    ]);
  });
});

test('a website’s login is not changed by it: the scope of one stays one', async () => {
  const token = await client.exchange(await client.code(), website);
  expect(token.scope).toBe('snsapi_login');
});
