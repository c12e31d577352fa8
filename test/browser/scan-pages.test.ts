import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { createEmulator, type Emulator } from 'wechat-login-emulator';
import { startScanApp } from '../example/scan-app.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { complaints, SCREENS } from './accessible.js';
import { describeChromium, describeEngines, type Browsers } from './engines/describe-engines.js';
import { arrive, type Tab } from './engines/engine.js';

let wechat: Emulator;
let app: Awaited<ReturnType<typeof startScanApp>>;

beforeAll(async () => {
  wechat = createEmulator();
  app = await startScanApp((await wechat.listen()).origin);
});
afterAll(async () => {
  await app.stop();
  await wechat.close();
});

/** What a phone's camera reads from the computer's screen. */
async function codeOn(computer: Tab): Promise<string> {
  await computer.waitFor('document.querySelector("img").naturalWidth > 0');
  const bytes = await computer.evaluate<string>(`(() => {
    const image = document.querySelector('img');
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/png').split(',')[1];
  })()`);
  const { data, width, height } = PNG.sync.read(Buffer.from(bytes, 'base64'));
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? '';
}

/** A computer that shows the code, and a phone that has logged in and is asked. */
async function asked(
  { visitor }: Pick<Browsers, 'visitor'>,
  language = 'en',
): Promise<{ computer: Tab; phone: Tab }> {
  const computer = await (await visitor({ language })).tab();
  await computer.goto(`${app.origin}/login`);
  const phone = await (await visitor({ language, userAgent: WECHAT_UA })).tab();
  await phone.goto(await codeOn(computer));
  await phone.click('a.button');
  await phone.click('button.allow');
  await phone.see('button[value="yes"]');
  return { computer, phone };
}

describeEngines('the scan with a service account alone', ({ visitor }) => {
  test('the phone says yes, and the computer goes on by itself', async () => {
    const { computer, phone } = await asked({ visitor });
    expect(await phone.text('#number')).toBe(await computer.text('#number'));
    await phone.click('button[value="yes"]');
    await arrive(computer, `${app.origin}/`);
    await computer.see('text=Hello, 阿梅🌸');
    await phone.see('text=Confirmed');
  });

  test('the phone says no, and the computer shows a new code', async () => {
    const { computer, phone } = await asked({ visitor });
    const before = await codeOn(computer);
    await phone.click('button[value="no"]');
    await phone.see('text=Cancelled');
    await computer.waitFor(`performance.getEntriesByType('navigation')[0].type === 'reload'`);
    expect(await codeOn(computer)).not.toBe(before);
  });
});

describeChromium('its pages', ({ visitor }) => {
  test.each(SCREENS)(
    'in $language, $width wide, at $zoom times the size, dark: $dark: usable by everybody, and nothing sticks out',
    async ({ language, ...screen }) => {
      const { computer, phone } = await asked({ visitor }, language);
      for (const page of [computer, phone]) {
        await page.resize(screen);
        expect(await complaints(page)).toEqual([]);
      }
      for (const path of ['/scan/none', '/nowhere']) {
        await phone.goto(app.origin + path);
        expect(await complaints(phone)).toEqual([]);
      }
    },
  );
});
