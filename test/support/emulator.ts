import { createEmulator, DEFAULT_APPS, type Emulator, type EmulatorOptions } from 'wechat-login-emulator';
import type { WeChatStrategyOptions } from 'passport-wechat-oauth2';

export const [website, account, mobileApp, miniProgram] = DEFAULT_APPS;

/** Starts an emulator for the tests of a file, and resets it before each. */
export function startEmulator(options: EmulatorOptions = {}): { wechat: Emulator; origin: () => string } {
  const wechat = createEmulator({ pollHold: 50, ...options });
  let origin = '';
  beforeAll(async () => {
    ({ origin } = await wechat.listen());
  });
  beforeEach(() => {
    wechat.reset();
  });
  afterAll(() => wechat.close());
  return { wechat, origin: () => origin };
}

/** The options of a strategy that logs in at this emulator through its website app. */
export function websiteOptions(
  origin: string,
): WeChatStrategyOptions & { clientID: string; clientSecret: string } {
  return {
    clientID: website.appid,
    clientSecret: website.secret,
    callbackURL: 'http://localhost:3000/auth/wechat/callback',
    openOrigin: origin,
    apiOrigin: origin,
  };
}
