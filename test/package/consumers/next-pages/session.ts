import type { IncomingMessage, ServerResponse } from 'node:http';
import { getIronSession, type IronSession, type SessionOptions } from 'iron-session';

const { SESSION_SECRET = '', WECHAT_CALLBACK_URL = '' } = process.env;

const options: SessionOptions = {
  password: SESSION_SECRET,
  cookieName: 'session',
  cookieOptions: { sameSite: 'lax', secure: WECHAT_CALLBACK_URL.startsWith('https:') },
};

export interface User {
  id: string;
  name: string;
}

/** The session of this request: a cookie, encrypted. */
export function session(req: IncomingMessage, res: ServerResponse): Promise<IronSession<{ user?: User }>> {
  return getIronSession(req, res, options);
}
