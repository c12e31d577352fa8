import { logIn } from '../../../wechat';

/** Sends the user to WeChat. */
export async function GET(request: Request): Promise<Response> {
  const { headers } = await logIn(request);
  return new Response(null, { status: 302, headers });
}
