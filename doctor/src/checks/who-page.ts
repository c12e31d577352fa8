import type { Browser } from '../browser.js';
import { observe, type Observation } from '../finding.js';
import { showUrl } from '../redact.js';
import { same } from '../text.js';

/** With these an app may well answer a visitor who is not logged in. */
const LOG_IN_FIRST = [401, 403];

/**
 * Says if `who` is no page of the app: what follows would be taken for faults of the login. A server error is one of
 * the app's, which may well be that of its login.
 */
export async function checkWhoPage(who: URL, visitor: Browser): Promise<Observation | undefined> {
  const visit = await visitor.open(who).catch(() => undefined);
  const status = visit?.response.status ?? 0;
  if (status < 400 || status >= 500 || LOG_IN_FIRST.includes(status)) return undefined;
  return observe(
    {
      id: 'who.unusable',
      level: 'unknown',
      message: {
        en: `--who answered ${status}: it must be a page that shows the nickname`,
        zh: `--who 返回了 ${status}：它必须是显示昵称的页面`,
      },
      why: {
        en: 'From that page the doctor reads who is logged in, so nothing was examined.',
        zh: '本工具从该页面读取当前登录者，因此没有继续检查。',
      },
      cure: {
        en: 'Give the URL of a page that shows the nickname, or leave --who out: then the page after the login is read.',
        zh: '请给出显示昵称的页面的 URL；也可以不写 --who，这时读取登录之后的页面。',
      },
      confidence: 'document',
      source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5',
    },
    same(showUrl(who)),
  );
}
