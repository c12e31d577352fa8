import { createHash } from 'node:crypto';
import type { EmulatorUser } from '../options/apps-and-users.js';

function key(unionKey: string): string {
  return createHash('sha256').update(`avatar ${unionKey}`).digest('base64url');
}

/**
 * The URL of a user's picture. One that the configuration does not name is drawn by the emulator, under a URL
 * shaped like WeChat's.
 */
export function avatarUrl(origin: string, user: EmulatorUser, snapshot = false): string {
  if (!snapshot && user.headimgurl !== undefined) return user.headimgurl;
  return `${origin}/mmopen/vi_32/${key(snapshot ? `snapshot ${user.unionKey}` : user.unionKey)}/132`;
}

/** The picture behind such a URL: a face in colours of its own for each key. */
export function drawAvatar(key: string): string {
  const [hue = 0, tint = 0, smile = 0] = createHash('sha256').update(key).digest();
  const turn = Math.round((hue / 255) * 360);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 132" width="132" height="132">` +
    `<rect width="132" height="132" fill="hsl(${turn} 45% ${70 + (tint % 12)}%)"/>` +
    `<circle cx="66" cy="132" r="46" fill="hsl(${turn} 40% 45%)"/>` +
    `<circle cx="66" cy="60" r="32" fill="hsl(30 60% 88%)"/>` +
    `<circle cx="55" cy="56" r="4" fill="#333"/><circle cx="77" cy="56" r="4" fill="#333"/>` +
    `<path d="M54 68q12 ${6 + (smile % 12)} 24 0" fill="none" stroke="#333" stroke-width="3" stroke-linecap="round"/>` +
    `</svg>`
  );
}
