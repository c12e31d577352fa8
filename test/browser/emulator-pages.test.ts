import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { uuidIn } from '../support/qr-code.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { complaints, SCREENS } from './accessible.js';
import { describeChromium, describeEngines } from './engines/describe-engines.js';
import type { Tab } from './engines/engine.js';

const [{ appid: website, secret }, { appid: account }] = DEFAULT_APPS;
const redirect = encodeURIComponent('http://localhost:3000/callback');
const QR = `/connect/qrconnect?appid=${website}&redirect_uri=${redirect}&scope=snsapi_login&state=s`;
const CONSENT = `/connect/oauth2/authorize?appid=${account}&redirect_uri=${redirect}&response_type=code&scope=snsapi_userinfo&state=s&forceSnapShot=true`;

const wechat = createEmulator();
let origin: string;

beforeAll(async () => {
  ({ origin } = await wechat.listen());
});
afterAll(() => wechat.close());
beforeEach(() => {
  wechat.reset();
});

/** A login as an app does it, by its calls of the API. */
async function logIn(appSecret: string): Promise<void> {
  const page = await (await fetch(origin + QR)).text();
  const { code } = wechat.phone.approve(uuidIn(page), 'amei');
  const reply = await fetch(
    `${origin}/sns/oauth2/access_token?appid=${website}&secret=${appSecret}&code=${code}&grant_type=authorization_code`,
  );
  const { access_token, openid } = (await reply.json()) as Record<string, string>;
  if (access_token === undefined) return;
  for (const _try of [1, 2]) {
    await fetch(`${origin}/sns/userinfo?access_token=${access_token}&openid=${openid}`);
  }
}

describeChromium('the pages of the emulator', ({ visitor }) => {
  test.each(SCREENS)(
    'in $language, $width wide, at $zoom times the size, dark: $dark: usable by everybody, and nothing sticks out',
    async ({ language, ...screen }) => {
      await logIn('wrong');
      const page = await (await visitor({ language, userAgent: WECHAT_UA })).tab();
      await page.resize(screen);
      for (const path of [
        QR,
        `${QR}&self_redirect=true`,
        CONSENT,
        '/connect/confirm?uuid=late',
        '/connect/qrconnect',
        `${QR.replace(redirect, 'https://www.example.com/')}&self_redirect=true&style=white`,
        '/',
      ]) {
        await page.goto(origin + path);
        expect([path, await complaints(page)]).toEqual([path, []]);
        expect(await page.shows('.emulator_bar')).toBe(true);
        // Nor is anything hidden at the side, in a part of the page that scrolls by itself.
        const hidden = `[...document.querySelectorAll('.scroll')].filter((part) => part.scrollWidth > part.clientWidth).length`;
        expect(await page.evaluate(hidden)).toBe(0);
      }
      await page.goto(origin + QR);
      await page.goto((await page.attribute('.js_phone', 'href')) ?? '');
      expect(await complaints(page)).toEqual([]);
      await page.click('button[value="cancel"]');
      await page.see('[role="status"]');
      expect(await complaints(page)).toEqual([]);
    },
  );

  test.each([1, 2, 4])(
    'the phone’s page at %i times the size: the buttons leave room for the people',
    async (zoom) => {
      const page = await (await visitor()).tab();
      await page.resize({ width: 1280, height: 800, zoom });
      await page.goto(origin + QR);
      await page.goto((await page.attribute('.js_phone', 'href')) ?? '');
      await page.see('.person');
      // At the top of the page, in its middle and at its end, of what the screen shows the buttons take half at most,
      // and a fifth at 100 %.
      for (const part of [0, 0.5, 1]) {
        const [covered, height] = await page.evaluate<[number, number]>(`(() => {
          scrollTo(0, ${part} * document.documentElement.scrollHeight);
          const { top, bottom } = document.querySelector('.decisions').getBoundingClientRect();
          return [Math.min(bottom, innerHeight) - Math.max(top, 0), innerHeight];
        })()`);
        expect(covered).toBeLessThan(zoom === 1 ? height / 5 : height / 2);
      }
    },
  );
});

describeEngines('the pages of the emulator', ({ visitor }) => {
  let page: Tab;

  beforeEach(async () => {
    page = await (await visitor()).tab();
  });

  test('the phone’s page works from the keyboard', async () => {
    await page.goto(origin + QR);
    await page.goto((await page.attribute('.js_phone', 'href')) ?? '');
    await page.see('input[name="user"]');
    await page.evaluate('document.querySelector(`input[name="user"]`).focus()');
    await page.press('ArrowDown');
    await page.press('Tab');
    await page.press('Enter');
    await page.see('.answer');
    expect(wechat.logins[0]).toMatchObject({ user: 'dawei', outcome: 'open' });
  });

  test('the start page tells how a login went, and what to fix', async () => {
    await logIn('wrong');
    await page.goto(origin);
    expect(await page.text('.login summary')).toMatch(/failed\s+Example site\s+wx\w+\s+user amei/);
    await page.click('.login summary');
    expect(await page.text('.step_bad dl')).toContain('errcode 40125: invalid appsecret');
    expect(await page.text('.step_fix')).not.toBe('');
    expect(await page.evaluate('document.documentElement.outerHTML')).not.toContain('secret=wrong');

    // People copy these lines.
    expect((await page.text('pre')).split('\n')).toHaveLength(2);
    await page.click('text=中文');
    await page.see('text=最近的登录');
    expect(await page.text('.login summary')).toContain('示例网站');
  });

  test('a code that expires after the scan says so, and no more that the phone can allow it', async () => {
    await page.goto(origin + QR);
    const uuid = (await page.attribute('.js_qrcode_img', 'src'))?.split('/').at(-1) ?? '';
    wechat.phone.scan(uuid);
    await page.see('#wx_after_scan');
    wechat.clock.advance(6 * 60_000);
    await page.see('.js_refresh');
    expect(await page.shows('#wx_after_scan')).toBe(false);
  });

  test('a login that came through at the second try is no failed one', async () => {
    wechat.faults.next('userinfo', { errcode: -1 });
    await logIn(secret);
    await page.goto(origin);
    expect(await page.text('.login summary')).toContain('logged in');
  });

  test('the start page has the ten last logins, more on request, at the time of this clock', async () => {
    for (let login = 0; login < 12; login += 1) await fetch(origin + QR);
    await page.goto(origin);
    expect(await page.evaluate('document.querySelectorAll("section > .login").length')).toBe(10);
    await page.click('text=Earlier logins: 2');
    expect(await page.shows('.more .login')).toBe(true);
    expect(await page.text('.login time')).not.toContain('UTC');
  });

  test('the start page has each user’s openid in each app', async () => {
    await logIn(secret);
    await page.goto(origin);
    await page.click('.user summary');
    const shown = await page.text('.user dl');
    const seen = wechat.requests.findLast(({ endpoint }) => endpoint === 'userinfo')?.query['openid'];
    expect(seen).toMatch(/^o/);
    expect(shown).toContain(seen);
    expect(shown).toContain('Example mini program');
  });
});
