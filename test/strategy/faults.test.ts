import {
  WeChatAPIError,
  WeChatNetworkError,
  WeChatResponseError,
  type WeChatEndpoint,
} from 'passport-wechat-oauth2';
import { attempts, ENDPOINTS } from '../support/wechat-calls.js';
import { FAULTS, STRANGER } from '../support/fault-table.js';
import { startEmulator } from '../support/emulator.js';

const { wechat, origin } = startEmulator();

/** A read is tried three times in all, so a fault that is to be seen must last as long. */
const ATTEMPTS = 3;

const SLOW = { timeout: 1500 };
const ROOMY = { timeout: 10_000 };

describe.each(ENDPOINTS)('%s', (endpoint) => {
  it.each(Object.entries(FAULTS))(
    'ends in one typed error after %s, and the next call succeeds',
    async (_name, { fault, expected, slow }) => {
      const attempt = attempts(wechat, origin(), { apiOrigin: origin(), ...(slow ? SLOW : ROOMY) })[endpoint];
      for (let i = 0; i < ATTEMPTS; i++) wechat.faults.next(endpoint, fault);
      const { error } = await attempt();
      expectTyped(error, endpoint);
      expect(error).toMatchObject(expected);

      wechat.faults.clear();
      expect((await attempt()).error).toBeUndefined();
    },
  );

  it('repeats nothing of an unusable response in its error', async () => {
    const attempt = attempts(wechat, origin(), { apiOrigin: origin(), ...ROOMY })[endpoint];
    wechat.faults.next(endpoint, { body: '<b>a page of a captive portal</b>' });
    const { error } = await attempt();
    expect((error as Error).message).not.toMatch(/captive/);
  });
});

function expectTyped(error: unknown, endpoint: WeChatEndpoint): void {
  const classes = [WeChatAPIError, WeChatNetworkError, WeChatResponseError];
  expect(classes.filter((type) => error instanceof type)).toHaveLength(1);
  expect((error as WeChatAPIError).endpoint).toBe(endpoint);
}

it('a profile with the openid of another user is refused', async () => {
  const attempt = attempts(wechat, origin(), { apiOrigin: origin(), ...ROOMY }).userinfo;
  wechat.faults.next('userinfo', { fields: { openid: STRANGER.openid } });
  const { error } = await attempt();
  expectTyped(error, 'userinfo');
  expect((error as Error).message).toMatch(/openid/);
  expect((await attempt()).error).toBeUndefined();
});

it('a profile with the unionid of another user is refused', async () => {
  const attempt = attempts(wechat, origin(), { apiOrigin: origin(), ...ROOMY }).userinfo;
  wechat.faults.next('userinfo', { fields: { unionid: 'oSomebodyElse' } });
  expectTyped((await attempt()).error, 'userinfo');
});

it('one deadline covers all calls of a login', async () => {
  const attempt = attempts(wechat, origin(), { apiOrigin: origin(), timeout: 2000 }).userinfo;
  // Each is well within the limit, but not both.
  wechat.faults.next('access_token', { delay: 1400 });
  for (let i = 0; i < ATTEMPTS; i++) wechat.faults.next('userinfo', { delay: 1400 });
  const { error } = await attempt();
  expect(error).toMatchObject({ name: 'WeChatNetworkError', code: 'ETIMEDOUT', endpoint: 'userinfo' });
});
