import { session } from '../session';

export async function GET(): Promise<Response> {
  const { user = null } = await session();
  return Response.json({ user });
}
