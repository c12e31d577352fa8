import type { WeChatLang } from './authorization-url.js';
import type { WeChatCall } from './call.js';
import type { Door } from './doors.js';
import { allowsUserInfo, userInfo, type WeChatSession, type WeChatTokenReply } from './endpoints.js';
import { callHook } from './hook.js';
import type { SkipUserProfile } from './options.js';
import { parseProfile, profileOfIDs, type ProfileOrigin, type WeChatProfile } from './profile.js';
import type { Settings } from './settings.js';

/** What `userProfile` is told of the login that it reads the profile of; an override hands it on to `super.userProfile`. */
export interface ProfileRequest {
  /** @internal Calls WeChat within the time that the login has left. */
  readonly call: WeChatCall;
  /** @internal The app that the login came through, and the ids that it brought. No tokens. */
  readonly origin: ProfileOrigin;
  /** @internal Ends the login where the callback of an override fails by itself. */
  readonly fail: (error: unknown) => void;
  /** The language of the profile. */
  readonly lang: WeChatLang;
}

/** Asks WeChat who the person is. */
export async function readProfile(accessToken: string, request: ProfileRequest): Promise<WeChatProfile> {
  const { call, origin, lang } = request;
  const { user, raw } = await userInfo(call, accessToken, origin.ids.openid, lang);
  return parseProfile(user, raw, origin);
}

/** The profile of a login: just the ids where there is no more to be had, or the app wants no more. */
export async function profileOfLogin(
  { clientID, platform, scope }: Door,
  tokenReply: WeChatTokenReply | WeChatSession,
  { profileID, skipUserProfile }: Settings,
  read: (accessToken: string, origin: ProfileOrigin) => Promise<WeChatProfile>,
): Promise<WeChatProfile> {
  const origin: ProfileOrigin = { clientID, platform, ids: idsIn(tokenReply), profileID };
  if (!('access_token' in tokenReply) || !allowsUserInfo(scope, tokenReply.scope))
    return profileOfIDs(origin);
  const { access_token } = tokenReply;
  return (await skipsProfile(skipUserProfile, access_token))
    ? profileOfIDs(origin)
    : read(access_token, origin);
}

/** Without the tokens, since an app that overrides `userProfile` may well print what it is given. */
function idsIn(reply: WeChatTokenReply | WeChatSession): ProfileOrigin['ids'] {
  return {
    openid: reply.openid,
    ...(reply.unionid === undefined ? {} : { unionid: reply.unionid }),
    ...('is_snapshotuser' in reply ? { is_snapshotuser: 1 } : {}),
  };
}

/** Whether the app does without the profile of this login, in passport-oauth2's three forms. */
async function skipsProfile(skip: SkipUserProfile, accessToken: string): Promise<boolean> {
  if (typeof skip !== 'function') return skip;
  if (skip.length < 2) return Boolean(await (skip as (accessToken: string) => unknown)(accessToken));
  return Boolean(await callHook<unknown>((done) => skip(accessToken, done)));
}
