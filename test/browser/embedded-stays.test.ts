import { embeddedVisits } from './embedded-visit.js';
import { describeEngines } from './engines/describe-engines.js';

describeEngines('a page that stays', ({ name, visitor }) => {
  const { visit, answer } = embeddedVisits({ visitor });

  test('is told by the frame, in which the login ends', async () => {
    const { app, page } = await visit({ cookie: { sameSite: 'lax' }, stays: true });
    await page.goto(`${app.origin}/login?self_redirect=true`);
    await answer();
    expect(await page.text('h1')).toBe('阿梅🌸');
    expect(await page.url()).toBe(`${app.origin}/login?self_redirect=true`);
  });

  test.each([
    ['partitioned', { sameSite: 'none', partitioned: true }, name === 'WebKit' ? 'nobody' : '阿梅🌸'],
    ['SameSite=Lax', { sameSite: 'lax' }, 'nobody'],
  ] as const)(
    'inside another site’s frame, with a cookie that is %s: says who is logged in',
    async (_what, cookie, seen) => {
      const { app, page } = await visit({ cookie, stays: true });
      const portal = `${app.elsewhere}/portal?${app.origin}/login?self_redirect=true`;
      await page.goto(portal);
      await answer();
      expect(await page.frame('iframe').text('h1')).toBe(seen);
      expect(await page.url()).toBe(portal);
    },
  );
});
