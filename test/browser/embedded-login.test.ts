import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.js';
import { describeBrowser } from './chromium.js';
import { embeddedVisits, type Visit } from './embedded-visit.js';

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
  leavesFrame: boolean;
  seen: string;
}

/** The table of the guide is the table of this test: a row of it for each cell that says what was seen. */
function rowsOfGuide(): Row[] {
  const guide = readFileSync(join(__dirname, '../../docs/embedded-qr.md'), 'utf8');
  const lines = guide.split('\n').filter((line) => /^\| (a window|in another)/.test(line));
  return lines.flatMap((line) => {
    const [page = '', cookies = '', redirects = '', plain = '', left = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim());
    const cookie = (cookies === 'any' ? 'None; Partitioned' : cookies) as Row['cookie'];
    return redirects.split(' or ').flatMap((self_redirect) => [
      { page, cookie, self_redirect, leavesFrame: false, seen: plain },
      { page, cookie, self_redirect, leavesFrame: true, seen: left },
    ]);
  });
}

/** In the guide's words, where the login ended. */
async function endOf({ app, page, refused }: Visit): Promise<string> {
  return until(() => {
    const end = app.arrivals.find(({ outcome }) => outcome !== 'left');
    if (end) return `${end.outcome === 'success' ? 'logged in' : 'refused'}, in the ${end.in}`;
    return refused.length > 0 && page.url().includes('login') ? 'stopped by the browser' : undefined;
  });
}

describeBrowser('the embedded QR code, as the guide has it', () => {
  const { visit, answer } = embeddedVisits();

  test.each(rowsOfGuide())(
    '$page, cookie $cookie, self_redirect $self_redirect, leaveFrame() $leavesFrame: $seen',
    async ({ page: where, cookie, self_redirect, leavesFrame, seen }) => {
      const visited = await visit({ cookie: COOKIES[cookie], leavesFrame });
      const { app, page } = visited;
      const query = self_redirect === 'absent' ? '' : `?self_redirect=${self_redirect}`;
      const login = `${app.origin}/login${query}`;
      await page.goto(where.startsWith('a window') ? login : `${app.elsewhere}/portal?${login}`);
      await answer();
      expect(await endOf(visited)).toBe(seen);
    },
  );
});
