import { parseHost, proxyFromEnvironment } from '../../lib/api/host.js';

it.each([
  [
    'https://api.weixin.qq.com',
    { authority: 'api.weixin.qq.com', hostname: 'api.weixin.qq.com', port: '443', secure: true },
  ],
  ['http://localhost', { authority: 'localhost', hostname: 'localhost', port: '80', secure: false }],
  [
    'http://127.0.0.1:4810',
    { authority: '127.0.0.1:4810', hostname: '127.0.0.1', port: '4810', secure: false },
  ],
  ['https://[::1]:8443', { authority: '[::1]:8443', hostname: '::1', port: '8443', secure: true }],
])('parseHost() parses %s', (origin, parts) => {
  expect(parseHost(origin)).toEqual({ origin, ...parts });
});

describe('proxyFromEnvironment()', () => {
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of [...names, 'no_proxy', 'NO_PROXY']) delete process.env[name];
  });
  afterAll(() => {
    Object.assign(process.env, before);
  });

  const proxies = (): object => ({
    https: proxyFromEnvironment(parseHost('https://a.example.com'))?.href,
    http: proxyFromEnvironment(parseHost('http://a.example.com'))?.href,
  });

  it.each(names)('finds the one that %s names', (name) => {
    expect(proxies()).toEqual({});
    const proxy = 'http://127.0.0.1:3128/';
    process.env[name] = proxy;
    expect(proxies()).toEqual({
      https: /http_/i.test(name) ? undefined : proxy,
      http: /https_/i.test(name) ? undefined : proxy,
    });
  });

  it('refuses a proxy of another kind, without its password', () => {
    process.env['https_proxy'] = 'socks5://user:password@127.0.0.1:1080';
    expect(proxies).toThrow(TypeError);
    expect(proxies).toThrow(
      /^The proxy that the environment names .* is not an http:\/\/ or https:\/\/ URL\.$/,
    );
  });
});
