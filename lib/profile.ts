import type { WeChatTokenReply, WeChatUserInfo } from './endpoints.js';
import { WeChatResponseError, type WeChatEndpoint } from './errors.js';
import type { WeChatPlatform } from './platform.js';
import { textOrNothing } from './reply.js';

/** A person as Passport sees them, from the reply of WeChat. */
export interface WeChatProfile {
  /** Always `'wechat'`, whatever the strategy's name. */
  provider: 'wechat';
  /** The unionid or the openid, as the option `profileID` says. */
  id: string;
  /** The person's id within one app; it means something only together with `clientID`. */
  openid: string;
  /** The person's id in all apps of one open platform account; absent when the app is not bound to one. */
  unionid?: string;
  /** The nickname; `''` when there is none. It is neither unique nor safe to show without escaping. */
  displayName: string;
  /** WeChat has sent none since October 2021. */
  gender?: 'male' | 'female';
  /** The picture, over https; absent when there is none. The address stops working when the person changes it. */
  photos?: {
    /** The address of the picture. */
    value: string;
  }[];
  /** The AppID of the app that the login came through. */
  clientID: string;
  /** The kind of app that the login came through. */
  platform: WeChatPlatform;
  /** A virtual person of WeChat's snapshot page: never store one. True only under `snapshotUsers: 'allow'`. */
  isSnapshotUser: boolean;
  /** The reply as text. */
  _raw: string;
  /** The reply as WeChat sent it. */
  _json: WeChatUserInfo;
}

/**
 * Which id becomes `profile.id`: the unionid where there is one and the openid otherwise (default), only the unionid (a
 * login without one is a `WeChatResponseError`), or only the openid.
 */
export type ProfileID = 'unionid-or-openid' | 'unionid' | 'openid';

/** What is known of the login that the profile belongs to. */
export interface ProfileOrigin {
  clientID: string;
  platform: WeChatPlatform;
  /** What the exchange of the code said of the person. */
  ids: Pick<WeChatTokenReply, 'openid' | 'unionid' | 'is_snapshotuser'>;
  profileID: ProfileID;
}

/** The call whose reply the profile is made of: `userinfo`, or the one that gave the ids. */
type ProfileEndpoint = Extract<WeChatEndpoint, 'userinfo' | 'access_token' | 'jscode2session'>;

/**
 * Turns WeChat's reply about a person into a Passport profile.
 *
 * @param user the reply of `sns/userinfo`, or just the ids where there was no such call
 * @param raw the same as text
 * @throws WeChatResponseError when the ids contradict each other, or the one that `profileID` wants is missing
 * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
 */
export function parseProfile(
  user: WeChatUserInfo,
  raw: string,
  origin: ProfileOrigin,
  endpoint: ProfileEndpoint = 'userinfo',
): WeChatProfile {
  const { openid } = origin.ids;
  const unionid = agreedUnionid(textOrNothing(user.unionid), origin.ids.unionid);
  const gender = GENDERS.get(user.sex);
  const photo = photoURL(user.headimgurl);
  return {
    provider: 'wechat',
    id: idOf(openid, unionid, origin, endpoint),
    openid,
    ...(unionid === undefined ? {} : { unionid }),
    displayName: textOrNothing(user.nickname) ?? '',
    ...(gender === undefined ? {} : { gender }),
    ...(photo === undefined ? {} : { photos: [{ value: photo }] }),
    clientID: origin.clientID,
    platform: origin.platform,
    isSnapshotUser: origin.ids.is_snapshotuser === 1,
    _raw: raw,
    _json: user,
  };
}

/** The profile of a login without a userinfo call: the ids, and nothing that could be a token. */
export function profileOfIDs(origin: ProfileOrigin): WeChatProfile {
  const { openid, unionid } = origin.ids;
  const user = { openid, ...(unionid === undefined ? {} : { unionid }) };
  const endpoint = origin.platform === 'miniProgram' ? 'jscode2session' : 'access_token';
  return parseProfile(user, JSON.stringify(user), origin, endpoint);
}

const GENDERS: ReadonlyMap<unknown, 'male' | 'female'> = new Map([
  [1, 'male'],
  [2, 'female'],
]);

function idOf(
  openid: string,
  unionid: string | undefined,
  { profileID, clientID }: ProfileOrigin,
  endpoint: ProfileEndpoint,
): string {
  if (profileID === 'openid') return openid;
  if (profileID === 'unionid-or-openid') return unionid ?? openid;
  if (unionid !== undefined) return unionid;
  throw new WeChatResponseError(
    endpoint,
    `it has no unionid, which profileID: 'unionid' asks for. Bind the app ${clientID} to your account at ` +
      'https://open.weixin.qq.com (管理中心), and note that the scope snsapi_base never gives a unionid.',
  );
}

function agreedUnionid(fromUser: string | undefined, fromToken: string | undefined): string | undefined {
  if (fromUser !== undefined && fromToken !== undefined && fromUser !== fromToken) {
    throw new WeChatResponseError('userinfo', 'its unionid is not the one that came with the token');
  }
  return fromUser ?? fromToken;
}

/**
 * Older replies carry http addresses, which a page served over https does not show, although WeChat's picture hosts
 * all speak https. An address on a bare IP or on localhost is never WeChat's: it is an emulator's, and stays.
 */
function photoURL(value: unknown): string | undefined {
  const address = typeof value === 'string' ? value.trim() : '';
  if (!URL.canParse(address)) return undefined;
  if (/^https:/i.test(address)) return address;
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'http:') return undefined;
  const local = hostname === 'localhost' || /^[\d.]+$|^\[/.test(hostname);
  return local ? address : address.replace(/^http:/i, 'https:');
}
