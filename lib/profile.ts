import type { WeChatTokenReply, WeChatUserInfo } from './api/endpoints.js';
import { WeChatResponseError } from './errors.js';
import type { WeChatEndpoint, WeChatPlatform } from './platform.js';
import { nonEmptyString } from './util/assert.js';

/** A user as Passport sees them, from WeChat's response. */
export interface WeChatProfile {
  /** Always `'wechat'`, whatever the strategy's name. */
  provider: 'wechat';
  /** The unionid or the openid, as the option `profileID` says. */
  id: string;
  /** The user's id within one app; it means something only together with `clientID`. */
  openid: string;
  /** The user's id in all apps of one open platform account; absent if the app is not bound to one. */
  unionid?: string;
  /** The nickname; `''` if there is none. It is neither unique nor safe to show without escaping. */
  displayName: string;
  /** WeChat has sent none since October 2021. */
  gender?: 'male' | 'female';
  /** The picture, over https; absent if there is none. The URL stops working when the user changes it. */
  photos?: {
    /** The URL of the picture. */
    value: string;
  }[];
  /** The AppID of the app that the login came through. */
  clientID: string;
  /** The kind of app that the login came through. */
  platform: WeChatPlatform;
  /** A virtual user of WeChat's snapshot page: never store one. True only under `snapshotUsers: 'allow'`. */
  isSnapshotUser: boolean;
  /** The response as a string. */
  _raw: string;
  /** The response as WeChat sent it. */
  _json: WeChatUserInfo;
}

/**
 * Which id becomes `profile.id`: the unionid if there is one and the openid otherwise (default), only the unionid (a
 * login without one is a `WeChatResponseError`), or only the openid.
 */
export type ProfileID = 'unionid-or-openid' | 'unionid' | 'openid';

/** What is known of the login that the profile belongs to. */
export interface ProfileOrigin {
  clientID: string;
  platform: WeChatPlatform;
  /** What the exchange of the code said of the user. */
  ids: Pick<WeChatTokenReply, 'openid' | 'unionid' | 'is_snapshotuser'>;
  profileID: ProfileID;
}

/**
 * Turns WeChat's response about a user into a Passport profile.
 *
 * @param user the response of `sns/userinfo`, or just the ids if there was no such call
 * @param raw the same as a string
 * @param endpoint the call whose response it is
 * @throws WeChatResponseError when the ids contradict each other, or the one that `profileID` needs is missing
 */
export function parseProfile(
  user: WeChatUserInfo,
  raw: string,
  origin: ProfileOrigin,
  endpoint: WeChatEndpoint = 'userinfo',
): WeChatProfile {
  const { openid } = origin.ids;
  const unionid = reconcileUnionid(nonEmptyString(user.unionid), origin.ids.unionid);
  const gender = GENDERS.get(user.sex);
  const photo = parsePhotoURL(user.headimgurl);
  return {
    provider: 'wechat',
    id: selectID(openid, unionid, origin, endpoint),
    openid,
    ...(unionid === undefined ? {} : { unionid }),
    displayName: parseDisplayName(user.nickname),
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
export function profileFromIDs(origin: ProfileOrigin): WeChatProfile {
  const { openid, unionid } = origin.ids;
  const user = { openid, ...(unionid === undefined ? {} : { unionid }) };
  const endpoint = origin.platform === 'miniProgram' ? 'jscode2session' : 'access_token';
  return parseProfile(user, JSON.stringify(user), origin, endpoint);
}

const GENDERS: ReadonlyMap<unknown, 'male' | 'female'> = new Map([
  [1, 'male'],
  [2, 'female'],
]);

function selectID(
  openid: string,
  unionid: string | undefined,
  { profileID, clientID }: ProfileOrigin,
  endpoint: WeChatEndpoint,
): string {
  if (profileID === 'openid') return openid;
  if (profileID === 'unionid-or-openid') return unionid ?? openid;
  if (unionid !== undefined) return unionid;
  throw new WeChatResponseError(
    endpoint,
    `it has no unionid, which profileID: 'unionid' asks for. Bind the app ${clientID} to your account at ` +
      'https://developers.weixin.qq.com/platform (我的业务 → 开放平台 → 绑定关系), and note that the scope snsapi_base never gives a unionid.',
  );
}

function reconcileUnionid(fromUser: string | undefined, fromToken: string | undefined): string | undefined {
  if (fromUser !== undefined && fromToken !== undefined && fromUser !== fromToken) {
    throw new WeChatResponseError('userinfo', 'its unionid is not the one that came with the token');
  }
  return fromUser ?? fromToken;
}

/**
 * Older responses carry http URLs, which a page served over https does not show, although WeChat's picture hosts all
 * speak https. A URL on a bare IP or on localhost is never WeChat's: it is an emulator's, and stays. Normalized, so
 * that nothing in it can end an attribute of a page; the WHATWG URL standard leaves quotation marks in some of its
 * parts.
 */
function parsePhotoURL(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  const isLocal = url.hostname === 'localhost' || /^[\d.]+$|^\[/.test(url.hostname);
  if (!isLocal) url.protocol = 'https:';
  return url.href.replace(/["'`<>]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}

/** Well-formed and without control characters, which a nickname can hold: it goes into pages, files and databases. */
function parseDisplayName(value: unknown): string {
  return (nonEmptyString(value) ?? '').toWellFormed().replace(/\p{Cc}/gu, '');
}
