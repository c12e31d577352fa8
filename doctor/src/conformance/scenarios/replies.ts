import { SOURCES } from '../../sources.js';
import type { Text } from '../../text.js';
import { NOBODY_ON_FAILURE, spoilt, WRONG_PERSON, type Endpoint, type Scenario } from '../scenario.js';

interface Spoiling {
  id: string;
  title: Text;
  fault: Record<string, unknown>;
}

const BAD_REPLIES: Spoiling[] = [
  { id: 'null', title: { en: 'null', zh: 'null' }, fault: { body: 'null' } },
  { id: 'empty', title: { en: 'an empty body', zh: '空响应' }, fault: { body: '' } },
  { id: 'array', title: { en: '[]', zh: '[]' }, fault: { body: '[]' } },
  { id: 'object', title: { en: '{}', zh: '{}' }, fault: { body: '{}' } },
  { id: 'html', title: { en: "a gateway's HTML", zh: '网关的 HTML 页面' }, fault: { html: true } },
  { id: 'half', title: { en: 'half a response', zh: '半截响应' }, fault: { truncate: 20 } },
  { id: 'silence', title: { en: 'silence', zh: '没有响应' }, fault: { hang: true } },
];

const ENDPOINTS: Record<Endpoint, Text> = {
  access_token: { en: 'at the exchange', zh: '换取 access_token' },
  userinfo: { en: 'at userinfo', zh: '获取用户信息' },
};

/** errcodes by whose fault they are; only for those of the visitor a 5xx is out of place. */
const ERRCODES: Record<Endpoint, { errcode: number; visitor?: true }[]> = {
  access_token: [
    { errcode: -1 },
    { errcode: 40013 },
    { errcode: 40029, visitor: true },
    { errcode: 40125 },
    { errcode: 40163, visitor: true },
    { errcode: 40164 },
    { errcode: 45011 },
    { errcode: 50002, visitor: true },
  ],
  userinfo: [{ errcode: -1 }, { errcode: 40001 }, { errcode: 40003 }, { errcode: 45009 }, { errcode: 48001 }],
};

function spoiltReplies(endpoint: Endpoint): Scenario[] {
  const common = {
    // A repeated call may have helped; and openid stands in the token's reply already.
    expects: endpoint === 'userinfo' ? ('either' as const) : ('nobody' as const),
    why: WRONG_PERSON,
    cure: NOBODY_ON_FAILURE,
    source: SOURCES.token,
  };
  const name = endpoint === 'userinfo' ? 'userinfo' : 'exchange';
  const replies = BAD_REPLIES.map(({ id, title, fault }) => ({
    ...common,
    id: `${name}-${id}`,
    title: describe(title, endpoint),
    run: spoilt(endpoint, fault),
  }));
  const errcodes = ERRCODES[endpoint].map(({ errcode, visitor }) => ({
    ...common,
    id: `${name}-errcode${errcode < 0 ? '' : '-'}${errcode}`,
    title: describe({ en: `errcode ${errcode}`, zh: `errcode ${errcode}` }, endpoint),
    ...(visitor && { everyday: visitor }),
    run: spoilt(endpoint, { errcode }),
  }));
  return [...errcodes, ...replies];
}

function describe(what: Text, endpoint: Endpoint): Text {
  const where = ENDPOINTS[endpoint];
  return { en: `${what.en} ${where.en}`, zh: `${where.zh}：${what.zh}` };
}

/** Each kind of bad reply, at the exchange and at userinfo. */
export const REPLIES: Scenario[] = [...spoiltReplies('access_token'), ...spoiltReplies('userinfo')];
