import type { Profile } from '../../examples/express-app/src/people-tables.js';

/** Li Lei's login by the website's QR code, or one that differs from it. */
export function profile(fields: Partial<Profile> = {}): Profile {
  return {
    clientID: 'wxsite',
    openid: 'o-site-li',
    platform: 'website',
    displayName: '李雷 🍵',
    photos: [{ value: 'https://thirdwx.qlogo.cn/li/132' }],
    ...fields,
  };
}

/** One that brings neither name nor picture. */
export function nameless({ clientID, openid, platform, unionid }: Profile): Profile {
  return { clientID, openid, platform, displayName: '', ...(unionid === undefined ? {} : { unionid }) };
}

export const inMiniProgram = { clientID: 'wxmini', openid: 'o-mini-li', platform: 'miniProgram' } as const;

/** The service account's openid of somebody, whoever links it. */
export const inAccount = {
  clientID: 'wxaccount',
  openid: 'o-account-han',
  platform: 'officialAccount',
} as const;
