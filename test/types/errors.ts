// Compiled by `npm run check:types`, never run: errors and profiles are told apart by what they carry.
import {
  WeChatAPIError,
  WeChatClient,
  WeChatError,
  WeChatNetworkError,
  WeChatResponseError,
  type WeChatErrorKind,
  type WeChatFailReason,
  type WeChatFailure,
  type WeChatPlatform,
  type WeChatProfile,
} from 'passport-wechat-oauth2';
import { exactly, is } from './exactly.js';

/** By class. */
export function byClass(error: unknown): string {
  if (error instanceof WeChatAPIError) {
    exactly<WeChatErrorKind>()(error.kind);
    exactly<number>()(error.errcode);
    exactly<string | undefined>()(error.rid);
    exactly<string>()(error.hint.zh);
    return error.errmsg;
  }
  if (error instanceof WeChatNetworkError) return error.code + error.host;
  if (error instanceof WeChatResponseError) return String(error.httpStatus);
  if (error instanceof WeChatError) return String(error.status);
  return 'not of this package';
}

/** By name; TypeScript knows when all are dealt with. */
export function byName(error: WeChatAPIError | WeChatNetworkError | WeChatResponseError): string {
  switch (error.name) {
    case 'WeChatAPIError':
      return error.errmsg;
    case 'WeChatNetworkError':
      // @ts-expect-error there is no errcode where WeChat was not reached
      void error.errcode;
      return error.host;
    case 'WeChatResponseError':
      return String(error.httpStatus);
  }
}

/** By kind. */
export function byKind({ kind }: WeChatAPIError): 'visitor' | 'us' | 'WeChat' {
  switch (kind) {
    case 'code':
    case 'blocked':
      return 'visitor';
    case 'token':
    case 'config':
    case 'quota':
      return 'us';
    case 'busy':
    case 'unknown':
      return 'WeChat';
  }
}

/** What a custom callback of Passport's is told about a failure. */
export function byReason({ reason, message }: WeChatFailure): string {
  exactly<WeChatFailReason>()(reason);
  // @ts-expect-error no such reason
  if (reason === 'cancelled') return '';
  return message;
}

/** A profile names its app, and says what it has not. */
export function profile(known: WeChatProfile): void {
  exactly<'wechat'>()(known.provider);
  exactly<WeChatPlatform>()(known.platform);
  exactly<string | undefined>()(known.unionid);
  exactly<'male' | 'female' | undefined>()(known.gender);
  exactly<boolean>()(known.isSnapshotUser);
  is<{ value: string }[] | undefined>(known.photos);
  // @ts-expect-error WeChat gives no address to write to
  void known.emails;
}

/** What the calls outside Passport give. */
export async function client(wechat: WeChatClient): Promise<void> {
  const reply = await wechat.exchangeCode('code');
  exactly<number>()(reply.expires_in);
  exactly<1 | undefined>()(reply.is_snapshotuser);
  exactly<string>()((await wechat.codeToSession('code')).session_key);
  exactly<boolean>()(await wechat.check(reply.access_token, reply.openid));
  // @ts-expect-error no such language
  await wechat.userInfo(reply.access_token, reply.openid, { lang: 'fr' });
  // @ts-expect-error the secret is missing
  new WeChatClient({ clientID: 'wx0123456789abcdef' });
}
