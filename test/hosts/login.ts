import request, { type Response } from 'supertest';
import type { Emulator } from 'wechat-login-emulator';
import { approve } from '../strategy/support.js';

/** A browser of one visitor: keeps cookies, does not follow redirects. */
export type Visitor = ReturnType<typeof request.agent>;

export type Headers = Record<string, string>;

export function visitorOf(origin: string): Visitor {
  return request.agent(origin).redirects(0);
}

/** Begins a login, and returns the address at WeChat that the browser is sent to. */
export async function begin(visitor: Visitor, path: string, headers: Headers = {}): Promise<URL> {
  const response = await visitor.get(path).set(headers).expect(302);
  return new URL(response.headers['location'] ?? '');
}

/** Where the app asks WeChat to send the browser back to. */
export function callbackOf(qrconnect: URL): URL {
  return new URL(qrconnect.searchParams.get('redirect_uri') ?? '');
}

/** Plays WeChat and the phone, and returns the path and query that the browser comes back to. */
export async function wayBack(wechat: Emulator, qrconnect: URL): Promise<string> {
  const { search } = new URL(await approve(wechat, qrconnect), 'http://localhost');
  return callbackOf(qrconnect).pathname + search;
}

/** A whole login; returns what the app answers to the browser that comes back. */
export async function logIn(
  wechat: Emulator,
  visitor: Visitor,
  path: string,
  headers: Headers = {},
): Promise<Response> {
  return visitor.get(await wayBack(wechat, await begin(visitor, path, headers))).set(headers);
}
