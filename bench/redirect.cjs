// Loaded with --require into every measured process: whoever connects to a host of WeChat's reaches the stand-in
// instead. Names, TLS and its verification stay as they are. Counts the connections, and how many are open at most.
const net = require('node:net');

const { connect } = net.Socket.prototype;
const open = new Set();
const connections = {
  made: 0,
  most: 0,
  get open() {
    return open.size;
  },
};
globalThis.connections = connections;

net.Socket.prototype.connect = function connectToStandIn(...args) {
  // net.connect() passes what it has parsed as one array, tls.connect() its options themselves.
  const list = Array.isArray(args[0]) ? args[0] : args;
  const { host } = list[0];
  if (/\.weixin\.qq\.com$/.test(host)) {
    connections.made++;
    // One that is destroyed is closed by the system in the same turn, and says so later.
    for (const socket of open) if (socket.destroyed) open.delete(socket);
    open.add(this);
    connections.most = Math.max(connections.most, open.size);
    // A copy: TLS goes on to verify the certificate against the host in the original.
    list[0] = { ...list[0], host: '127.0.0.1', port: Number(process.env.STAND_IN_PORT) };
  }
  return connect.apply(this, args);
};
