// A line to a far server: what is sent in either direction arrives `delay` milliseconds later. A TCP connection takes
// one round trip more, which the first bytes wait for here, since the kernel connects to this machine at once.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';

export async function slowLine(port, delay) {
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    pipeLater(near, far, delay, 2 * delay);
    pipeLater(far, near, delay, 0);
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  return server.address().port;
}

function pipeLater(from, to, delay, firstDelay) {
  let notBefore = 0;
  let first = firstDelay;
  const later = (deliver) => {
    const due = Math.max(notBefore, performance.now() + delay + first);
    first = 0;
    notBefore = due;
    setTimeout(deliver, due - performance.now());
  };
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('close', () => later(() => to.destroySoon()));
  from.on('error', () => undefined);
}
