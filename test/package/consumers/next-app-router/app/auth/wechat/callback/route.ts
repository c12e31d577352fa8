import { session } from '../../../../session';
import { logIn } from '../../../../wechat';

/** WeChat sends the user back to here. */
export async function GET(request: Request): Promise<Response> {
  const step = await logIn(request);
  const { headers } = step;
  if (step.kind === 'failure') {
    const { message, reason } = step.failure;
    return Response.json({ message, reason }, { status: step.status, headers });
  }
  if (step.kind === 'success') {
    const current = await session();
    current.user = step.user;
    await current.save();
    headers.set('Location', '/');
  }
  return new Response(null, { status: 302, headers });
}
