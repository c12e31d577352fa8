import {
  authorizationURL,
  WeChatClient,
  WeChatStrategy,
  type WeChatCallOptions,
} from 'passport-wechat-oauth2';

const APP = { clientID: 'wx0123456789abcdef', clientSecret: 's' };
const client = (options: WeChatCallOptions): WeChatClient => new WeChatClient({ ...APP, ...options });
const strategy = (options: object): WeChatStrategy =>
  new WeChatStrategy({ ...APP, callbackURL: '/callback', ...options }, (_a, _r, profile, done) =>
    done(null, profile),
  );
const page = (options: { openOrigin: string; allowInsecureOrigins?: boolean }): string =>
  authorizationURL({ clientID: APP.clientID, callbackURL: 'https://example.com/', state: 's', ...options });

const { NODE_ENV } = process.env;
let warnings: jest.SpyInstance;
beforeEach(() => {
  warnings = jest.spyOn(process, 'emitWarning').mockImplementation();
});
afterEach(() => {
  warnings.mockRestore();
  process.env['NODE_ENV'] = NODE_ENV;
});

const HERE = [
  'http://localhost:4300',
  'http://wechat.localhost',
  'http://127.0.0.1:4300',
  'http://127.9.9.9',
  'http://[::1]:4300',
  'http://10.0.0.7',
  'http://172.16.0.1',
  'http://172.31.255.255',
  'http://192.168.1.1',
  'http://169.254.1.1',
  'http://100.64.0.1',
  'http://[fd00::1]',
  'http://[fe80::1]',
  'http://emulator:4300',
  'http://emulator.internal',
  'http://emulator.default.svc.cluster.local',
];
const PUBLIC = [
  'http://api.weixin.qq.com',
  'http://8.8.8.8',
  'http://172.32.0.1',
  'http://11.0.0.1',
  'http://[2400::1]',
  'http://localhost.example.com',
  'http://127.0.0.1.example.com',
];

/** The warnings of this kind, with what they say. */
const insecure = (): unknown[] => warnings.mock.calls.filter(([, { code }]) => code === 'WECHAT_ORIGIN_HTTP');

it.each(HERE)('%s is this machine or a private network: allowed in production', (origin) => {
  process.env['NODE_ENV'] = 'production';
  client({ apiOrigin: origin });
  strategy({ apiOrigin: origin, openOrigin: origin });
  page({ openOrigin: origin });
  expect(insecure()).toEqual([]);
});

it.each(PUBLIC)('%s is refused in production', (origin) => {
  process.env['NODE_ENV'] = 'production';
  const refusal = /^(api|open)Origin is plain http to a public host.*https.*allowInsecureOrigins: true/;
  expect(() => client({ apiOrigin: origin })).toThrow(refusal);
  expect(() => client({ apiOrigin: ['https://api.weixin.qq.com', origin] })).toThrow(refusal);
  expect(() => strategy({ openOrigin: origin })).toThrow(refusal);
  expect(() => page({ openOrigin: origin })).toThrow(refusal);
  client({ apiOrigin: origin, allowInsecureOrigins: true });
  strategy({ apiOrigin: origin, openOrigin: origin, allowInsecureOrigins: true });
  expect(page({ openOrigin: origin, allowInsecureOrigins: true })).toContain(`${origin}/connect/qrconnect?`);
  expect(insecure()).toEqual([]);
});

it.each(PUBLIC)('%s causes one warning in development', (origin) => {
  process.env['NODE_ENV'] = 'development';
  client({ apiOrigin: origin });
  client({ apiOrigin: origin });
  expect(insecure()).toEqual([
    [expect.stringContaining(`apiOrigin ${origin}`), { type: 'WeChatWarning', code: 'WECHAT_ORIGIN_HTTP' }],
  ]);
});

it('https and the defaults need no option', () => {
  process.env['NODE_ENV'] = 'production';
  strategy({ apiOrigin: 'https://wechat.example.com', openOrigin: 'https://wechat.example.com' });
  client({});
  expect(insecure()).toEqual([]);
});

it('allowInsecureOrigins must be a boolean', () => {
  const wrong = { allowInsecureOrigins: 'yes' as never };
  const refusal = /allowInsecureOrigins must be true or false/;
  expect(() => client(wrong)).toThrow(refusal);
  expect(() => strategy(wrong)).toThrow(refusal);
  expect(() => page({ openOrigin: 'https://wechat.example.com', ...wrong })).toThrow(refusal);
});
