import type { Begun } from '../begin-login.js';
import type { BrowserSettings } from '../browser.js';
import { observe, type Observation, type Rule } from '../finding.js';
import type { ResolvedOptions } from '../options.js';
import { show } from '../redact.js';
import { NoResponseError } from '../request.js';
import { SOURCES } from '../sources.js';
import { same } from '../text.js';
import { EmulatorControl, EmulatorError } from './control.js';
import { findCure } from './errcodes.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';
import { Harness, type ScenarioResult } from './harness.js';
import { judge, type Alive } from './verdict.js';

const STOPPED: Rule = {
  id: 'conformance.stopped',
  level: 'unknown',
  message: { en: 'The rest of the conformance test was not played.', zh: '其余的一致性测试没有执行。' },
  why: {
    en: 'Without a login that works there is nothing to compare with.',
    zh: '没有成功的登录，就无从比较。',
  },
  cure: { en: 'Mend what is named above, and run it again.', zh: '请先解决上面的问题，再重新运行。' },
  confidence: 'document',
  source: SOURCES.websiteLogin,
};

const NO_EMULATOR: Rule = {
  id: 'conformance.no-emulator',
  level: 'unknown',
  message: { en: 'The emulator could not be driven.', zh: '无法控制模拟器。' },
  why: { en: 'The conformance test makes its logins with it.', zh: '一致性测试依靠它完成登录。' },
  cure: {
    en: 'Start one (npx wechat-login-emulator), give its URL to --emulator, and point the app at it.',
    zh: '请启动模拟器（npx wechat-login-emulator），用 --emulator 给出其 URL，并让应用指向它。',
  },
  confidence: 'code',
  source: 'https://www.npmjs.com/package/wechat-login-emulator',
};

const NOT_EXCHANGED: Rule = {
  id: 'login.not-exchanged',
  level: 'fault',
  message: { en: 'The app did not exchange the code.', zh: '应用没有用 code 换取 access_token。' },
  why: {
    en: 'It refused the login before it asked WeChat: most often because its cookie did not come back, so that it does not know the state.',
    zh: '应用在请求微信之前就拒绝了登录：多半是 Cookie 没有带回来，找不到 state。',
  },
  cure: {
    en: 'See the findings on cookies and redirect_uri, then the log of the app.',
    zh: '请先看 Cookie 和 redirect_uri 的检查结果，再看应用日志。',
  },
  confidence: 'document',
  source: SOURCES.cookies,
};

const REFUSED: Rule = {
  id: 'login.errcode',
  level: 'fault',
  message: {
    en: 'WeChat refuses what the app asks with a good code.',
    zh: 'code 有效，但微信拒绝了应用的请求。',
  },
  why: { en: 'Every login ends so.', zh: '每次登录都会如此。' },
  confidence: 'code',
  source: SOURCES.token,
};

type Options = ResolvedOptions & { emulator: URL };

/** Plays every scenario on the first way to log in, and those that differ on the other one, too. */
export async function* checkConformance(
  logins: Begun[],
  options: Options,
  browserSettings: BrowserSettings,
): AsyncGenerator<Observation> {
  const control = new EmulatorControl(options.emulator);
  try {
    await control.reset();
    for (const [index, login] of logins.entries()) {
      const harness = new Harness(control, { ...options, kind: login.browser.kind }, browserSettings);
      const scenarios = SCENARIOS.filter(
        ({ on = 'first' }) => on === 'each' || (on === 'first' ? index === 0 : on === login.browser.kind),
      );
      yield* runAll(scenarios, harness, options, index > 0);
    }
    await control.reset();
  } catch (error) {
    if (!(error instanceof EmulatorError) && !(error instanceof NoResponseError)) throw error;
    yield observe(NO_EMULATOR, same(show(error.message)));
  }
}

async function* runAll(
  scenarios: Scenario[],
  harness: Harness,
  { onStep }: Options,
  isSecondWay: boolean,
): AsyncGenerator<Observation> {
  const prefix = isSecondWay ? 'conformance.in-wechat.' : 'conformance.';
  await harness.meetAnonymous();
  for (const scenario of scenarios) {
    onStep(prefix + scenario.id);
    await harness.clear();
    const scene = await runOrStop(scenario, harness);
    if ('rule' in scene) {
      yield scene;
      return;
    }
    const alive = await checkAlive(harness, scene);
    const { level, seen } = judge(scenario, scene, alive);
    const { id, title, why, cure, confidence = 'document', source } = scenario;
    const message = isSecondWay ? { en: `inside WeChat, ${title.en}`, zh: `微信内，${title.zh}` } : title;
    const wrong = level !== 'ok' && { why, cure };
    const rule: Rule = { id: prefix + id, level, message, ...wrong, confidence, source };
    yield observe(rule, seen);
    const isFirst = scenario.id === 'login';
    if (isFirst && level === 'fault') yield* explain(harness, scene);
    if (alive === 'no' || (isFirst && level === 'fault')) {
      yield observe(STOPPED, same(rule.id));
      return;
    }
    const [ending] = scene.endings;
    if (isFirst && ending && 'visit' in ending) {
      harness.known.loggedIn = ending.visit;
      harness.known.showsNames = scene.who.is === 'person';
    }
  }
}

/** A login that does not even reach WeChat's "allow" ends the test. */
async function runOrStop(scenario: Scenario, harness: Harness): Promise<ScenarioResult | Observation> {
  try {
    return await scenario.run(harness);
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    return observe(STOPPED, same(show(error.message)));
  }
}

/** An app that breaks a connection may have ended; its next request tells. */
async function checkAlive(harness: Harness, { endings }: ScenarioResult): Promise<Alive> {
  const broke = endings.some((ending) => 'reason' in ending && ending.reason !== 'silence');
  return broke ? harness.isAlive() : 'yes';
}

/** Why a plain login failed, from what the emulator saw of it. */
async function* explain(harness: Harness, { endings }: ScenarioResult): AsyncGenerator<Observation> {
  const [trace] = await harness.control.logins();
  const calls =
    trace?.steps.filter(({ endpoint }) => endpoint === 'access_token' || endpoint === 'userinfo') ?? [];
  const answered = endings.some((ending) => 'visit' in ending);
  if (calls.length === 0 && answered) yield observe(NOT_EXCHANGED, same('-'));
  const refused = calls.find(({ ok }) => !ok);
  const errcode = Number(/errcode (-?\d+)/.exec(refused?.answered ?? '')?.[1] ?? 0);
  if (errcode === 0 || !refused) return;
  yield observe({ ...REFUSED, cure: findCure(errcode) }, same(`${refused.endpoint}: errcode ${errcode}`));
}
