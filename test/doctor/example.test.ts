import { startExample, type RunningApp } from '../example/running-app.js';
import { examined } from '../support/doctor-runs.js';

let example: RunningApp;
beforeAll(async () => {
  example = await startExample();
});
afterAll(() => example.stop());

const PORT_AND_LOCALHOST = ['redirect-uri.localhost', 'redirect-uri.port'];

it('the example app passes all of it, with a QR code and inside WeChat', async () => {
  const findings = await examined(`${example.origin}/auth/wechat`, {
    emulator: example.emulator,
    patience: 10_000,
  });
  const notOk = findings.filter(({ level, id }) => level !== 'ok' && !PORT_AND_LOCALHOST.includes(id));
  // A second callback that arrives when the first has just ended the old session gets a page of its own.
  expect(notOk.filter(({ id }) => id !== 'conformance.twice-at-once')).toEqual([]);
  expect(notOk.filter(({ level }) => level === 'fault')).toEqual([]);
  const played = findings.map(({ id }) => id).filter((id) => id.startsWith('conformance.'));
  expect(played).toEqual(
    expect.arrayContaining([
      'conformance.two-tabs',
      'conformance.userinfo-null',
      'conformance.in-wechat.snapshot',
    ]),
  );
});

it('passes the command that the README shows, with the page that greets the user', async () => {
  const findings = await examined(`${example.origin}/auth/wechat`, {
    emulator: example.emulator,
    who: `${example.origin}/`,
    wechat: false,
    patience: 10_000,
  });
  expect(findings.find(({ id }) => id === 'conformance.login')?.level).toBe('ok');
  expect(findings.filter(({ level }) => level === 'fault')).toEqual([]);
});

it('its page with the QR code embedded is examined, too', async () => {
  const findings = await examined(`${example.origin}/login`, {
    emulator: example.emulator,
    wechat: false,
    patience: 10_000,
  });
  expect(findings.find(({ id }) => id === 'begin.found')?.seen).toBe('in its page: wxLogin.js');
  expect(findings.filter(({ level }) => level === 'fault')).toEqual([]);
});
