import type { AxiosRequestConfig } from 'axios';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Endpoint } from '../../lib/api/request.js';

// The module takes the clock when it loads.
const realNow = performance.now.bind(performance);
let elapsed = 0;
performance.now = () => realNow() + elapsed;
let createApi: typeof import('../../lib/api/request.js').createApi;
let errors: typeof import('../../lib/errors.js');
beforeAll(async () => {
  ({ createApi } = await import('../../lib/api/request.js'));
  errors = await import('../../lib/errors.js');
});
afterAll(() => {
  performance.now = realNow;
});
beforeEach(() => {
  elapsed = 0;
});

const AUTH: Endpoint<object> = {
  name: 'auth',
  path: '/sns/auth',
  secrets: ['secret', 'code', 'js_code', 'access_token', 'refresh_token'],
  retries: 2,
  parse: ({ json }) => json,
};

type Answer = object | string;

/** Calls whose responses a function gives: a body, or the code of a failure. */
function apiWith(answer: (host: string) => Answer, apiOrigin: string[], timeout = 5000) {
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
  return { asked, api: createApi({ apiOrigin, timeout, axios: axios as never }) };
}

describe('a host that cannot be connected to', () => {
  it('is tried last for half a minute, and first again after that', async () => {
    const answer = (host: string): Answer => (host === 'a1.invalid' ? 'ENOTFOUND' : {});
    const { asked, api } = apiWith(answer, ['https://a1.invalid', 'https://b1.invalid']);
    await api.withDeadline()(AUTH, {});
    expect(asked.splice(0)).toEqual(['a1.invalid', 'b1.invalid']);
    await api.withDeadline()(AUTH, {});
    elapsed += 29_000;
    await api.withDeadline()(AUTH, {});
    expect(asked.splice(0)).toEqual(['b1.invalid', 'b1.invalid']);
    elapsed += 1001;
    await api.withDeadline()(AUTH, {});
    expect(asked).toEqual(['a1.invalid', 'b1.invalid']);
  });

  it('is tried last only by the client that could not connect to it', async () => {
    const hosts = ['https://a0.invalid', 'https://b0.invalid'];
    await apiWith((host) => (host === 'a0.invalid' ? 'ENOTFOUND' : {}), hosts).api.withDeadline()(AUTH, {});
    const { asked, api } = apiWith(() => ({}), hosts);
    await api.withDeadline()(AUTH, {});
    expect(asked).toEqual(['a0.invalid']);
  });

  it('is tried if the other hosts fail too', async () => {
    const { asked, api } = apiWith(() => 'ENOTFOUND', ['https://a2.invalid', 'https://b2.invalid']);
    await expect(api.withDeadline()(AUTH, {})).rejects.toBeInstanceOf(errors.WeChatNetworkError);
    await expect(api.withDeadline()(AUTH, {})).rejects.toMatchObject({
      host: 'b2.invalid',
      code: 'ENOTFOUND',
      message: expect.stringContaining('(b2.invalid, after a2.invalid: ENOTFOUND)') as unknown,
    });
    expect(asked).toEqual(['a2.invalid', 'b2.invalid', 'a2.invalid', 'b2.invalid']);
  });

  it('does not change the order of the others', async () => {
    const answer = (host: string): Answer => (host === 'b3.invalid' ? 'ENOTFOUND' : {});
    const hosts = ['https://b3.invalid', 'https://a3.invalid', 'https://c3.invalid'];
    const { asked, api } = apiWith(answer, hosts);
    await api.withDeadline()(AUTH, {});
    await api.withDeadline()(AUTH, {});
    expect(asked).toEqual(['b3.invalid', 'a3.invalid', 'a3.invalid']);
  });

  it('is the last one tried if it uses up the deadline', async () => {
    const answer = (): Answer => {
      elapsed += 1000;
      return 'ENOTFOUND';
    };
    const { asked, api } = apiWith(answer, ['https://a4.invalid', 'https://b4.invalid'], 1000);
    await expect(api.withDeadline()(AUTH, {})).rejects.toMatchObject({ host: 'a4.invalid' });
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
  const { api } = apiWith(() => ({ errcode: 40029, errmsg }), ['https://c.invalid']);
  const error = await api
    .withDeadline()(AUTH, { appid: 'wx1', ...sent })
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(errors.WeChatAPIError);
  expect((error as InstanceType<typeof errors.WeChatAPIError>).errmsg).toBe(
    'invalid *** *** *** *** *** of wx1',
  );
});

it('each request is published with its duration', async () => {
  const messages: unknown[] = [];
  const listen = (message: unknown): unknown => messages.push(message);
  subscribe('passport-wechat-oauth2:request', listen);
  const answers: Answer[] = [
    'ECONNRESET',
    { errcode: -1, errmsg: 'busy, rid: 6aac007a-6c02c771-26bf69c4' },
    { errcode: 0 },
  ];
  const { api } = apiWith(() => answers.shift() ?? {}, ['https://d.invalid:8443']);
  const started = performance.now();
  await api.withDeadline()(AUTH, {});
  const took = performance.now() - started;
  unsubscribe('passport-wechat-oauth2:request', listen);
  const message = { endpoint: 'auth', host: 'd.invalid:8443', ms: expect.any(Number) as unknown };
  expect(messages).toEqual([
    { ...message, attempt: 1, status: undefined, errcode: undefined, rid: undefined },
    { ...message, attempt: 2, status: 200, errcode: -1, rid: '6aac007a-6c02c771-26bf69c4' },
    { ...message, attempt: 3, status: 200, errcode: 0, rid: undefined },
  ]);
  for (const { ms } of messages as { ms: number }[]) {
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThanOrEqual(took);
  }
});

describe('the hosts of the API', () => {
  it('are WeChat’s own by default', () => {
    expect(createApi({}).origin).toBe('https://api.weixin.qq.com');
    expect(createApi({ apiOrigin: 'http://localhost:4810/' }).origin).toBe('http://localhost:4810');
  });
});
