import type { WeChatLang } from './authorization-url.js';
import type { WeChatCall } from './call.js';
import type { Door } from './doors.js';
import { allowsUserInfo, userInfo, type WeChatSession, type WeChatTokenReply } from './endpoints.js';
import { callHook } from './hook.js';
import type { SkipUserProfile } from './options.js';
import { parseProfile, profileOfIDs, type ProfileOrigin, type WeChatProfile } from './profile.js';
import type { Settings } from './settings.js';

/** What `userProfile` is told of the login that it reads the profile of. */
export interface ProfileRequest {
  readonly call: WeChatCall;
  readonly origin: ProfileOrigin;
  readonly lang: WeChatLang;
}

/** Asks WeChat who the person is. */
export async function readProfile(
  accessToken: string,
  { call, origin, lang }: ProfileRequest,
): Promise<WeChatProfile> {
  const { user, raw } = await userInfo(call, accessToken, origin.tokenReply.openid, lang);
  return parseProfile(user, raw, origin);
}

/** The profile of a login: just the ids where there is no more to be had, or the app wants no more. */
export async function profileOfLogin(
  { clientID, platform, scope }: Door,
  tokenReply: WeChatTokenReply | WeChatSession,
  { profileID, skipUserProfile }: Settings,
  read: (accessToken: string, origin: ProfileOrigin) => Promise<WeChatProfile>,
): Promise<WeChatProfile> {
  const origin: ProfileOrigin = { clientID, platform, tokenReply, profileID };
  if (!('access_token' in tokenReply) || !allowsUserInfo(scope, tokenReply.scope))
    return profileOfIDs(origin);
  const { access_token } = tokenReply;
  return (await skipsProfile(skipUserProfile, access_token))
    ? profileOfIDs(origin)
    : read(access_token, origin);
}

/** Whether the app does without the profile of this login, in passport-oauth2's three forms. */
async function skipsProfile(skip: SkipUserProfile, accessToken: string): Promise<boolean> {
  if (typeof skip !== 'function') return skip;
  if (skip.length < 2) return Boolean(await (skip as (accessToken: string) => unknown)(accessToken));
  return callHook<boolean>((resolve, reject) =>
    skip(accessToken, (error, skipped) => {
      if (error) reject(error);
      else resolve(Boolean(skipped));
    }),
  );
}
