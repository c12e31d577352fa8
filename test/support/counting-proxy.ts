import net from 'node:net';

/** The line between an app and a server: counts what costs time on it. */
export interface Line {
  port: number;
  /** Connections that the app has made. */
  connections: number;
  /** Bursts of the app's, each of which the server's answer follows: one round trip each, that of TCP not counted. */
  flights: number;
  /** Forgets the counts, not the connections. */
  reset(): void;
  close(): Promise<void>;
}

/** A line to the server at `port`; or one where every connection ends at once. */
export async function startLine(port: number | 'nowhere'): Promise<Line> {
  const sockets = new Set<net.Socket>();
  const keep = (socket: net.Socket): net.Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = net.createServer((app) => {
    line.connections++;
    keep(app);
    if (port === 'nowhere') {
      app.destroy();
      return;
    }
    const far = keep(net.connect(port, '127.0.0.1'));
    let answered = true;
    app.on('data', () => {
      if (answered) line.flights++;
      answered = false;
    });
    far.on('data', () => {
      answered = true;
    });
    app.pipe(far).pipe(app);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const line: Line = {
    port: (server.address() as net.AddressInfo).port,
    connections: 0,
    flights: 0,
    reset() {
      line.connections = line.flights = 0;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return line;
}
