// The two calls of a login at WeChat, over TLS, in a process of its own: as little work as possible, so that it is not
// what is measured. A second port leads to the first through a line of a given length.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { URLSearchParams } from 'node:url';
import { slowLine } from './slow-line.mjs';

const { key, cert, delay } = JSON.parse(process.env.STAND_IN);

const tokens = (code) =>
  `{"access_token":"78_${code}-Jq3wBYQyKfE0QyT1kKfZyR3PqUu8wUq2aVbS6q5Jm0Xw1uQd0o7cVJg8yZc5h2nT4rL9eK1sWbMx",` +
  `"expires_in":7200,"refresh_token":"78_r${code}-hK2mQe7Yw1Zx4Vb9Nc6Ld3Ks8Ja5Hf0Gp2Fo7Di4Su1Aq9Tz6Ry3","openid":"o-${code}",` +
  `"scope":"snsapi_login","unionid":"u-${code}"}`;
const user = (openid) =>
  `{"openid":"${openid}","nickname":"阿梅🌸","sex":0,"language":"","city":"","province":"","country":"",` +
  `"headimgurl":"https://thirdwx.qlogo.cn/mmopen/vi_32/Q0j4TwGTfTK8yM1vXw2Zb/132","privilege":[],"unionid":"u-${openid.slice(2)}"}`;

let held;

function answer(req, res, parameters) {
  const valueOf = (name) => new URLSearchParams(parameters).get(name);
  const token = req.url.startsWith('/sns/oauth2/access_token');
  const body = token ? tokens(valueOf('code')) : user(valueOf('openid'));
  // As WeChat's replies have it: no hint of how long the connection will be kept, which Node gives by itself.
  res.writeHead(200, {
    Connection: 'keep-alive',
    'Content-Type': 'text/plain',
    'Content-Length': Buffer.byteLength(body),
  });
  if (held) held.push(() => res.end(body));
  else res.end(body);
}

const server = createServer({ key, cert }, (req, res) => {
  if (req.method === 'GET') {
    answer(req, res, req.url.slice(req.url.indexOf('?') + 1));
    return;
  }
  let form = '';
  req.setEncoding('latin1');
  req.on('data', (part) => (form += part));
  req.on('end', () => answer(req, res, form));
});
server.keepAliveTimeout = 120_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
await once(server, 'listening');
const { port } = server.address();
const far = await slowLine(port, delay);

process.on('message', (message) => {
  if (message === 'hold') held = [];
  if (message === 'release') {
    const replies = held;
    held = undefined;
    for (const reply of replies) reply();
  }
  process.send('done');
});
process.on('disconnect', () => process.exit());
process.send({ port, far });
