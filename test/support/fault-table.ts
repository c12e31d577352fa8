import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Fault } from 'wechat-login-emulator';

const TOO_LONG = JSON.stringify({ access_token: 'T', openid: 'o', padding: 'x'.repeat(64 * 1024) });
export const STRANGER = { openid: 'oSomebodyElse0000000000000000', access_token: 'T', session_key: 'K' };

/** What WeChat, or something that stands in its way, can do to a request. */
export const FAULTS: Readonly<Record<string, { fault: Fault; expected: object; slow?: true }>> = {
  silence: { fault: { hang: true }, expected: { name: 'WeChatNetworkError', code: 'ETIMEDOUT' }, slow: true },
  'silence after the work is done': {
    fault: { hang: true, after: true },
    expected: { name: 'WeChatNetworkError', code: 'ETIMEDOUT' },
    slow: true,
  },
  'a reply that drips': {
    fault: { drip: { bytes: 5, every: 200 } },
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
  'a truncated reply': {
    fault: { truncate: 12 },
    expected: { name: 'WeChatNetworkError', code: 'ECONNRESET' },
  },
  'headers without a body': {
    fault: { truncate: 0 },
    expected: { name: 'WeChatNetworkError', code: 'ECONNRESET' },
  },
  'a reply of more than 64 KiB': reply({ body: TOO_LONG }),
  'a megabyte of nothing': reply({ body: Buffer.alloc(1 << 20) }),
  'compressed garbage': reply({ body: randomBytes(300), headers: { 'Content-Encoding': 'gzip' } }),
  'a compressed reply that was not asked for': reply({
    body: gzipSync(JSON.stringify(STRANGER)),
    headers: { 'Content-Encoding': 'gzip' },
  }),
  'bytes that are not UTF-8': reply({ body: Buffer.from([0xff, 0xfe, 0x7b, 0x7d]) }),
  'a redirect': reply(
    { status: 302, headers: { Location: '/sns/userinfo' }, body: JSON.stringify(STRANGER) },
    302,
  ),
  'a permanent redirect': reply({ status: 301, headers: { Location: 'http://127.0.0.1:1/' } }, 301),
  'status 304': reply({ status: 304 }, 304),
  'status 400': reply({ status: 400, body: JSON.stringify(STRANGER) }, 400),
  'status 404': reply({ status: 404 }, 404),
  'status 429': reply({ status: 429, body: 'slow down' }, 429),
  'status 500': reply({ status: 500, body: JSON.stringify(STRANGER) }, 500),
  'status 503': reply({ status: 503 }, 503),
  'a gateway’s page': reply({ html: true }, 502),
  'a page with status 200': reply({ html: true, status: 200 }),
  'an empty reply': reply({ body: '' }),
  'status 204': reply({ status: 204 }),
  null: reply({ body: 'null' }),
  true: reply({ body: 'true' }),
  'a number': reply({ body: '42' }),
  'a text': reply({ body: '"x"' }),
  'a list': reply({ body: '[]' }),
  'a list of a person': reply({ body: JSON.stringify([STRANGER]) }),
  'an empty object': reply({ body: '{}' }),
  'half an object': reply({ body: '{"openid":"o' }),
  'two objects': reply({ body: '{}{}' }),
  'an object in an object': reply({ body: JSON.stringify({ data: STRANGER }) }),
  '__proto__ with a person in it': reply({ body: `{"__proto__":${JSON.stringify(STRANGER)}}` }),
  'constructor.prototype with a person in it': reply({
    body: `{"constructor":{"prototype":${JSON.stringify(STRANGER)}}}`,
  }),
  'an object as deep as it can be': reply({ body: '{"a":'.repeat(9000) + '1' + '}'.repeat(9000) }),
  'a form': reply({ body: new URLSearchParams(STRANGER).toString() }),
  'an errcode that is no number': reply({ body: JSON.stringify({ ...STRANGER, errcode: 'fail' }) }),
  'an errcode that is an object': reply({ body: JSON.stringify({ ...STRANGER, errcode: {} }) }),
  'an errcode that is true': reply({ body: JSON.stringify({ ...STRANGER, errcode: true }) }),
  'an errcode that is a fraction': reply({ body: JSON.stringify({ ...STRANGER, errcode: 0.5 }) }),
  'an errcode as a text': {
    fault: { body: '{"errcode":"40013","errmsg":"invalid appid, rid: 6aac007a-6c02c771-26bf69c4"}' },
    expected: {
      name: 'WeChatAPIError',
      errcode: 40013,
      errmsg: 'invalid appid',
      rid: '6aac007a-6c02c771-26bf69c4',
      kind: 'config',
    },
  },
  'an errcode beside a person': {
    fault: { body: JSON.stringify({ ...STRANGER, errcode: 45009, errmsg: 7 }) },
    expected: { name: 'WeChatAPIError', errcode: 45009, errmsg: '', kind: 'quota' },
  },
  'an errcode that nobody knows': {
    fault: { errcode: 99999, errmsg: 'news' },
    expected: { name: 'WeChatAPIError', errcode: 99999, kind: 'unknown' },
  },
  'a system that is busy': {
    fault: { errcode: -1 },
    expected: { name: 'WeChatAPIError', errcode: -1, kind: 'busy' },
  },
};

function reply(fault: Fault, httpStatus?: number): { fault: Fault; expected: object } {
  return { fault, expected: { name: 'WeChatResponseError', httpStatus } };
}
