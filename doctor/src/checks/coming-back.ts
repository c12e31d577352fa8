import type { Browser, BrowserSettings, Visit } from '../browser.js';
import { observe, type Level, type Observation, type Rule } from '../finding.js';
import { NoResponseError } from '../request.js';
import { SOURCES } from '../sources.js';
import { same, type Text } from '../text.js';
import { callbackUrl, madeUpCode, type BrowserKind, type LoginPage } from '../wechat.js';
import { judgePage } from './page-content.js';

/** A login that has begun in a browser of its own. */
export interface BegunLogin {
  browser: Browser;
  page: LoginPage;
  redirectUri: string;
  state: string;
}

interface Case {
  id: string;
  title: Text;
  /** What a right app does. */
  right: Text;
  source: string;
  parameters: (own: string, others: string) => [string, string][];
}

/** How a browser can come back without anybody having logged in. */
const CASES: Case[] = [
  {
    id: 'made-up-code',
    title: { en: 'its own state and a made-up code', zh: '自己的 state 和编造的 code' },
    right: {
      en: 'WeChat refuses the code (40029): respond with a page that offers another try, status 401.',
      zh: '微信会拒绝该 code（40029）：请返回可以重试的页面，状态码 401。',
    },
    source: SOURCES.token,
    parameters: (own) => [
      ['code', madeUpCode()],
      ['state', own],
    ],
  },
  {
    id: 'no-state',
    title: { en: 'a code and no state', zh: '有 code 没有 state' },
    right: {
      en: 'Refuse before the code is exchanged: 400 or 403.',
      zh: '请在用 code 换取 access_token 之前就拒绝：400 或 403。',
    },
    source: SOURCES.csrf,
    parameters: () => [['code', madeUpCode()]],
  },
  {
    id: 'others-state',
    title: { en: "another browser's state", zh: '另一个浏览器的 state' },
    right: {
      en: 'Refuse before the code is exchanged: 400 or 403.',
      zh: '请在用 code 换取 access_token 之前就拒绝：400 或 403。',
    },
    source: SOURCES.csrf,
    parameters: (_own, others) => [
      ['code', madeUpCode()],
      ['state', others],
    ],
  },
  {
    id: 'refusal',
    title: { en: 'a refusal: state without a code', zh: '拒绝授权（只有 state，没有 code）' },
    right: {
      en: 'Say that the login was cancelled, and let the user begin again: 401, or a redirect to your own login page.',
      zh: '请提示登录已取消，并允许重新登录：401，或跳转到自己的登录页。',
    },
    source: SOURCES.denial,
    parameters: (own) => [['state', own]],
  },
  {
    id: 'repeated',
    title: { en: 'a code that stands twice', zh: 'code 参数重复' },
    right: { en: 'Refuse it: 400.', zh: '请拒绝：400。' },
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-3.1',
    parameters: (own) => [
      ['code', madeUpCode()],
      ['code', madeUpCode()],
      ['state', own],
    ],
  },
];

export const COMING_BACK_CASES = CASES.length;

/** KnownPages whether somebody is logged in; absent without a page that shows it. */
type IsLoggedIn = (browser: Browser) => Promise<boolean>;

type Begin = () => Promise<BegunLogin | undefined>;

