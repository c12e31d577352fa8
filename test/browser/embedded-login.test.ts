import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from 'wechat-login-emulator';
import { rowsOf } from '../support/matrix.js';
import { embeddedVisits, type Visit } from './embedded-visit.js';
import { describeEngines } from './engines/describe-engines.js';
import type { EngineName } from './engines/installed.js';
import { patiently } from './engines/view.js';

const COOKIES = {
  Lax: { sameSite: 'lax' },
  Strict: { sameSite: 'strict' },
  None: { sameSite: 'none' },
  'None; Partitioned': { sameSite: 'none', partitioned: true },
} as const;

interface Row {
  page: string;
  cookie: keyof typeof COOKIES;
  self_redirect: string;
  callback: string;
  seen: string;
}

/**
 * The table of the guide is the table of this test: a row of it may stand for several, and in `npm test` for the
 * first of them alone.
 */
function rowsOfGuide(engine: EngineName): Row[] {
  const guide = readFileSync(join(__dirname, '../../docs/embedded-qr.md'), 'utf8');
  const lines = guide.split('\n').filter((line) => /^\| (a window|in another)/.test(line));
  return lines.flatMap((line) => {
    const [page = '', cookies = '', redirects = '', callbacks = '', ...seen] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim());
    const redirectValues = redirects.split(/, | or /);
    const callbackRoutes = callbacks === 'any' ? ['plain', 'leaveFrame()'] : [callbacks];
    const cookieKinds = cookies === 'any' ? Object.keys(COOKIES) : cookies.split(/, | or /);
    const end = seen[['Chromium', 'Firefox', 'WebKit'].indexOf(engine)] ?? '';
    // Each with each cookie, but not each redirect with each callback: a login takes seconds.
    const pairs = Array.from(
      { length: Math.max(redirectValues.length, callbackRoutes.length) },
      (_, index) => ({
        self_redirect: redirectValues[index % redirectValues.length] ?? '',
        callback: callbackRoutes[index % callbackRoutes.length] ?? '',
      }),
    );
    const rows = cookieKinds.flatMap((cookie) =>
      pairs.map((pair) => ({ page, cookie: cookie as Row['cookie'], ...pair, seen: end })),
    );
    return rowsOf(rows, (_row, index) => index === 0);
  });
}

/** How long a browser may take from an answer of ours to the request that follows it. */
const GRACE = 2000;

/** In the guide's words, where the login ended. */
async function endOf({ app, page }: Visit, isFramed: boolean, wechat: Emulator): Promise<string> {
  let since: number | undefined;
  return patiently('the login has not ended', async () => {
    const end = app.arrivals.find(({ outcome }) => outcome !== 'left');
    if (end) return `${end.outcome === 'success' ? 'logged in' : 'refused'}, in the ${end.in}`;
    // The browser has the code, and was told to go on with it.
    if (app.arrivals.length === 0 && !hasCode(wechat)) return undefined;
    since ??= Date.now();
    if (Date.now() - since < GRACE) return undefined;
    // It didn't: WeChat's page says so, and the one of leaveFrame() is still there.
    const login = isFramed ? page.frame('iframe') : page;
    const stopped = await login.frame('iframe').shows('.js_blocked, a[target="_top"]');
    return stopped ? 'stopped' : undefined;
  });
}

function hasCode({ logins }: Emulator): boolean {
  return logins[0]?.steps.some(({ endpoint }) => endpoint === 'phone') ?? false;
}

describeEngines('the embedded QR code, as the guide has it', ({ name, visitor }) => {
  const { visit, answer, wechat } = embeddedVisits({ visitor });

  test.each(rowsOfGuide(name))(
    '$page, cookie $cookie, self_redirect $self_redirect, callback $callback: $seen',
    async ({ page: where, cookie, self_redirect, callback, seen }) => {
      const visited = await visit({ cookie: COOKIES[cookie], leavesFrame: callback !== 'plain' });
      const { app, page } = visited;
      const query = self_redirect === 'absent' ? '' : `?self_redirect=${self_redirect}`;
      const login = `${app.origin}/login${query}`;
      const isFramed = where.startsWith('in another');
      await page.goto(isFramed ? `${app.elsewhere}/portal?${login}` : login);
      await answer();
      expect(await endOf(visited, isFramed, wechat)).toBe(seen);
    },
  );
});
