import type { Level } from '../finding.js';
import type { Text } from '../text.js';
import type { Scenario } from './scenario.js';
import type { Ending, ScenarioResult } from './harness.js';

/** What a scenario came to, in few words, and how bad that is. */
export interface Verdict {
  level: Level;
  seen: Text;
}

/** How the app itself is afterwards. */
export type Alive = 'yes' | 'again' | 'no';

type Outcome = ScenarioResult['who']['is'] | 'other';

/** The few words that outcomes are told in. */
export const PHRASES = {
  person: { en: 'the user', zh: '本人' },
  other: { en: 'another user', zh: '另一个用户' },
  undefined: { en: 'a user "undefined"', zh: '用户“undefined”' },
  somebody: { en: 'an unknown user', zh: '身份不明的用户' },
  nobody: { en: 'no one', zh: '未登录' },
  ended: { en: 'the process ends', zh: '进程退出' },
  silence: { en: 'no response', zh: '没有响应' },
  broken: { en: 'a broken connection', zh: '连接中断' },
  backToWeChat: { en: 'back to WeChat at once', zh: '立刻跳回微信' },
  loop: { en: 'endless redirects', zh: '无限重定向' },
} satisfies Record<Outcome | 'ended' | 'silence' | 'broken' | 'backToWeChat' | 'loop', Text>;

const WORST: Level[] = ['ok', 'unknown', 'warning', 'fault'];

export function judge(
  { expects, everyday }: Scenario,
  { endings, who, name }: ScenarioResult,
  alive: Alive,
): Verdict {
  if (alive !== 'yes') return { level: 'fault', seen: PHRASES.ended };
  const isOther = who.is === 'person' && name !== undefined && who.name !== name;
  const outcome = isOther ? 'other' : who.is;
  const responses = endings.map((ending) => judgeEnding(ending, expects, everyday));
  const levels = [judgeWho(expects, outcome), ...responses.map(({ level }) => level)];
  const level = levels.reduce((worst, next) => (WORST.indexOf(next) > WORST.indexOf(worst) ? next : worst));
  const ends = {
    en: responses.map(({ seen }) => seen.en).join(' + '),
    zh: responses.map(({ seen }) => seen.zh).join(' + '),
  };
  return {
    level,
    seen: { en: `${PHRASES[outcome].en}, ${ends.en}`, zh: `${PHRASES[outcome].zh}，${ends.zh}` },
  };
}

function judgeWho(expects: Scenario['expects'], who: Outcome): Level {
  if (who === 'undefined' || who === 'other') return 'fault';
  if (expects === 'nobody') return who === 'nobody' ? 'ok' : 'fault';
  if (who === 'somebody') return 'warning';
  return who === 'person' || expects === 'either' ? 'ok' : 'fault';
}

function judgeEnding(ending: Ending, expects: Scenario['expects'], everyday?: true): Verdict {
  if ('reason' in ending) {
    return { level: 'fault', seen: ending.reason === 'silence' ? PHRASES.silence : PHRASES.broken };
  }
  const { response, leadsTo } = ending.visit;
  if (leadsTo?.why === 'wechat') return { level: 'fault', seen: PHRASES.backToWeChat };
  if (leadsTo?.why === 'loop') return { level: 'fault', seen: PHRASES.loop };
  const status = String(response.status);
  const seen = { en: status, zh: status };
  if (response.status >= 500)
    return { level: expects === 'person' ? 'fault' : everyday ? 'warning' : 'ok', seen };
  // Logged in, and shown a refusal.
  if (response.status >= 400 && expects === 'person') return { level: 'warning', seen };
  return { level: 'ok', seen };
}
