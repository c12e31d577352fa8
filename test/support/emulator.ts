import { createEmulator, DEFAULT_APPS, type Emulator, type EmulatorOptions } from 'wechat-login-emulator';
import type { WeChatStrategyOptions } from 'passport-wechat-oauth2';

export const [website, account, mobileApp, miniProgram] = DEFAULT_APPS;

/** An emulator for a file of tests, forgetting everything between them. */
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

/** The options that point a strategy at an emulator as its website application. */
export function websiteOptions(origin: string): WeChatStrategyOptions & { clientID: string } {
  return {
    clientID: website.appid,
    clientSecret: website.secret,
    callbackURL: 'http://localhost:3000/auth/wechat/callback',
    openOrigin: origin,
    apiOrigin: origin,
  };
}
