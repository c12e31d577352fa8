import net from 'node:net';

/** A TCP proxy between an app and a server that counts what costs time: connections and round trips. */
export interface CountingProxy {
  port: number;
  /** Connections that the app has opened. */
  connections: number;
  /** The most connections of the app's that were open at one time. */
  mostAtOnce: number;
  /** Round trips above TCP: bursts of data from the app, each followed by data from the server. */
  roundTrips: number;
  /** Sets the counts to zero; connections stay open. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts a proxy to `port`; to `'nowhere'`, it closes every connection at once. */
export async function startCountingProxy(port: number | 'nowhere'): Promise<CountingProxy> {
  const sockets = new Set<net.Socket>();
  const track = (socket: net.Socket): net.Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  let open = 0;
  const server = net.createServer((app) => {
    proxy.connections++;
    open++;
    let counted = true;
    const uncount = (): void => {
      if (counted) open--;
      counted = false;
    };
    track(app).on('end', uncount).on('close', uncount);
    // The end of a connection that the app has replaced by this one may have arrived as well, and is read after it.
    setImmediate(() => (proxy.mostAtOnce = Math.max(proxy.mostAtOnce, open)));
    if (port === 'nowhere') {
      app.destroy();
      return;
    }
    const upstream = track(net.connect(port, '127.0.0.1'));
    let responded = true;
    app.on('data', () => {
      if (responded) proxy.roundTrips++;
      responded = false;
    });
    upstream.on('data', () => {
      responded = true;
    });
    app.pipe(upstream).pipe(app);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: CountingProxy = {
    port: (server.address() as net.AddressInfo).port,
    connections: 0,
    mostAtOnce: 0,
    roundTrips: 0,
    reset() {
      proxy.connections = proxy.roundTrips = 0;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}
