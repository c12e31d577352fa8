import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { createEmulator, type Emulator } from 'wechat-login-emulator';
import { local, type Browser } from '../support/login.js';
import { WECHAT_UA } from '../support/user-agent.js';
import { startScanApp } from './scan-app.js';
import { visitor } from './visitor.js';

let wechat: Emulator;
let emulator: string;
let stop: () => Promise<void>;
let origin: string;

beforeAll(async () => {
  wechat = createEmulator();
  emulator = (await wechat.listen()).origin;
  ({ origin, stop } = await startScanApp(emulator));
});

afterAll(async () => {
  await stop();
  await wechat.close();
});

/** A computer with the code on its screen, and what its camera would read. */
async function computer(): Promise<{ browser: Browser; scan: string; number: string }> {
  const browser = visitor(origin);
  const page = await browser.get('/login').expect(200);
  const code = await browser.get('/login/qr.png').expect(200).expect('Content-Type', 'image/png');
  return { browser, scan: readCode(code.body as Buffer), number: numberOn(page.text) };
}

/** The path behind a code, as a phone's camera reads it. */
function readCode(image: Buffer): string {
  const { data, width, height } = PNG.sync.read(image);
  const url = jsQR(new Uint8ClampedArray(data), width, height)?.data ?? '';
  expect(url.startsWith(`${origin}/scan/`)).toBe(true);
  return local(url);
}

const numberOn = (html: string): string => /id="number">(\d\d)</.exec(html)?.[1] ?? '';

/** Opens the page behind the code inside WeChat, and logs in there. */
async function phone(scan: string, user = 'amei'): Promise<Browser> {
  const browser = visitor(origin, { 'User-Agent': WECHAT_UA });
  const before = await browser.get(scan).expect(200);
  const start = await browser.get(/class="button" href="([^"]+)"/.exec(before.text)?.[1] ?? '').expect(302);
  const { url = '' } = wechat.phone.open(start.get('Location') ?? '', { user });
  const end = await browser.get(local(url)).expect(302);
  expect(end.get('Location')).toBe(scan);
  return browser;
}

const stateOf = async (browser: Browser): Promise<unknown> => (await browser.get('/login/state')).body;

it('logs the computer in when the phone says yes, with the same number and the site on both', async () => {
  const { browser, scan, number } = await computer();
  expect(await stateOf(browser)).toEqual({ state: 'waiting' });
  const mobile = await phone(scan);
  const question = await mobile.get(scan).expect(200);
  expect(numberOn(question.text)).toBe(number);
  expect(question.text).toContain(origin);
  await mobile.post(scan).type('form').send({ answer: 'yes' }).expect(200);

  expect(await stateOf(browser)).toEqual({ state: 'approved' });
  const end = await browser.post('/login').expect(303);
  expect(end.get('Location')).toBe('/');
  expect((await browser.get('/')).text).toContain('阿梅');
});

it('is used once, by the browser that shows it', async () => {
  const { browser, scan } = await computer();
  const mobile = await phone(scan);
  await mobile.post(scan).type('form').send({ answer: 'yes' }).expect(200);
  await mobile.post(scan).type('form').send({ answer: 'yes' }).expect(410);
  const other = await phone((await computer()).scan, 'dawei');
  await other.post(scan).type('form').send({ answer: 'yes' }).expect(410);

  const thief = visitor(origin);
  expect((await thief.post('/login').expect(303)).get('Location')).toBe('/login');
  expect((await browser.post('/login').expect(303)).get('Location')).toBe('/');
  expect((await browser.post('/login').expect(303)).get('Location')).toBe('/login');
});

it('lets nobody in when the phone says no', async () => {
  const { browser, scan } = await computer();
  const mobile = await phone(scan);
  await mobile.post(scan).type('form').send({ answer: 'no' }).expect(200);
  expect(await stateOf(browser)).toEqual({ state: 'over' });
  expect((await browser.post('/login').expect(303)).get('Location')).toBe('/login');
});

it('does nothing without a login on the phone, or outside WeChat', async () => {
  const { browser, scan } = await computer();
  const stranger = visitor(origin, { 'User-Agent': WECHAT_UA });
  await stranger.post(scan).type('form').send({ answer: 'yes' }).expect(303);
  expect(await stateOf(browser)).toEqual({ state: 'waiting' });
  expect((await visitor(origin).get(scan)).text).toContain('works in WeChat only');
  await stranger.get('/scan/unknown').expect(410);
});

it('ends the code before when the same browser asks for another one', async () => {
  const { browser, scan } = await computer();
  await browser.get('/login').expect(200);
  await visitor(origin, { 'User-Agent': WECHAT_UA }).get(scan).expect(410);
  expect(await stateOf(browser)).toEqual({ state: 'waiting' });
});

it('takes nobody’s code away when there are too many, and tells who comes then to wait', async () => {
  const crowded = await startScanApp(emulator, { MAX_SCANS: '3' });
  try {
    const first = visitor(crowded.origin);
    await first.get('/login').expect(200);
    // A browser that reloads takes one place alone.
    for (let turn = 0; turn < 5; turn++) await first.get('/login').expect(200);
    await visitor(crowded.origin).get('/login').expect(200);
    const last = visitor(crowded.origin);
    await last.get('/login').expect(200);
    const robot = visitor(crowded.origin);
    const page = await robot.get('/login').expect(503);
    expect(Number(page.get('Retry-After'))).toBeGreaterThan(0);
    expect(page.text).toContain('Too many');
    await visitor(crowded.origin, { 'Accept-Language': 'zh' }).get('/login').expect(503, /排队/);
    expect(await stateOf(first)).toEqual({ state: 'waiting' });
    expect(await stateOf(last)).toEqual({ state: 'waiting' });
    // Whoever has a place keeps it, also when all are taken.
    await first.get('/login').expect(200);
  } finally {
    await crowded.stop();
  }
});

it.each([
  ['en', 'There is no such page', 'Please try again in a moment'],
  ['zh-CN', '页面不存在', '请稍后再试'],
])('shows no stack trace when something fails: %s', async (language, nowhere, broken) => {
  const { scan } = await computer();
  const mobile = visitor(origin, { 'User-Agent': WECHAT_UA, 'Accept-Language': language });
  await mobile.get('/nowhere').expect(404, new RegExp(`<h1>${nowhere}</h1>`));
  const start = await mobile.get(`/auth/wechat?scan=${scan.split('/').at(-1) ?? ''}`).expect(302);
  const { url = '' } = wechat.phone.open(start.get('Location') ?? '', { user: 'amei' });
  wechat.faults.next('access_token', { status: 502, body: 'Bad Gateway' });
  wechat.faults.next('access_token', { status: 502, body: 'Bad Gateway' });
  const page = await mobile.get(local(url)).expect(502);
  expect(page.text).toContain(`<h1>${broken}</h1>`);
  expect(page.text).not.toMatch(/WeChatResponseError|node_modules| at /);
});

it('knows nothing of an id that is made up', async () => {
  const browser = visitor(origin);
  expect(await stateOf(browser)).toEqual({ state: 'over' });
  await browser.get('/login/qr.png').expect(404);
});
