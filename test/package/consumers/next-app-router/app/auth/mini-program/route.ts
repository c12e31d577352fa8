import { WeChatAPIError, WeChatClient } from 'passport-wechat-oauth2';
import { session } from '../../../session';

const { MINI_PROGRAM_APP_ID = '', MINI_PROGRAM_APP_SECRET = '', EMULATOR_URL } = process.env;

/** Logs in with the code that a mini program posts. */
export async function POST(request: Request): Promise<Response> {
  const client = new WeChatClient({
    clientID: MINI_PROGRAM_APP_ID,
    clientSecret: MINI_PROGRAM_APP_SECRET,
    apiOrigin: EMULATOR_URL,
  });
  const { code } = (await request.json()) as { code?: unknown };
  try {
    const { openid, unionid } = await client.codeToSession(String(code));
    const current = await session();
    current.user = { id: unionid ?? openid, name: '' };
    await current.save();
    return Response.json({ user: current.user });
  } catch (error) {
    // A used or invalid code is the user's to mend: wx.login() gives a new one.
    if (error instanceof WeChatAPIError && error.kind === 'code') {
      return Response.json({ message: error.hint.en }, { status: 401 });
    }
    throw error;
  }
}
