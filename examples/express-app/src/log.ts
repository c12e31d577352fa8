import { WeChatAPIError, WeChatError } from 'passport-wechat-oauth2';

/** What the strategy says of a login that has failed. */
export interface Failed {
  reason: string;
  message?: string;
  errcode?: number;
  rid?: string;
}

/**
 * One line for each login that has failed: what to search for, with the errcode and the rid that WeChat's support asks
 * for. Who it was is not in it, nor anything that could be used again.
 */
export function logFailedLogin({ reason, errcode, rid, message }: Failed): void {
  const fields = { reason, errcode, rid, message: message && JSON.stringify(message) };
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  console.error(`login failed: ${known.map(([name, value]) => `${name}=${value}`).join(' ')}`);
}

/**
 * An error of WeChat's says all in its message, and has neither secrets nor tokens in it; of others the stack is
 * needed.
 */
export function logError(error: unknown): void {
  if (!(error instanceof WeChatError)) {
    console.error(error);
    return;
  }
  const { errcode, rid } = error instanceof WeChatAPIError ? error : {};
  logFailedLogin({
    reason: error.name,
    message: error.message,
    ...(errcode !== undefined && { errcode }),
    ...(rid !== undefined && { rid }),
  });
}