/** Comes back in each of these ways, in a browser of its own with a login of its own. */
export async function* checkComingBack(
  begin: Begin,
  others: string,
  { patience, emulator }: BrowserSettings,
  isLoggedIn?: IsLoggedIn,
): AsyncGenerator<Observation> {
  const outcomes = new Map<string, string>();
  for (const how of CASES) {
    const login = await begin();
    if (!login) {
      yield observe(rule(how, 'begin', 'unknown'), {
        en: 'no redirect_uri at a site that was given',
        zh: 'redirect_uri 不在给定的站点上',
      });
      continue;
    }
    const { browser, page, redirectUri, state } = login;
    const back = new URL(callbackUrl(page, redirectUri, how.parameters(state, others)));
    try {
      const visit = await browser.open(back, 'wechat');
      outcomes.set(how.id, fingerprint(visit));
      if (await isLoggedIn?.(browser)) {
        yield observe(rule(how, 'logged-in', 'fault'), same(`HTTP ${visit.response.status}`));
      } else {
        yield* judge(how, visit, browser.kind);
      }
    } catch (error) {
      if (!(error instanceof NoResponseError)) throw error;
      const silent = error.reason === 'silence';
      const seen = silent
        ? { en: `nothing in ${patience / 1000} s`, zh: `${patience / 1000} 秒内没有响应` }
        : same(error.code);
      yield observe(rule(how, silent ? 'silent' : 'broken', 'fault'), seen);
    }
  }
  // With an emulator real logins show it.
  if (!emulator) yield* compareStates(outcomes);
}

function* judge(how: Case, { response, leadsTo }: Visit, kind: BrowserKind): Generator<Observation> {
  const status = same(`HTTP ${response.status}`);
  let fine = true;
  if (response.status >= 500) {
    fine = false;
    yield observe(rule(how, 'server-error', 'fault'), status);
  }
  if (leadsTo?.why === 'loop') {
    fine = false;
    yield observe(rule(how, 'loop', 'fault'), { en: 'endless redirects', zh: '无限重定向' });
  }
  if (leadsTo?.why === 'wechat') {
    fine = false;
    // Inside WeChat the next round needs no tap: a silent login never ends.
    const level = how.id === 'refusal' || kind === 'wechat' ? 'fault' : 'warning';
    yield observe(rule(how, 'back-to-wechat', level), { en: 'a redirect to WeChat', zh: '重定向到微信' });
  }
  for (const problem of judgePage(response)) {
    fine = false;
    yield observe(rule(how, problem.what, problem.level), problem.seen);
  }
  if (fine) yield observe(rule(how, 'ok', 'ok'), status);
}

type What =
  | 'ok'
  | 'logged-in'
  | 'begin'
  | 'server-error'
  | 'loop'
  | 'back-to-wechat'
  | 'stack'
  | 'secret'
  | 'silent'
  | 'broken';

const WHAT: Record<What, { message: Text; why?: Text; cure?: Text }> = {
  ok: { message: { en: 'handled', zh: '处理得当' } },
  'logged-in': {
    message: { en: 'somebody is logged in', zh: '有人登录了' },
    why: { en: 'Nobody has allowed it: anybody can log in.', zh: '没有任何人授权：谁都可以登录。' },
  },
  begin: { message: { en: 'not examined', zh: '未检查' } },
  'server-error': {
    message: { en: 'the app responds with a server error', zh: '应用返回了服务器错误' },
    why: {
      en: 'The visitor meets a broken page, and monitoring an alarm, for something that happens every day.',
      zh: '这是日常会发生的情况，访客却看到出错页面，监控也会误报。',
    },
  },
  loop: {
    message: { en: 'the app redirects without end', zh: '应用无限重定向' },
    why: { en: 'The browser gives up with an error.', zh: '浏览器会报错并放弃。' },
  },
  'back-to-wechat': {
    message: { en: 'the app sends the visitor straight back to WeChat', zh: '应用立刻把访客送回微信' },
    why: {
      en: 'Somebody who said no, or whose cookie does not come back, goes round and round.',
      zh: '拒绝授权或 Cookie 丢失的访客会陷入循环。',
    },
  },
  stack: {
    message: { en: 'the page shows a stack trace', zh: '页面暴露了堆栈信息' },
    why: { en: "It tells strangers about the server's insides.", zh: '会向陌生人暴露服务器内部细节。' },
  },
  secret: {
    message: { en: 'the page shows what known like a secret or a token', zh: '页面疑似暴露了密钥或令牌' },
    why: { en: 'Whoever comes to this page has it.', zh: '任何打开该页面的人都能得到它。' },
  },
  silent: {
    message: { en: 'the app does not respond', zh: '应用没有响应' },
    why: {
      en: 'A call to WeChat without a time limit holds the visitor, and a connection of the server.',
      zh: '请求微信时没有设置超时，会一直占用访客和服务器的连接。',
    },
  },
  broken: {
    message: { en: 'the connection breaks', zh: '连接中断' },
    why: {
      en: 'The process may have ended: everybody’s login with it.',
      zh: '进程可能已退出，所有人的登录都会中断。',
    },
  },
};

