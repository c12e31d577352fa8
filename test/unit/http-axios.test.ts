import type { AxiosRequestConfig } from 'axios';
import { parseHost } from '../../lib/api/host.js';
import { Connection } from '../../lib/api/connection.js';
import { sendRequest, type HttpRequest } from '../../lib/api/http.js';
import { HttpFailure } from '../../lib/api/watched-request.js';

const host = parseHost('https://api.weixin.qq.com');
const REQUEST: Omit<HttpRequest, 'axios'> = {
  host,
  connection: new Connection(host, undefined, {}),
  onSocket: () => undefined,
  onUnexpected: () => undefined,
  path: '/sns/auth',
  params: { openid: 'o' },
  timeout: 1000.5,
  connectTimeout: 1000.5,
};

function sentThrough(
  answer: (config: AxiosRequestConfig) => unknown,
  timeout = REQUEST.timeout,
): Promise<unknown> {
  const axios = { request: async (config: AxiosRequestConfig) => answer(config) };
  return sendRequest({ ...REQUEST, axios: axios as never, timeout });
}

async function catchFailure(thrown: unknown): Promise<unknown> {
  const error: unknown = await sentThrough(() => {
    throw thrown;
  }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(HttpFailure);
  const { code, mayHaveBeenSent } = error as HttpFailure;
  return { code, mayHaveBeenSent };
}

it('axios is asked for raw bytes of any status, without redirects, within the limits', async () => {
  const response = { status: 200, data: Buffer.from('{}') };
  let sent: AxiosRequestConfig = {};
  const answered = await sentThrough((config) => {
    sent = config;
    return response;
  });
  expect(answered).toMatchObject({ status: 200, body: response.data });
  const { signal, validateStatus, transport, ...rest } = sent;
  expect(transport).toEqual({ request: expect.any(Function) as unknown });
  expect([200, 302, 404, 500].map((status) => validateStatus?.(status))).toEqual([true, true, true, true]);
  expect(rest).toEqual({
    method: 'get',
    url: 'https://api.weixin.qq.com/sns/auth',
    params: { openid: 'o' },
    responseType: 'arraybuffer',
    transformResponse: [],
    maxRedirects: 0,
    maxContentLength: 64 * 1024,
    headers: { 'Accept-Encoding': 'identity' },
    decompress: false,
  });
  expect((signal as AbortSignal).aborted).toBe(false);
});

it('a request ends in time, and aborts an axios that ignores its timeout', async () => {
  let signal: AbortSignal | undefined;
  const never = sentThrough((config) => {
    signal = config.signal as AbortSignal;
    return new Promise(() => undefined);
  }, 20);
  await expect(never).rejects.toMatchObject({ code: 'ETIMEDOUT', mayHaveBeenSent: true });
  expect(signal?.aborted).toBe(true);
});

describe('an error of axios', () => {
  const failing = (code: unknown, message = ''): Error => Object.assign(new Error(message), { code });

  it.each(
    'ECONNREFUSED ENOTFOUND EAI_AGAIN EAI_NODATA EHOSTUNREACH ENETUNREACH EHOSTDOWN ENETDOWN'.split(' '),
  )('means that nothing was sent: %s', async (code) => {
    expect(await catchFailure(failing(code))).toEqual({ code, mayHaveBeenSent: false });
  });

  it.each(['ECONNRESET', 'ETIMEDOUT', 'ERR_NETWORK', 'XECONNREFUSED', 'ECONNREFUSED2', 'ERR_BAD_RESPONSE'])(
    'means that the request may have been sent: %s',
    async (code) => {
      expect(await catchFailure(failing(code))).toEqual({ code, mayHaveBeenSent: true });
    },
  );

  it('is reported as too long beyond the size limit, also of an adapter that does not heed it', async () => {
    const tooLong = failing('ERR_BAD_RESPONSE', 'maxContentLength size of 65536 exceeded');
    expect(await catchFailure(tooLong)).toEqual({ code: 'ERR_RESPONSE_TOO_LONG', mayHaveBeenSent: true });
    const long = { status: 200, data: 'x'.repeat(65_537) };
    await expect(sentThrough(() => long)).rejects.toMatchObject({ code: 'ERR_RESPONSE_TOO_LONG' });
  });

  it.each(['ECONNABORTED', 'ERR_CANCELED'])('is reported as ETIMEDOUT: %s', async (code) => {
    expect(await catchFailure(failing(code))).toEqual({ code: 'ETIMEDOUT', mayHaveBeenSent: true });
  });

  it.each([
    new TypeError('of an interceptor'),
    failing('a code with the secret in it'),
    failing('LONG'.repeat(17)),
    failing(5),
    undefined,
    null,
    'a text',
  ])('is reported as ERR_HTTP_CLIENT without its content: %p', async (thrown) => {
    expect(await catchFailure(thrown)).toEqual({ code: 'ERR_HTTP_CLIENT', mayHaveBeenSent: true });
  });
});
