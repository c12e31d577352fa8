import net from 'node:net';
import { Worker } from 'node:worker_threads';

/** What a server does with a connection, below HTTP. */
export type OnConnection = (socket: net.Socket) => void;

export interface RawServer {
  origin: string;
  /** The number of connections so far. */
  connections: number;
  /** The targets of the requests so far. */
  requests: string[];
  close(): Promise<void>;
}

/** A TCP server that counts connections and requests, and hands each connection to `onConnection`. */
export async function rawServer(
  onConnection: OnConnection,
  { port = 0, scheme = 'http' } = {},
): Promise<RawServer> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    raw.connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const line = /^GET (.*) HTTP\/1\.1\r\n/.exec(data.toString('latin1'))?.[1];
      if (line !== undefined) raw.requests.push(line);
    });
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const raw: RawServer = {
    origin: `${scheme}://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    connections: 0,
    requests: [],
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return raw;
}

/** Responds to every request with the same bytes. */
export function respondingWith(bytes: string): OnConnection {
  return (socket) => {
    socket.on('data', () => {
      socket.write(bytes);
    });
  };
}

/** A response of WeChat as bytes on the wire. */
export function responseBytes(body: object, headers = ''): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${headers}\r\n${text}`;
}

/**
 * A host that does not complete a connection: its backlog is full and nobody accepts, so the kernel drops SYN packets.
 *
 * @param ms for how long; then it responds to every request with `response`
 */
export async function unreachableOrigin(
  ms = Infinity,
  response = '',
): Promise<{ origin: string; isAsked: () => boolean; close: () => Promise<void> }> {
  const worker = new Worker(
    `const { parentPort, workerData: { ms, response } } = require('node:worker_threads');
     const server = require('node:net').createServer((socket) => {
       socket.on('error', () => {}).on('data', () => {
         parentPort.postMessage('asked');
         socket.write(response);
       });
     });
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms));
     });`,
    { eval: true, workerData: { ms, response } },
  );
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  worker.unref();
  let asked = false;
  worker.once('message', () => (asked = true));
  const sockets: net.Socket[] = [];
  // The backlog is full once a connection does not succeed at once.
  for (let connected = true; connected && sockets.length < 20;) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    connected = await Promise.race([
      new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true))),
      new Promise<boolean>((resolve) => setTimeout(resolve, 100, false)),
    ]);
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    isAsked: () => asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await worker.terminate();
    },
  };
}

/** A server in its own thread, which can close the connection while ours is blocked. */
export async function closingServer(close: 'end' | 'resetAndDestroy'): Promise<{
  origin: string;
  /** Blocks this thread until the server has closed the connection that it used last. */
  closeConnectionWhileBlocked: () => void;
  close: () => Promise<unknown>;
}> {
  const response = responseBytes({ access_token: 'T', openid: 'o', scope: 'snsapi_base' });
  const closed = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const { response, close, closed } = workerData;
     let last;
     const server = require('node:net').createServer((socket) => {
       socket.on('error', () => {});
       socket.on('data', () => {
         last = socket;
         socket.write(response);
       });
     });
     const done = () => Atomics.notify(closed, 0, Atomics.add(closed, 0, 1) + 1);
     parentPort.on('message', () => {
       if (close === 'end') last.end(done);
       else last.resetAndDestroy().once('close', done);
     });
     server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true, workerData: { response, close, closed } },
  );
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  worker.unref();
  return {
    origin: `http://127.0.0.1:${port}`,
    closeConnectionWhileBlocked: () => {
      const before = Atomics.load(closed, 0);
      worker.postMessage('close');
      Atomics.wait(closed, 0, before, 5000);
      // As long as a busy process takes that does not see it.
      Atomics.wait(closed, 0, before + 1, 60);
    },
    close: () => worker.terminate(),
  };
}
