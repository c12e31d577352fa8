import type { Express } from 'express';
import request, { type Response } from 'supertest';
import type { Emulator } from 'wechat-login-emulator';
import { uuidIn } from './qr-code.js';

export type Browser = ReturnType<typeof request.agent>;

/**
 * A browser: keeps cookies, does not follow redirects.
 *
 * @param app the app, or its origin
 */
export function browser(app: Express | string): Browser {
  return request.agent(app).redirects(0);
}

/** Begins a login. Returns the URL at WeChat that the app redirects to. */
export async function beginLogin(
  visitor: Browser,
  path = '/auth/wechat',
  headers: Record<string, string> = {},
): Promise<URL> {
  const response = await visitor.get(path).set(headers).expect(302);
  return new URL(response.headers['location'] ?? '');
}

/** Acts as WeChat's QR page and the phone. Returns the path and query that WeChat sends the browser to. */
export async function approve(wechat: Emulator, qrconnect: URL, user?: string): Promise<string> {
  const page = await (await fetch(qrconnect)).text();
  return local(wechat.phone.approve(uuidIn(page), user).url);
}

/** A whole login. Returns the app's response to the callback. */
export async function logIn(
  wechat: Emulator,
  visitor: Browser,
  path?: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return visitor.get(await approve(wechat, await beginLogin(visitor, path, headers))).set(headers);
}

/** The path and query of a URL. */
export function local(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
