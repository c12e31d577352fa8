import { examplePrograms } from '../support/example-programs.js';
import { startEmulator } from '../support/emulator.js';
import { until } from '../support/until.js';
import { describeEngines } from './engines/describe-engines.js';
import { arrive, type Tab } from './engines/engine.js';

describeEngines('the examples of the embedded QR code', ({ visitor }) => {
  // The app is at localhost, WeChat at 127.0.0.1: two sites to the browser, as in production.
  const { wechat, origin: emulator } = startEmulator({ denial: 'state-only', pollHold: 25_000 });
  const start = examplePrograms(emulator);
  let page: Tab;

  beforeEach(async () => {
    page = await (await visitor()).tab();
  });

  async function uuidShown(): Promise<string> {
    return until(() => {
      if (!wechat.requests.some(({ endpoint }) => endpoint === 'poll')) return undefined;
      return wechat.requests
        .findLast(({ endpoint }) => endpoint === 'qrcode')
        ?.path.split('/')
        .at(-1);
    });
  }

  test('embedded-qr: the login ends in the whole window', async () => {
    const app = await start('embedded-qr');
    await page.goto(`${app}/login`);
    wechat.phone.approve(await uuidShown());
    await arrive(page, `${app}/`);
    expect(await page.evaluate('document.body.textContent')).toContain('阿梅🌸');
  });

  test('embedded-qr: a refusal leads back to the page with the code', async () => {
    const app = await start('embedded-qr');
    await page.goto(`${app}/login`);
    const uuid = await uuidShown();
    wechat.phone.cancel(uuid);
    expect(await until(async () => (await uuidShown()) !== uuid)).toBe(true);
    await arrive(page, `${app}/login`);
  });

  test.each([
    ['approve', 'Hello, 阿梅🌸'],
    ['cancel', 'That did not work. Reload the page.'],
  ] as const)(
    'embedded-in-page: the page stays, and is told, when the phone says %s',
    async (answer, heading) => {
      const app = await start('embedded-in-page');
      await page.goto(app);
      await page.evaluate('window.stayed = true');
      wechat.phone[answer](await uuidShown());
      await page.see(`text=${heading}`);
      expect(await page.evaluate('window.stayed')).toBe(true);
      expect(await page.url()).toBe(`${app}/`);
    },
  );
});
