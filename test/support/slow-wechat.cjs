// A worker: a WeChat that takes `latency` milliseconds for each call. It tells its port, then, whenever it is asked,
// how many codes it has exchanged.
const http = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');

let exchanges = 0;
const server = http.createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url, 'http://wechat.invalid');
  const id = searchParams.get('code') ?? searchParams.get('access_token');
  if (pathname !== '/sns/userinfo') exchanges++;
  const body = JSON.stringify({ access_token: id, openid: id, scope: 'snsapi_userinfo', nickname: '' });
  setTimeout(() => res.end(body), workerData.latency);
});
server.listen(0, '127.0.0.1', 4096, () => parentPort.postMessage(server.address().port));
parentPort.on('message', () => parentPort.postMessage(exchanges));
