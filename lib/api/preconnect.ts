import { isIP } from 'node:net';
import tls from 'node:tls';
import { clearTimeout, now, setTimeout } from '../util/timers.js';
import { addressTimeout } from './connection.js';
import type { Host } from './host.js';
import { IDLE_MS, type Pool } from './pool.js';
import { watchSocket } from './watched-request.js';

/** How long a connection that no call waits for may take to be made, in milliseconds. */
const CONNECT_MS = 5000;

/** How often connections are made ahead to one host at most, in milliseconds, whatever becomes of them. */
const INTERVAL_MS = 5000;

const triedAt = new WeakMap<Pool, number>();

/**
 * Opens a connection while the user is at WeChat, so that the exchange of the code does not wait for it. No user can
 * cause many: only while the pool has no connection at all, and once in five seconds. It keeps no process alive,
 * sends nothing, and if it fails the call makes a connection of its own. Plain http, as to an emulator or inside
 * WeChat's cloud hosting, has no TLS handshake to save.
 */
export function preconnect({ secure, hostname, port }: Host, pool: Pool): void {
  if (!secure || !pool.isDirect || !pool.isEmpty || now() - (triedAt.get(pool) ?? -Infinity) < INTERVAL_MS)
    return;
  triedAt.set(pool, now());
  const connection = pool.create();
  const socket = tls.connect({
    host: hostname,
    port: Number(port),
    // An IP address is no server name (RFC 6066, section 3).
    servername: isIP(hostname) ? '' : hostname,
    ...addressTimeout(CONNECT_MS),
  });
  const timer = setTimeout(() => socket.destroy(), CONNECT_MS).unref();
  socket.unref();
  socket.once('secureConnect', () => {
    clearTimeout(timer);
    // Again, since each address that Node tries is a new handle.
    socket.unref();
  });
  // Whatever a server sends before it was asked, such as a 408, is no response to the request that comes later.
  watchSocket(socket, () => {
    socket.destroy();
    pool.suspect();
  });
  socket.on('error', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
  connection.adopt(socket, () => pool.closed(connection));
  connection.keepFor(IDLE_MS);
  pool.add(connection);
}
