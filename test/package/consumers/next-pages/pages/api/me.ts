import type { NextApiRequest, NextApiResponse } from 'next';
import { session } from '../../session';

export default async function handler(req: NextApiRequest, res: NextApiResponse): Promise<void> {
  const { user = null } = await session(req, res);
  res.json({ user });
}
