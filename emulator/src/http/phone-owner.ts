import type { EmulatorUser } from '../options/apps-and-users.js';
import { withHeader, type Answer } from '../wechat/answer.js';
import type { Backend } from '../backend.js';

const COOKIE = 'wechat_emulator_user';

/** Who holds the phone that this browser plays: the user chosen last in it, else the first one. */
export function phoneOwner(backend: Backend, cookies = ''): EmulatorUser {
  const value = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(cookies)?.[1] ?? '';
  const name = Buffer.from(value, 'base64url').toString('utf8');
  return backend.user(name) ?? backend.firstUser;
}

/** The answer, with which the browser also learns who holds its phone from now on. */
export function handTo(user: EmulatorUser, answer: Answer): Answer {
  const value = Buffer.from(user.name).toString('base64url');
  return withHeader(answer, 'Set-Cookie', `${COOKIE}=${value}; Path=/connect; HttpOnly; SameSite=Lax`);
}
