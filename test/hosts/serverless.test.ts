import type { Handler } from 'serverless-http';
import { startEmulator, website } from '../support/emulator.js';
import { approve } from '../support/login.js';

const { wechat, origin } = startEmulator();

/** Loads the example afresh, as each instance of a function does. */
async function instance(): Promise<Handler> {
  process.env = {
    ...process.env,
    STATE_SECRET: 'x'.repeat(32),
    WECHAT_APP_ID: website.appid,
    WECHAT_APP_SECRET: website.secret,
    WECHAT_CALLBACK_URL: 'https://localhost/auth/wechat/callback',
    EMULATOR_URL: origin(),
  };
  let handler: Handler | undefined;
  await jest.isolateModulesAsync(async () => {
    ({ handler } = await import('./examples/serverless.js'));
  });
  return handler as Handler;
}

interface Response {
  statusCode: number;
  headers: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
  body: string;
}

type Get = (handler: Handler, url: URL, cookies: string[]) => Promise<Response>;

// The two forms of an event that API gateways send; cloud functions elsewhere have the first one.
const getV1: Get = async (handler, { pathname, searchParams }, cookies) => {
  const event = {
    httpMethod: 'GET',
    path: pathname,
    queryStringParameters: Object.fromEntries(searchParams),
    headers: { host: 'localhost', cookie: cookies.join('; ') },
    requestContext: {},
    body: null,
  };
  return (await handler(event, {})) as Response;
};
const getV2: Get = async (handler, { pathname, search }, cookies) => {
  const event = {
    version: '2.0',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    cookies,
    headers: { host: 'localhost' },
    requestContext: { http: { method: 'GET', path: pathname } },
  };
  return (await handler(event, {})) as Response;
};

it.each([
  ['version 1', getV1],
  ['version 2', getV2],
])('one instance begins a login and another one ends it, with events of %s', async (_version, get) => {
  const begun = await get(await instance(), new URL('https://localhost/auth/wechat'), []);
  expect(begun.statusCode).toBe(302);
  const set = begun.cookies ?? begun.multiValueHeaders?.['set-cookie'] ?? [];
  const cookies = set.map((cookie) => cookie.replace(/;.*/, ''));
  expect(cookies).toHaveLength(1);

  const path = await approve(wechat, new URL(begun.headers['location'] ?? ''));
  const back = new URL(path, 'https://localhost');
  const other = await instance();
  expect((await get(other, back, [])).statusCode).toBe(403);
  const ended = await get(other, back, cookies);
  expect(ended.statusCode).toBe(200);
  expect(JSON.parse(ended.body)).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });
});
