import { observe, type Observation, type Rule } from '../finding.js';
import { SOURCES } from '../sources.js';
import type { Text } from '../text.js';
import type { LoginPage } from '../wechat.js';

const RULES = {
  ok: {
    id: 'state.ok',
    level: 'ok',
    message: {
      en: 'state is fresh for each login and comes back whole.',
      zh: 'state 每次登录都不同，并能完整返回。',
    },
    confidence: 'document',
    source: SOURCES.csrf,
  },
  missing: {
    id: 'state.missing',
    level: 'fault',
    message: { en: 'state is missing.', zh: '缺少 state。' },
    why: {
      en: 'Anybody can log a visitor in to an account of their own (login CSRF), and WeChat has an error page for an empty state (10013).',
      zh: '任何人都能让访客登录到攻击者自己的账号（登录 CSRF）；微信也有 state 为空的错误页（10013）。',
    },
    cure: {
      en: 'Send a random string for each login, keep it bound to the browser (session or cookie), and compare it when the browser comes back.',
      zh: '每次登录发送一个随机串，绑定到浏览器（会话或 Cookie），回调时比较。',
    },
    confidence: 'document',
    source: SOURCES.csrf,
  },
  same: {
    id: 'state.same',
    level: 'fault',
    message: { en: 'state is the same in two visits.', zh: '两次访问的 state 相同。' },
    why: {
      en: 'Whoever visits the app knows the state of everybody else: it protects nobody (login CSRF).',
      zh: '任何人访问一次就知道所有人的 state，起不到保护作用（登录 CSRF）。',
    },
    cure: {
      en: 'Make a random one for each login, and compare it with what the browser keeps (session or cookie).',
      zh: '每次登录生成新的随机串，并与浏览器保存的值（会话或 Cookie）比较。',
    },
    confidence: 'document',
    source: SOURCES.csrf,
  },
  short: {
    id: 'state.short',
    level: 'warning',
    message: { en: 'state is short enough to be guessed.', zh: 'state 太短，可能被猜中。' },
    why: { en: 'Guessing it must be hopeless: 128 bits.', zh: '应当无法被猜中：128 位随机数。' },
    cure: { en: 'Send 22 or more random characters.', zh: '请使用 22 个以上的随机字符。' },
    confidence: 'document',
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-10.10',
  },
  long: {
    id: 'state.long',
    level: 'fault',
    message: { en: 'state has more than 128 bytes.', zh: 'state 超过 128 字节。' },
    why: { en: 'Inside WeChat the page says state 参数过长.', zh: '在微信内会提示“state 参数过长”。' },
    cure: {
      en: 'Send a short random string, and keep the data in the session or a cookie.',
      zh: '只发送简短的随机串，数据放在会话或 Cookie 中。',
    },
    confidence: 'document',
    source: SOURCES.longState,
  },
  longOnQr: {
    id: 'state.longer-than-seen',
    level: 'unknown',
    message: {
      en: 'state is longer than any that was seen to come back from the QR page.',
      zh: 'state 比已知能从扫码页返回的都长。',
    },
    why: {
      en: 'No limit is documented there; 212 characters have been seen to come back. Inside WeChat the limit is 128 bytes.',
      zh: '扫码页没有公开的上限，已知 212 个字符可以返回；微信内的上限是 128 字节。',
    },
    cure: {
      en: 'Send a short random string, and keep the data in the session or a cookie.',
      zh: '只发送简短的随机串，数据放在会话或 Cookie 中。',
    },
    confidence: 'code',
    source: SOURCES.qrCapture,
  },
  letters: {
    id: 'state.letters',
    level: 'fault',
    message: { en: 'state has characters that come back broken.', zh: 'state 含有返回时会损坏的字符。' },
    why: {
      en: "The QR page puts it into the callback's URL decoded and unescaped: & and # end it, + and % become others.",
      zh: '扫码页会把解码后的 state 原样拼进回调 URL：& 和 # 会截断它，+ 和 % 会变成别的字符。',
    },
    cure: { en: 'Use letters, digits, - and _ alone.', zh: '只使用字母、数字、- 和 _。' },
    confidence: 'code',
    source: SOURCES.qrCapture,
  },
  lettersInWeChat: {
    id: 'state.letters-in-wechat',
    level: 'warning',
    message: {
      en: 'state has characters other than the documented a-z, A-Z and 0-9.',
      zh: 'state 含有文档规定的 a-zA-Z0-9 以外的字符。',
    },
    why: { en: 'What WeChat does with others is not documented.', zh: '其他字符会怎样，文档没有说明。' },
    cure: {
      en: 'Use letters and digits; - and _ have been seen to work.',
      zh: '请使用字母和数字；- 和 _ 已知可用。',
    },
    confidence: 'document',
    source: SOURCES.inWeChat,
  },
} satisfies Record<string, Rule>;

const MAX_IN_WECHAT = 128;
const LONGEST_SEEN = 212;

/** @param states of two visits of two browsers; the second is missing if there was one visit */
export function checkState(page: LoginPage, states: [string, string?]): Observation[] {
  const [state, other] = states;
  const seen = size(state);
  if (state === '') return [observe(RULES.missing, { en: 'none', zh: '无' })];
  const found: Observation[] = [];
  if (state === other) found.push(observe(RULES.same, seen));
  else if (state.length < 16) found.push(observe(RULES.short, seen));
  const bytes = Buffer.byteLength(state);
  if (page === 'authorize' && bytes > MAX_IN_WECHAT) found.push(observe(RULES.long, seen));
  if (page === 'qrconnect' && bytes > LONGEST_SEEN) found.push(observe(RULES.longOnQr, seen));
  if (page === 'qrconnect' && /[^\w\-.~=:/@!$*,;]/.test(state)) found.push(observe(RULES.letters, seen));
  if (page === 'authorize' && /[^\w-]/.test(state)) found.push(observe(RULES.lettersInWeChat, seen));
  return found.length > 0 ? found : [observe(RULES.ok, seen)];
}

/** A state is not shown: it is what stands between a visitor and an attacker. */
function size(state: string): Text {
  return { en: `${state.length} characters`, zh: `${state.length} 个字符` };
}
