import type { AxiosRequestConfig } from 'axios';
import { WeChatClient } from '../../lib/client.js';

/** A client whose requests all succeed, and what it requested. */
function clientAnswered(): { client: WeChatClient; asked: unknown[] } {
  const asked: unknown[] = [];
  const reply = {
    access_token: 'A',
    openid: 'oA',
    scope: 'snsapi_login',
    session_key: 'k',
    nickname: '',
    errcode: 0,
  };
  const axios = {
    request: ({ url, params }: AxiosRequestConfig) => {
      asked.push(new URL(url ?? '').pathname, params);
      return Promise.resolve({ status: 200, data: JSON.stringify(reply) });
    },
  };
  const client = new WeChatClient({ clientID: 'wx1', clientSecret: 'the-secret', axios: axios as never });
  return { client, asked };
}

const TOKENS = { access_token: 'A', expires_in: 0, openid: 'oA', scope: 'snsapi_login' };

it('exchangeCode() sends the code and returns tokens', async () => {
  const { client, asked } = clientAnswered();
  expect(await client.exchangeCode('C')).toEqual(TOKENS);
  const params = { appid: 'wx1', secret: 'the-secret', code: 'C', grant_type: 'authorization_code' };
  expect(asked).toEqual(['/sns/oauth2/access_token', params]);
});

it('refresh() sends the refresh token and returns tokens', async () => {
  const { client, asked } = clientAnswered();
  expect(await client.refresh('R')).toEqual(TOKENS);
  const params = { appid: 'wx1', grant_type: 'refresh_token', refresh_token: 'R' };
  expect(asked).toEqual(['/sns/oauth2/refresh_token', params]);
});

it.each([
  [undefined, 'zh_CN'],
  ['en', 'en'],
] as const)('userInfo() under lang %p requests the profile in %p', async (lang, sent) => {
  const { client, asked } = clientAnswered();
  expect(await client.userInfo('A', 'oA', lang && { lang })).toMatchObject({ openid: 'oA' });
  expect(asked).toEqual(['/sns/userinfo', { access_token: 'A', openid: 'oA', lang: sent }]);
});

it('check() sends the token and the openid', async () => {
  const { client, asked } = clientAnswered();
  expect(await client.check('A', 'oA')).toBe(true);
  expect(asked).toEqual(['/sns/auth', { access_token: 'A', openid: 'oA' }]);
});

it('codeToSession() sends the code and returns the session', async () => {
  const { client, asked } = clientAnswered();
  expect(await client.codeToSession('C')).toEqual({ openid: 'oA', session_key: 'k' });
  const params = { appid: 'wx1', secret: 'the-secret', js_code: 'C', grant_type: 'authorization_code' };
  expect(asked).toEqual(['/sns/jscode2session', params]);
});

it.each([
  [{ clientID: '', clientSecret: 's' }, /^clientID is missing: it is the AppID/],
  [{ clientID: 'wx1', clientSecret: ' ' }, /^clientSecret is missing: it is the AppSecret/],
  [{ clientID: 'wx1', clientSecret: 's', timeout: 0 }, /^timeout must be/],
])('the constructor refuses %j', (options, message) => {
  expect(() => new WeChatClient(options)).toThrow(message);
});

it.each([undefined, '', 7, ['C', 'D'], { toString: () => 'C' }, 'half \ud83d'])(
  'every method refuses an argument that is not a string, without a request: %p',
  async (wrong) => {
    const { client, asked } = clientAnswered();
    const no = wrong as string;
    const calls = [
      () => client.exchangeCode(no),
      () => client.refresh(no),
      () => client.userInfo(no, 'oA'),
      () => client.userInfo('A', no),
      () => client.check(no, 'oA'),
      () => client.check('A', no),
      () => client.codeToSession(no),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(TypeError);
    expect(asked).toEqual([]);
  },
);

it('userInfo() refuses an unknown lang', async () => {
  await expect(clientAnswered().client.userInfo('A', 'oA', { lang: 'de' as never })).rejects.toThrow(
    /lang "de"/,
  );
});
