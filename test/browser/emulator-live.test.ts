import { createEmulator, DEFAULT_APPS } from 'wechat-login-emulator';
import { uuidIn } from '../support/qr-code.js';
import { until } from '../support/until.js';
import { describeChromium } from './engines/describe-engines.js';

const [website] = DEFAULT_APPS;
const redirect = encodeURIComponent('http://localhost:3000/callback');

describeChromium('the emulator’s start page follows logins as they happen', ({ visitor }) => {
  const wechat = createEmulator();
  let origin: string;

  beforeAll(async () => {
    ({ origin } = await wechat.listen());
  });
  afterAll(() => wechat.close());

  test('a login appears, its steps follow, what somebody closed stays closed, and reset() empties the list', async () => {
    const page = await (await visitor({ language: 'en-US' })).tab();
    await page.goto(origin);
    const list = (): Promise<string> => page.text('.js_logins');
    const logins = async (): Promise<number> => (await list()).split(website.appid).length - 1;
    await until(async () => (await list()).includes('No login yet.'));
    await page.evaluate('globalThis.isSameDocument = true');

    const qrPage = await fetch(
      `${origin}/connect/qrconnect?appid=${website.appid}&redirect_uri=${redirect}&scope=snsapi_login&state=s`,
    );
    const uuid = uuidIn(await qrPage.text());
    await until(async () => (await logins()) === 1);
    await page.click('.login summary');
    await until(async () => (await list()).includes('QR page'));
    wechat.phone.approve(uuid, 'amei');
    await until(async () => (await list()).includes('poll: 405 and a code'));

    await page.click('.login summary');
    await fetch(`${origin}/sns/userinfo?access_token=unknown&openid=x&appid=${website.appid}`);
    await until(async () => (await logins()) === 2);
    expect(await page.evaluate('document.querySelectorAll(".login[open]").length')).toBe(0);

    wechat.reset();
    await until(async () => (await list()).includes('No login yet.'));
    expect(await page.evaluate('globalThis.isSameDocument')).toBe(true);
  });
});
