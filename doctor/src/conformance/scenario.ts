import type { Confidence } from '../finding.js';
import type { Text } from '../text.js';
import type { ScenarioResult, Harness } from './harness.js';

/** Who may be logged in afterwards: the user who allowed it, nobody, or one of the two. */
export type Expectation = 'person' | 'nobody' | 'either';

export interface Scenario {
  /** Behind `conformance.` the id of the finding. */
  id: string;
  title: Text;
  expects: Expectation;
  /** It happens to visitors every day, and a 5xx is out of place; else WeChat or the configuration is at fault. */
  everyday?: true;
  /** Why another outcome is wrong. */
  why: Text;
  cure: Text;
  /** Default: from a document. */
  confidence?: Confidence;
  source: string;
  /** On which way to log in it is played. Default: the first that the app has. */
  on?: 'each' | 'wechat' | 'desktop';
  run: (harness: Harness) => Promise<ScenarioResult>;
}

export const WRONG_PERSON: Text = {
  en: 'Somebody is logged in whom WeChat did not vouch for.',
  zh: '登录了一个未经微信确认的用户。',
};
export const CHECK_STATE: Text = {
  en: 'Compare state with what this browser keeps, before the code is exchanged, and use it once.',
  zh: '在用 code 换取 access_token 之前，把 state 与该浏览器保存的值比较，且只用一次。',
};
export const TRY_AGAIN: Text = {
  en: 'Respond with a page that offers another try (401), not with a server error.',
  zh: '请返回可以重试的页面（401），而不是服务器错误。',
};
export const NOBODY_ON_FAILURE: Text = {
  en: 'Check every reply before it is used: a JSON object, no errcode but 0, openid a string; else log in nobody.',
  zh: '使用前请检查每个响应：是 JSON 对象、没有非 0 的 errcode、openid 是字符串；否则不要登录。',
};

/** A whole login, its replies as they were ordered. */
export const whole = async (harness: Harness): Promise<ScenarioResult> => {
  const login = await harness.begin();
  return harness.finish(login.browser, await harness.allow(login));
};

export type Endpoint = 'access_token' | 'userinfo';

/** A whole login in which one reply is spoilt. */
export const spoilt =
  (endpoint: Endpoint, fault: Record<string, unknown>) =>
  async (harness: Harness): Promise<ScenarioResult> => {
    const login = await harness.begin();
    // Before the nickname is ordered: faults are used up in their order.
    await harness.control.fault(endpoint, fault);
    return harness.finish(login.browser, await harness.allow(login));
  };
