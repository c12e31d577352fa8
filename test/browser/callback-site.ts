import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site of its own origin, for a browser: answers its callback, and shows the pages that a test gives it. */
export interface CallbackSite {
  origin: string;
  callback: string;
  /** Pages by path, for example `{ '/login': '<h1>Log in</h1>' }`. */
  pages: Map<string, string>;
  close: () => Promise<void>;
}

export async function callbackSite(): Promise<CallbackSite> {
  const pages = new Map([['/callback', '<p id="came_back">back at the app</p>']]);
  const server = createServer((req, res) => {
    const page = pages.get(new URL(req.url ?? '/', 'http://site').pathname);
    res.writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'text/html; charset=utf-8' });
    res.end(`<!doctype html><link rel="icon" href="data:,"><title>site</title>${page ?? ''}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    callback: `${origin}/callback`,
    pages,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
