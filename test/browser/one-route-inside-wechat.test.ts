import { createEmulator, type EmulatorOptions } from 'wechat-login-emulator';
import { examplePrograms } from '../support/example-programs.js';
import { account } from '../support/emulator.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { describeEngines } from './engines/describe-engines.js';
import { arrive, type Tab } from './engines/engine.js';

describeEngines('one route inside and outside WeChat', ({ visitor }) => {
  let wechat: ReturnType<typeof createEmulator>;
  let origin: string;
  const start = examplePrograms(() => origin);

  afterEach(() => wechat.close());

  async function app(options: EmulatorOptions = {}): Promise<string> {
    wechat = createEmulator(options);
    origin = (await wechat.listen()).origin.replace('127.0.0.1', 'localhost');
    return start('inside-wechat', {
      WECHAT_OA_APP_ID: account.appid,
      WECHAT_OA_APP_SECRET: account.secret,
    });
  }

  async function open(address: string, userAgent?: string): Promise<Tab> {
    const page = await (await visitor(userAgent === undefined ? {} : { userAgent })).tab();
    await page.goto(address);
    await page.click('text=Log in with WeChat');
    return page;
  }

  async function userOn(page: Tab, address: string): Promise<unknown> {
    await arrive(page, `${address}/`);
    return JSON.parse(await page.evaluate(`fetch('/').then((response) => response.text())`));
  }

  test('a tap in WeChat and a scan at the desk are the same person', async () => {
    const address = await app();
    const phone = await open(address, WECHAT_UA);
    await phone.click('button[value="allow"]');
    const inside = await userOn(phone, address);

    const desktop = await open(address);
    const uuid = (await desktop.attribute('.js_qrcode_img', 'src'))?.split('/').at(-1) ?? '';
    wechat.phone.approve(uuid);
    expect(await userOn(desktop, address)).toEqual(inside);
    expect(inside).toEqual({ user: { id: expect.stringMatching(/^o/), name: '阿梅🌸' } });
  });

  test.each(['same-code', 'two-codes'] as const)(
    'WeChat calls back twice, with the %s: the person is logged in, and asked nothing again',
    async (doubleCallback) => {
      const address = await app({ doubleCallback });
      const phone = await open(address, WECHAT_UA);
      await phone.click('button[value="allow"]');
      expect(await userOn(phone, address)).toMatchObject({ user: { name: '阿梅🌸' } });
      expect(wechat.requests.filter(({ endpoint }) => endpoint === 'authorize')).toHaveLength(1);
    },
  );
});
