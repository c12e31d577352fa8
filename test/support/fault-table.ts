import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Fault } from 'wechat-login-emulator';

const TOO_LONG = JSON.stringify({ access_token: 'T', openid: 'o', padding: 'x'.repeat(64 * 1024) });
export const STRANGER = { openid: 'oSomebodyElse0000000000000000', access_token: 'T', session_key: 'K' };

/** What WeChat, or something between us and WeChat, can do to a request. */
export const FAULTS: Readonly<Record<string, { fault: Fault; expected: object; slow?: true }>> = {
  silence: { fault: { hang: true }, expected: { name: 'WeChatNetworkError', code: 'ETIMEDOUT' }, slow: true },
  'silence after the work is done': {
    fault: { hang: true, after: true },
    expected: { name: 'WeChatNetworkError', code: 'ETIMEDOUT' },
    slow: true,
  },
  'a response that drips': {
    fault: { drip: { bytes: 5, every: 500 } },
    expected: { name: 'WeChatNetworkError', code: 'ETIMEDOUT' },
    slow: true,
  },
  'a reset before the work is done': {
    fault: { drop: 'before' },
    expected: { name: 'WeChatNetworkError', code: 'ECONNRESET' },
  },
  'a reset after the work is done': {
    fault: { drop: 'after' },
    expected: { name: 'WeChatNetworkError', code: 'ECONNRESET' },
  },
  'a truncated response': {
    fault: { truncate: 12 },
    expected: { name: 'WeChatNetworkError', code: 'ECONNRESET' },
  },
  'headers without a body': {
    fault: { truncate: 0 },
    expected: { name: 'WeChatNetworkError', code: 'ECONNRESET' },
  },
  'a response of more than 64 KiB': unusable({ body: TOO_LONG }),
  'a megabyte of nothing': unusable({ body: Buffer.alloc(1 << 20) }),
  'compressed garbage': unusable({ body: randomBytes(300), headers: { 'Content-Encoding': 'gzip' } }),
  'a compressed response of more than 64 KiB': unusable({
    body: gzipSync(TOO_LONG),
    headers: { 'Content-Encoding': 'gzip' },
  }),
  'bytes that are not UTF-8': unusable({ body: Buffer.from([0xff, 0xfe, 0x7b, 0x7d]) }),
  'a redirect': unusable(
    { status: 302, headers: { Location: '/sns/userinfo' }, body: JSON.stringify(STRANGER) },
    302,
  ),
  'a permanent redirect': unusable({ status: 301, headers: { Location: 'http://127.0.0.1:1/' } }, 301),
  'status 304': unusable({ status: 304 }, 304),
  'status 400': unusable({ status: 400, body: JSON.stringify(STRANGER) }, 400),
  'status 404': unusable({ status: 404 }, 404),
  'status 429': unusable({ status: 429, body: 'slow down' }, 429),
  'status 500': unusable({ status: 500, body: JSON.stringify(STRANGER) }, 500),
  'status 503': unusable({ status: 503 }, 503),
  'a gateway’s page': unusable({ html: true }, 502),
  'a page with status 200': unusable({ html: true, status: 200 }),
  'an empty response': unusable({ body: '' }),
  'status 204': unusable({ status: 204 }),
  null: unusable({ body: 'null' }),
  true: unusable({ body: 'true' }),
  'a number': unusable({ body: '42' }),
  'a string': unusable({ body: '"x"' }),
  'an array': unusable({ body: '[]' }),
  'an array with a user': unusable({ body: JSON.stringify([STRANGER]) }),
  'an empty object': unusable({ body: '{}' }),
  'half an object': unusable({ body: '{"openid":"o' }),
  'two objects': unusable({ body: '{}{}' }),
  'an object in an object': unusable({ body: JSON.stringify({ data: STRANGER }) }),
  '__proto__ with a user in it': unusable({ body: `{"__proto__":${JSON.stringify(STRANGER)}}` }),
  'constructor.prototype with a user in it': unusable({
    body: `{"constructor":{"prototype":${JSON.stringify(STRANGER)}}}`,
  }),
  'an object nested 9,000 deep': unusable({ body: '{"a":'.repeat(9000) + '1' + '}'.repeat(9000) }),
  'a form': unusable({ body: new URLSearchParams(STRANGER).toString() }),
  'an errcode that is not a number': unusable({ body: JSON.stringify({ ...STRANGER, errcode: 'fail' }) }),
  'an errcode that is an object': unusable({ body: JSON.stringify({ ...STRANGER, errcode: {} }) }),
  'an errcode that is true': unusable({ body: JSON.stringify({ ...STRANGER, errcode: true }) }),
  'an errcode that is a fraction': unusable({ body: JSON.stringify({ ...STRANGER, errcode: 0.5 }) }),
  'an errcode as a string': {
    fault: { body: '{"errcode":"40013","errmsg":"invalid appid, rid: 6aac007a-6c02c771-26bf69c4"}' },
    expected: {
      name: 'WeChatAPIError',
      errcode: 40013,
      errmsg: 'invalid appid',
      rid: '6aac007a-6c02c771-26bf69c4',
      kind: 'config',
    },
  },
  'an errcode beside a user': {
    fault: { body: JSON.stringify({ ...STRANGER, errcode: 45009, errmsg: 7 }) },
    expected: { name: 'WeChatAPIError', errcode: 45009, errmsg: '', kind: 'quota' },
  },
  'an unknown errcode': {
    fault: { errcode: 99999, errmsg: 'news' },
    expected: { name: 'WeChatAPIError', errcode: 99999, kind: 'unknown' },
  },
  'a system that is busy': {
    fault: { errcode: -1 },
    expected: { name: 'WeChatAPIError', errcode: -1, kind: 'busy' },
  },
};

export function unusable(fault: Fault, httpStatus?: number): { fault: Fault; expected: object } {
  return { fault, expected: { name: 'WeChatResponseError', httpStatus } };
}
