import { subscribe } from 'node:diagnostics_channel';
import type { WeChatRequestMessage } from 'passport-wechat-oauth2';

/** Writes a line of JSON for each request to WeChat. Call it once, when the program starts. */
export function logWeChat(write: (line: string) => void = console.log): void {
  subscribe('passport-wechat-oauth2:request', (message) => {
    const { endpoint, host, attempt, status, errcode, ms } = message as WeChatRequestMessage;
    const level = status === 200 && !errcode ? 'info' : 'warn';
    const fields = { endpoint, host, attempt, status, errcode, ms: Math.round(ms) };
    write(JSON.stringify({ level, msg: 'WeChat', ...fields }));
  });
}