const SERVER_ERROR_HINT: Text = {
  en: ' If it is an error of WeChat’s that the app passes on, its log has the errcode: 40029 is only the made-up code; 40125 the AppSecret; 40013 the AppID; 40164 the IP allow list; no errcode, the network.',
  zh: '如果是应用透传的微信错误，请看应用日志中的 errcode：40029 只是因为 code 是编造的；40125 是 AppSecret；40013 是 AppID；40164 是 IP 白名单；没有 errcode 则是网络问题。',
};

function rule(how: Case, what: What, level: Level): Rule {
  const { message, why } = WHAT[what];
  const hint = how.id === 'made-up-code' && what === 'server-error';
  const cure = {
    en: how.right.en + (hint ? SERVER_ERROR_HINT.en : ''),
    zh: how.right.zh + (hint ? SERVER_ERROR_HINT.zh : ''),
  };
  return {
    id: `coming-back.${how.id}.${what}`,
    level,
    message: {
      en: `Coming back with ${how.title.en}: ${message.en}.`,
      zh: `从微信返回，${how.title.zh}：${message.zh}。`,
    },
    ...(why && { why, cure }),
    confidence: how.source === SOURCES.denial ? 'users' : 'document',
    source: how.source,
  };
}

const UNCHECKED: Rule = {
  id: 'state.perhaps-not-checked',
  level: 'unknown',
  message: {
    en: 'The app responds to a right and to a wrong state alike: it may not check it.',
    zh: 'state 正确与否，应用的响应都一样：可能没有校验 state。',
  },
  why: {
    en: "A stranger's state must not log anybody in (login CSRF). Whether the code was exchanged cannot be seen from outside.",
    zh: '别人的 state 不能让任何人登录（登录 CSRF）。从外部看不到应用是否用了这个 code。',
  },
  cure: {
    en: 'Compare state with what the browser keeps before the code is exchanged. With --emulator the doctor knows for sure.',
    zh: '请在用 code 换取 access_token 之前，把 state 与浏览器保存的值比较。加 --emulator 可以确认。',
  },
  confidence: 'document',
  source: SOURCES.csrf,
};

const CHECKED: Rule = {
  id: 'state.checked',
  level: 'ok',
  message: {
    en: 'The app tells a wrong state from a right one: it checks it.',
    zh: 'state 正确与否，应用的响应不同：已校验 state。',
  },
  confidence: 'document',
  source: SOURCES.csrf,
};

/** An app that checks state tells a refused state from a refused code; one that does not cannot. */
function* compareStates(outcomes: Map<string, string>): Generator<Observation> {
  const [own, none, others] = ['made-up-code', 'no-state', 'others-state'].map((id) => outcomes.get(id));
  if (own === undefined || none === undefined || others === undefined) return;
  const alike = own === others || own === none;
  yield observe(alike ? UNCHECKED : CHECKED, { en: 'three responses compared', zh: '比较了三次响应' });
}

/** What a response says, without what differs between two visits anyway: numbers, long strings. */
function fingerprint({ response, leadsTo }: Visit): string {
  const words = response.body.replace(/<(script|style)[^]*?<\/\1>/g, ' ').replace(/[\w-]{16,}|\d+/g, '#');
  const target = leadsTo ? leadsTo.url.pathname : response.url.pathname;
  return [response.status, target, words].join(' ');
}
