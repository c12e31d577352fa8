import { getIronSession, type IronSession, type SessionOptions } from 'iron-session';
import { cookies } from 'next/headers';
import type { User } from './wechat';

const { SESSION_SECRET = '', WECHAT_CALLBACK_URL = '' } = process.env;

const options: SessionOptions = {
  password: SESSION_SECRET,
  cookieName: 'session',
  cookieOptions: { sameSite: 'lax', secure: WECHAT_CALLBACK_URL.startsWith('https:') },
};

/** The session of this request: a cookie, encrypted. */
export async function session(): Promise<IronSession<{ user?: User }>> {
  return getIronSession(await cookies(), options);
}
