import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RoundRobin {
  origin: string;
  /** The number of requests lost because the process that handled them died. */
  lost(): number;
  close(): void;
}

/** A proxy that sends each request to the next process, skipping those that no longer listen. */
export async function roundRobin(origins: string[]): Promise<RoundRobin> {
  let turn = 0;
  let lost = 0;
  const proxy = createServer((req, res) => {
    const forward = (tries: number): void => {
      const url = new URL(req.url ?? '/', origins[turn++ % origins.length]);
      request(url, { method: req.method, headers: req.headers, agent: false })
        .on('response', (response) => {
          res.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(res);
        })
        .on('error', (error: NodeJS.ErrnoException) => {
          if (error.code === 'ECONNREFUSED' && tries > 1) {
            forward(tries - 1);
            return;
          }
          lost += 1;
          res.writeHead(502).end();
        })
        .end();
    };
    forward(origins.length);
  }).listen(0);
  await once(proxy, 'listening');
  return {
    origin: `http://localhost:${(proxy.address() as AddressInfo).port}`,
    lost: () => lost,
    close: () => {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}
