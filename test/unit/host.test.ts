import { hostOf } from '../../lib/api/host.js';

it.each([
  [
    'https://api.weixin.qq.com',
    { host: 'api.weixin.qq.com', hostname: 'api.weixin.qq.com', port: '443', secure: true },
  ],
  ['http://localhost', { host: 'localhost', hostname: 'localhost', port: '80', secure: false }],
  ['http://127.0.0.1:4810', { host: '127.0.0.1:4810', hostname: '127.0.0.1', port: '4810', secure: false }],
  ['https://[::1]:8443', { host: '[::1]:8443', hostname: '::1', port: '8443', secure: true }],
])('hostOf() parses %s', (origin, parts) => {
  expect(hostOf(origin)).toEqual({ origin, ...parts, proxied: false });
});

describe('the environment', () => {
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of names) delete process.env[name];
  });
  afterAll(() => {
    Object.assign(process.env, before);
  });

  const proxied = (): object => ({
    https: hostOf('https://a.example.com').proxied,
    http: hostOf('http://a.example.com').proxied,
  });

  it.each(names)('names a proxy by %s', (name) => {
    expect(proxied()).toEqual({ https: false, http: false });
    process.env[name] = 'http://127.0.0.1:3128';
    expect(proxied()).toEqual({ https: !/http_/i.test(name), http: !/https_/i.test(name) });
  });
});
