import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CookieStateStore, type WeChatStrategyOptions } from 'passport-wechat-oauth2';

/** How a test wants a server. */
export interface Setup {
  /** The strategy's. */
  options: WeChatStrategyOptions;
  /** Whether a proxy in front of it is believed. */
  trustProxy: boolean;
  /** The path that the login is mounted under: '' or like '/shop'. */
  prefix: string;
  /** Whether logins are kept in a session. */
  session: boolean;
}

/** The strategy's options; without a session the state is in cookies of its own. */
export function optionsOf({ options, session }: Setup): WeChatStrategyOptions {
  return session ? options : { ...options, store: new CookieStateStore({ secret: 'x'.repeat(32) }) };
}

/** Makes the servers that the test asks for, and tells it their ports. */
export function serve(start: (setup: Setup) => Promise<Server>): void {
  process.on('message', async (setup: Setup) => {
    const server = await start(setup);
    if (!server.listening) await once(server, 'listening');
    process.send?.((server.address() as AddressInfo).port);
  });
}
