import { until } from '../support/until.js';
import { SHARED_DOMAIN, SISTER, SITES } from './embedded-app.js';
import { embeddedVisits } from './embedded-visit.js';
import { describeEngines } from './engines/describe-engines.js';
import { arrive } from './engines/engine.js';

const LAX = { sameSite: 'lax' } as const;

describeEngines('leaveFrame()', ({ name, visitor }) => {
  const { wechat, visit, codeShown, answer } = embeddedVisits({ visitor });

  test.each([
    ['a session with a SameSite=Lax cookie', false],
    ['a CookieStateStore', true],
  ])('ends the login in the whole window, with %s', async (_store, cookieStore) => {
    const { app, page } = await visit({ cookie: LAX, cookieStore, leavesFrame: true });
    await page.goto(`${app.origin}/login?self_redirect=true`);
    await answer();
    await arrive(page, `${app.origin}/`);
    expect(await page.text('h1')).toBe('阿梅🌸');
    expect(app.arrivals.map(({ in: where, outcome }) => [where, outcome])).toEqual([
      ['frame', 'left'],
      ['window', 'success'],
    ]);
    expect(app.arrivals.at(-1)?.withCookies).toBe(true);
  });

  test('leaves no code behind: neither in the address nor behind the back button', async () => {
    const { app, page } = await visit({ cookie: LAX, leavesFrame: true });
    await page.goto(`${app.origin}/failed`);
    await page.goto(`${app.origin}/login?self_redirect=true`);
    await answer();
    await arrive(page, `${app.origin}/`);
    // The frame's page may be a step of its own in the history, so that the first step back shows no other page.
    await until(async () => {
      await page.back();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return (await page.url()) !== `${app.origin}/`;
    });
    expect(await page.url()).toMatch(/(login\?self_redirect=true|failed)$/);
    expect(app.arrivals).toHaveLength(2);
  });

  test.each([
    ['denied', 'a refusal'],
    ['state', 'an answer to nobody’s login'],
  ] as const)('shows a failure in the whole window, once: %s, %s', async (reason, _what) => {
    const { app, visitor: person, page } = await visit({ cookie: LAX, leavesFrame: true });
    await page.goto(`${app.origin}/login?self_redirect=true`);
    await codeShown();
    if (reason === 'state') await person.clearCookies();
    await answer(reason === 'denied' ? 'cancel' : 'approve');
    await arrive(page, `${app.origin}/failed`);
    expect(app.arrivals.map(({ in: where, outcome }) => [where, outcome])).toEqual([
      ['frame', 'left'],
      ['window', reason],
    ]);
    expect(await page.evaluate('window.length')).toBe(0);
  });

  const anotherHost = 'where the page is on another host of the callback’s site';
  if (name === 'Firefox') {
    test(`${anotherHost}, one click on the page of leaveFrame() goes on`, async () => {
      const { app, page } = await visit({ cookie: { ...LAX, domain: SHARED_DOMAIN }, leavesFrame: true });
      await page.goto(`${app.origin.replace(SITES.app, SISTER)}/login?self_redirect=true`);
      await answer();
      await until(() => app.arrivals[0]?.outcome === 'left');
      await page.frame('iframe').click('a');
      await arrive(page, `${app.origin}/`);
      expect(await page.text('h1')).toBe('阿梅🌸');
    });
  } else {
    test.each(['true', 'false'])(
      `${anotherHost}, nobody has to click: self_redirect %s`,
      async (redirect) => {
        const { app, page } = await visit({ cookie: { ...LAX, domain: SHARED_DOMAIN }, leavesFrame: true });
        await page.goto(`${app.origin.replace(SITES.app, SISTER)}/login?self_redirect=${redirect}`);
        await answer();
        await arrive(page, `${app.origin}/`);
        expect(await page.text('h1')).toBe('阿梅🌸');
      },
    );
  }

  test('a frame with a sandbox that lets it move the window does so, without a click', async () => {
    const { app, page } = await visit({ cookie: LAX });
    await page.goto(
      `${app.origin}/login?self_redirect=false&sandbox=allow-scripts+allow-same-origin+allow-top-navigation`,
    );
    await answer();
    await arrive(page, `${app.origin}/`);
    expect(app.arrivals).toEqual([{ in: 'window', withCookies: true, outcome: 'success' }]);
  });

  test('gives a stranger’s site nothing who puts the callback, with a code of its own, into a frame', async () => {
    const { app, page: attacker } = await visit({ cookie: LAX, leavesFrame: true });
    await attacker.goto(`${app.origin}/login?self_redirect=true`);
    const uuid = await codeShown();
    await attacker.goto(`${app.origin}/failed`);
    // The attacker's own login, left before its end: this URL holds a good code and a good state.
    const callback = wechat.phone.approve(uuid).url;
    const victim = await (await visitor()).tab();
    await victim.goto(`${app.elsewhere}/portal?${callback}`);
    await until(() => app.arrivals.some(({ outcome }) => outcome === 'left'));
    expect(await victim.url()).toContain('/portal');
    // Even a victim who is lured into a click ends at the failure, in their own window.
    await victim.frame('iframe').click('a');
    await arrive(victim, `${app.origin}/failed`);
    expect(app.arrivals.filter(({ in: where }) => where === 'window').map(({ outcome }) => outcome)).toEqual([
      'state',
    ]);
    await victim.goto(`${app.origin}/`);
    expect(await victim.text('h1')).toBe('nobody');
  });
});
