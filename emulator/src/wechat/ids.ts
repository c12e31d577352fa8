import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { EmulatorApp, EmulatorUser } from '../options/apps-and-users.js';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function random(length: number): string {
  return Array.from({ length }, () => ALPHANUMERIC.charAt(randomInt(ALPHANUMERIC.length))).join('');
}

/**
 * 28 characters that start with `o`, the shape of WeChat's ids; the same parts give the same id after a
 * restart.
 */
function derive(...parts: string[]): string {
  return `o${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}`;
}

/** What WeChat calls a user towards one app. */
interface Identity {
  openid: string;
  unionid?: string;
}

/**
 * An openid belongs to one app, a unionid to one open platform account. The snapshot page shows the app a
 * virtual user instead, with ids of its own.
 */
export function identity(app: EmulatorApp, user: EmulatorUser, snapshot: boolean): Identity {
  const person = snapshot ? ['snapshot', user.unionKey] : [user.unionKey];
  return {
    openid: derive('openid', app.appid, ...person),
    ...(app.openPlatform !== undefined && { unionid: derive('unionid', app.openPlatform, ...person) }),
  };
}

/** 32 characters that start with digits, like the codes that WeChat gives out. */
export function newCode(): string {
  return `0${randomInt(10)}${randomInt(10)}${random(29)}`;
}

/** The shape of WeChat's access and refresh tokens: two digits, an underscore, base64url. */
export function newToken(): string {
  return `${randomInt(10, 100)}_${randomBytes(78).toString('base64url')}`;
}

/** The shape of a component_verify_ticket: `ticket@@@` and base64url. */
export function newTicket(): string {
  return `ticket@@@${randomBytes(60).toString('base64url')}`;
}

/** 16 characters, like the uuid in the URL of WeChat's QR picture. */
export function newUuid(): string {
  return `0${random(15)}`;
}

/** 16 bytes in base64. */
export function newSessionKey(): string {
  return randomBytes(16).toString('base64');
}

/** How the codes, tokens, tickets and session keys look that are made above; each shape has one length. */
export const ISSUED_SHAPES: readonly RegExp[] = [
  /ticket@@@[\w-]{80}/,
  /\d\d_[\w-]{104}/,
  /0\d\d[\dA-Za-z]{29}/,
  /[\dA-Za-z+/]{22}==/,
];

/** Three groups of 8 hex digits; the first is the Unix time. */
export function newRid(now: number): string {
  const time = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  return [time, randomBytes(4).toString('hex'), randomBytes(4).toString('hex')].join('-');
}

/** The older form, which WeChat used until about 2020. */
export function newRequestId(): string {
  return random(14);
}
