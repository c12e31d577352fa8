import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that systems give to `listen(0)` and to connections (from 32768 on, on Linux), so that nobody is given
// one of these in the meantime, and ten for each process, so that two of jest's do not take the same one.
let next = 20_000 + (process.pid % 1_200) * 10;

/** A port that nobody listens on. */
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

/** An origin where nobody listens. */
export async function refusingOrigin(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}
