import type { AxiosRequestConfig } from 'axios';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { callsOf } from '../../lib/api/request.js';
import { WeChatAPIError, WeChatNetworkError } from '../../lib/errors.js';

type Answer = object | string;

/** Calls whose responses a function gives: a body, or the code of a failure. */
function callsWith(answer: (host: string) => Answer, apiOrigin: string[], timeout = 5000) {
  const asked: string[] = [];
  const axios = {
    request: ({ url = '' }: AxiosRequestConfig) => {
      const { host } = new URL(url);
      asked.push(host);
      const given = answer(host);
      return typeof given === 'string'
        ? Promise.reject(Object.assign(new Error(), { code: given }))
        : Promise.resolve({ status: 200, data: JSON.stringify(given) });
    },
  };
  return { asked, calls: callsOf({ apiOrigin, timeout, axios: axios as never }) };
}

describe('a host that cannot be connected to', () => {
  let now: jest.SpyInstance<number, []>;
  let elapsed = 0;
  beforeEach(() => {
    const real = performance.now.bind(performance);
    elapsed = 0;
    now = jest.spyOn(performance, 'now').mockImplementation(() => real() + elapsed);
  });
  afterEach(() => now.mockRestore());

  it('is tried last for half a minute, and first again after that', async () => {
    const answer = (host: string): Answer => (host === 'a1.invalid' ? 'ENOTFOUND' : {});
    const { asked, calls } = callsWith(answer, ['https://a1.invalid', 'https://b1.invalid']);
    await calls.start()('auth', {});
    expect(asked.splice(0)).toEqual(['a1.invalid', 'b1.invalid']);
    await calls.start()('auth', {});
    elapsed += 29_000;
    await calls.start()('auth', {});
    expect(asked.splice(0)).toEqual(['b1.invalid', 'b1.invalid']);
    elapsed += 1001;
    await calls.start()('auth', {});
    expect(asked).toEqual(['a1.invalid', 'b1.invalid']);
  });

  it('is tried last only by the client that could not connect to it', async () => {
    const hosts = ['https://a0.invalid', 'https://b0.invalid'];
    await callsWith((host) => (host === 'a0.invalid' ? 'ENOTFOUND' : {}), hosts).calls.start()('auth', {});
    const { asked, calls } = callsWith(() => ({}), hosts);
    await calls.start()('auth', {});
    expect(asked).toEqual(['a0.invalid']);
  });

  it('is tried if the other hosts fail too', async () => {
    const { asked, calls } = callsWith(() => 'ENOTFOUND', ['https://a2.invalid', 'https://b2.invalid']);
    await expect(calls.start()('auth', {})).rejects.toBeInstanceOf(WeChatNetworkError);
    await expect(calls.start()('auth', {})).rejects.toMatchObject({ host: 'b2.invalid', code: 'ENOTFOUND' });
    expect(asked).toEqual(['a2.invalid', 'b2.invalid', 'a2.invalid', 'b2.invalid']);
  });

  it('does not change the order of the others', async () => {
    const answer = (host: string): Answer => (host === 'b3.invalid' ? 'ENOTFOUND' : {});
    const hosts = ['https://b3.invalid', 'https://a3.invalid', 'https://c3.invalid'];
    const { asked, calls } = callsWith(answer, hosts);
    await calls.start()('auth', {});
    await calls.start()('auth', {});
    expect(asked).toEqual(['b3.invalid', 'a3.invalid', 'a3.invalid']);
  });

  it('is the last one tried if it uses up the deadline', async () => {
    const answer = (): Answer => {
      elapsed += 1000;
      return 'ENOTFOUND';
    };
    const { asked, calls } = callsWith(answer, ['https://a4.invalid', 'https://b4.invalid'], 1000);
    await expect(calls.start()('auth', {})).rejects.toMatchObject({ host: 'a4.invalid' });
    expect(asked).toEqual(['a4.invalid']);
  });
});

it('an error repeats nothing that was sent', async () => {
  const sent = {
    secret: 'the-secret',
    code: 'the-code',
    js_code: 'the-js-code',
    access_token: 'the-token',
    refresh_token: 'the-fresh-one',
  };
  const errmsg = `invalid ${Object.values(sent).join(' ')} of wx1`;
  const { calls } = callsWith(() => ({ errcode: 40029, errmsg }), ['https://c.invalid']);
  const error = await calls
    .start()('access_token', { appid: 'wx1', ...sent })
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(WeChatAPIError);
  expect((error as WeChatAPIError).errmsg).toBe('invalid *** *** *** *** *** of wx1');
});

it('each request is published with its duration', async () => {
  const messages: unknown[] = [];
  const listen = (message: unknown): unknown => messages.push(message);
  subscribe('passport-wechat-oauth2:request', listen);
  const answers: Answer[] = ['ECONNRESET', { errcode: -1, errmsg: 'busy' }, { errcode: 0 }];
  const { calls } = callsWith(() => answers.shift() ?? {}, ['https://d.invalid:8443']);
  const started = performance.now();
  await calls.start()('auth', {});
  const took = performance.now() - started;
  unsubscribe('passport-wechat-oauth2:request', listen);
  const message = { endpoint: 'auth', host: 'd.invalid:8443', ms: expect.any(Number) as unknown };
  expect(messages).toEqual([
    { ...message, attempt: 1, status: undefined, errcode: undefined },
    { ...message, attempt: 2, status: 200, errcode: -1 },
    { ...message, attempt: 3, status: 200, errcode: 0 },
  ]);
  for (const { ms } of messages as { ms: number }[]) {
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThanOrEqual(took);
  }
});

describe('the hosts of the API', () => {
  it('are WeChat’s own by default', () => {
    expect(callsOf({}).origin).toBe('https://api.weixin.qq.com');
    expect(callsOf({ apiOrigin: 'http://localhost:4810/' }).origin).toBe('http://localhost:4810');
  });

  it('are checked, like the timeout', () => {
    expect(() => callsOf({ apiOrigin: 'nowhere' })).toThrow(/^apiOrigin must be an origin/);
    expect(() => callsOf({ timeout: -1 })).toThrow(/^timeout must be a positive number/);
  });
});
