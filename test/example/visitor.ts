import type { Emulator } from 'wechat-login-emulator';
import { approve, beginLogin, browser, type Browser } from '../support/login.js';

/** A browser whose owner reads English. */
export function visitor(origin: string, headers: Record<string, string> = {}): Browser {
  return browser(origin).set({ 'Accept-Language': 'en', ...headers }) as Browser;
}

/** The whole way: to WeChat, back, and where the app sends the visitor then. */
export async function logIn(
  browser: Browser,
  wechat: Emulator,
  user: string,
  path?: string,
): Promise<string> {
  const callback = await approve(wechat, await beginLogin(browser, path), user);
  const end = await browser.get(callback).expect(302);
  return end.get('Location') ?? '';
}
