import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that systems assign to `listen(0)` and to connections (from 32768 on, on Linux), so that none of
// these is assigned in the meantime; ten for each process, so that two of jest's workers do not pick the same one.
let next = 20_000 + (process.pid % 1_200) * 10;

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next++;
    const server = createServer();
    try {
      server.listen(port);
      await once(server, 'listening');
    } catch {
      continue; // taken
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** An origin that refuses connections. */
export async function refusingOrigin(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}
