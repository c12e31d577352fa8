// Loaded with --require: whoever connects to a host of WeChat's reaches the emulator instead. Names, TLS and its
// verification stay as they are, and no other machine can be reached by mistake.
const net = require('node:net');

const { connect } = net.Socket.prototype;

net.Socket.prototype.connect = function connectToEmulator(...args) {
  // net.connect() passes what it has parsed as one array, tls.connect() its options themselves.
  const list = Array.isArray(args[0]) ? args[0] : args;
  const { host } = list[0];
  if (/\.(weixin\.qq|wx\.qq)\.com$/.test(host)) {
    // A copy: TLS goes on to verify the certificate against the host in the original.
    list[0] = { ...list[0], host: '127.0.0.1', port: Number(process.env.EMULATOR_PORT) };
  } else if (host !== '127.0.0.1') {
    throw new Error(`${host} is not one of WeChat's hosts`);
  }
  return connect.apply(this, args);
};
