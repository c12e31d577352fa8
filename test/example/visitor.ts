import request from 'supertest';
import type { Emulator } from 'wechat-login-emulator';
import { uuidIn } from '../support/qr-code.js';

/** A browser without pages: keeps cookies, follows nothing. */
export type Visitor = ReturnType<typeof request.agent>;

export function visitor(origin: string, headers: Record<string, string> = {}): Visitor {
  return request.agent(origin).set({ 'Accept-Language': 'en', ...headers });
}

/** Goes to WeChat from `path`, and is let in there as the named user. Returns the address that WeChat sends to. */
export async function approve(
  browser: Visitor,
  wechat: Emulator,
  user: string,
  path = '/auth/wechat',
): Promise<string> {
  const { uuid } = await openQrCode(browser, path);
  const { url } = wechat.phone.approve(uuid, user);
  return local(url);
}

/** Goes to WeChat's page with the QR code. */
export async function openQrCode(
  browser: Visitor,
  path = '/auth/wechat',
): Promise<{ uuid: string; page: URL }> {
  const start = await browser.get(path).expect(302);
  const page = new URL(start.get('Location') ?? '');
  const html = await (await fetch(page)).text();
  return { uuid: uuidIn(html), page };
}

/** The whole way: to WeChat, back, and where the app sends the visitor then. */
export async function logIn(
  browser: Visitor,
  wechat: Emulator,
  user: string,
  path?: string,
): Promise<string> {
  const callback = await approve(browser, wechat, user, path);
  const end = await browser.get(callback).expect(302);
  return end.get('Location') ?? '';
}

/** The path of an address of the app. */
export function local(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
