import type { Page } from 'playwright-core';
import { until } from '../support/until.js';
import { describeBrowser } from './chromium.js';
import { SISTER, SITES } from './embedded-app.js';
import { embeddedVisits } from './embedded-visit.js';

const LAX = { sameSite: 'lax' } as const;

describeBrowser('leaveFrame()', () => {
  const { visit, answer } = embeddedVisits();

  async function headingOf(page: Page): Promise<string | null> {
    return page.locator('h1').textContent();
  }

  test.each([
    ['a session with a SameSite=Lax cookie', false],
    ['a CookieStateStore', true],
  ])('ends the login in the whole window, with %s', async (_store, cookieStore) => {
    const { app, page } = await visit({ cookie: LAX, cookieStore, leavesFrame: true });
    await page.goto(`${app.origin}/login?self_redirect=true`);
    await answer();
    await page.waitForURL(`${app.origin}/`);
    expect(await headingOf(page)).toBe('阿梅🌸');
    expect(app.arrivals).toEqual([
      { in: 'frame', withCookies: false, outcome: 'left' },
      { in: 'window', withCookies: true, outcome: 'success' },
    ]);
  });

  test('leaves no code behind: neither in the address nor behind the back button', async () => {
    const { app, page } = await visit({ cookie: LAX, leavesFrame: true });
    await page.goto(`${app.origin}/failed`);
    await page.goto(`${app.origin}/login?self_redirect=true`);
    await answer();
    await page.waitForURL(`${app.origin}/`);
    await page.goBack();
    expect(page.url()).not.toContain('code=');
    expect(app.arrivals).toHaveLength(2);
  });

  test.each([
    ['denied', 'a refusal'],
    ['state', 'an answer to nobody’s login'],
  ] as const)('shows a failure in the whole window, once: %s, %s', async (reason, _what) => {
    const { app, context, page } = await visit({ cookie: LAX, leavesFrame: true });
    await page.goto(`${app.origin}/login?self_redirect=true`);
    if (reason === 'state') await context.clearCookies();
    await answer(reason === 'denied' ? 'cancel' : 'approve');
    await page.waitForURL(`${app.origin}/failed`);
    expect(app.arrivals.map(({ in: where, outcome }) => [where, outcome])).toEqual([
      ['frame', 'left'],
      ['window', reason],
    ]);
    expect(page.frames()).toHaveLength(1);
  });

  test('takes no part in a login whose page moves the window itself', async () => {
    const { app, page } = await visit({ cookie: LAX, leavesFrame: true });
    await page.goto(`${app.origin}/login`);
    await answer();
    await page.waitForURL(`${app.origin}/`);
    expect(app.arrivals).toEqual([{ in: 'window', withCookies: true, outcome: 'success' }]);
  });

  test.each([true, undefined])(
    'works where the page is on another host of the same site than the callback: self_redirect %s',
    async (self_redirect) => {
      const { app, page } = await visit({ cookie: { ...LAX, domain: 'example.com' }, leavesFrame: true });
      const query = self_redirect === undefined ? '' : '?self_redirect=true';
      await page.goto(`${app.origin.replace(SITES.app, SISTER)}/login${query}`);
      await answer();
      await page.waitForURL(`${app.origin}/`);
      expect(await headingOf(page)).toBe('阿梅🌸');
    },
  );

  test('gives a stranger’s site nothing who puts the callback, with a code of its own, into a frame', async () => {
    const attacker = await visit({ cookie: LAX, leavesFrame: true });
    await attacker.page.goto(`${attacker.app.origin}/login`);
    // The attacker's own login, stopped before its end: this address holds a good code and a good state.
    await attacker.page.route(`${attacker.app.origin}/callback*`, (route) => route.abort());
    const callback = await answer();
    const victim = await attacker.context.browser()?.newContext({ ignoreHTTPSErrors: true });
    if (!victim) throw new Error('there is no browser');
    try {
      const page = await victim.newPage();
      const refused = page.waitForEvent('console', (message) => message.text().startsWith('Unsafe attempt'));
      await page.goto(`${attacker.app.elsewhere}/portal?${callback}`);
      await refused;
      expect(page.url()).toContain('/portal');
      // Even a victim who is lured into a click ends at the failure, in their own window.
      await page.frameLocator('iframe').locator('a').click();
      await page.waitForURL(`${attacker.app.origin}/failed`);
      const end = await until(() => attacker.app.arrivals.find(({ in: where }) => where === 'window'));
      expect(end.outcome).toBe('state');
      await page.goto(`${attacker.app.origin}/`);
      expect(await headingOf(page)).toBe('nobody');
    } finally {
      await victim.close();
    }
  });
});
