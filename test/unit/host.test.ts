import { hostOf } from '../../lib/host.js';

it.each([
  [
    'https://api.weixin.qq.com',
    { host: 'api.weixin.qq.com', hostname: 'api.weixin.qq.com', port: '443', secure: true },
  ],
  ['http://localhost', { host: 'localhost', hostname: 'localhost', port: '80', secure: false }],
  ['http://127.0.0.1:4810', { host: '127.0.0.1:4810', hostname: '127.0.0.1', port: '4810', secure: false }],
  ['https://[::1]:8443', { host: '[::1]:8443', hostname: '::1', port: '8443', secure: true }],
])('%s', (origin, parts) => {
  expect(hostOf(origin)).toEqual({ origin, ...parts });
});
