import { subscribe } from 'node:diagnostics_channel';
import type { WeChatLoginMessage } from 'passport-wechat-oauth2';

/** Writes a line of JSON for each login that did not succeed. Call it once, when the program starts. */
export function logFailedLogins(write: (line: string) => void = console.error): void {
  subscribe('passport-wechat-oauth2:login', (message) => {
    const login = message as WeChatLoginMessage;
    if (login.outcome !== 'success') write(JSON.stringify({ msg: 'WeChat login failed', ...login }));
  });
}
