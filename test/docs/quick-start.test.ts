import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { examined } from '../support/doctor-runs.js';
import { browser, logIn } from '../support/login.js';
import { startEmulator } from '../support/emulator.js';
import { until } from '../support/until.js';
import { root } from './pages.js';
import { examplePrograms } from './programs.js';

const { wechat, origin } = startEmulator();
const start = examplePrograms();
const settings = parseEnv(readFileSync(join(root, 'docs/examples/quick-start.env'), 'utf8')) as Record<
  string,
  string
>;

it('the settings of the README point at the emulator', () => {
  expect(settings['EMULATOR_URL']).toBe('http://127.0.0.1:4810'); // where the emulator listens by itself
});

describe.each(['quick-start.mjs', 'quick-start.ts'])('%s of the README', (file) => {
  let warned = '';
  const open = (): Promise<string> => {
    warned = '';
    return start(file, { ...settings, EMULATOR_URL: origin() }, (text) => (warned += text));
  };

  it('logs a user in, with the settings beside it', async () => {
    const visitor = browser(await open());
    const response = await logIn(wechat, visitor, '/auth/wechat');
    expect(response.headers['location']).toBe('/');
    expect((await visitor.get('/')).body).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });
  });

  it('shows why a login failed on the page that the failure leads to', async () => {
    const visitor = browser(await open());
    const response = await visitor.get('/auth/wechat/callback?state=unknown&code=0');
    expect(response.headers['location']).toBe('/?failed=state');
    expect((await visitor.get('/?failed=state')).body).toEqual({ user: null, failed: 'state' });
  });

  it('shows WeChat’s errcode in the terminal', async () => {
    const visitor = browser(await open());
    wechat.faults.next('access_token', { errcode: 40029 });
    const response = await logIn(wechat, visitor, '/auth/wechat');
    expect(response.headers['location']).toBe('/?failed=code');
    await until(() => warned.includes('40029'));
    expect(warned).toContain('WeChat login failed');
  });

  // Success and failure lead to the same page here: only what it shows tells them apart.
  it.each([undefined, '/'])('has no fault for the doctor, whose --who is %s', async (who) => {
    const site = await open();
    const findings = await examined(`${site}/auth/wechat`, {
      emulator: origin(),
      patience: 10_000,
      ...(who !== undefined && { who: site + who }),
    });
    expect(findings.filter(({ level }) => level === 'fault')).toEqual([]);
    expect(findings.find(({ id }) => id === 'conformance.login')?.level).toBe('ok');
  });
});
