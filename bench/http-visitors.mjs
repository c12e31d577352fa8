// Browsers that log in to an Express app, several at a time.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });
let logins = 0;

function get(port, path, cookie) {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent, headers: cookie ? { cookie } : {} }, (res) => {
      let body = '';
      res.setEncoding('utf8');
      res.on('data', (part) => (body += part));
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}

export async function logIn(port) {
  const begun = await get(port, '/auth/wechat');
  const state = new URL(begun.headers.location).searchParams.get('state');
  const code = `h${logins++}`;
  const cookie = begun.headers['set-cookie']?.[0].split(';')[0];
  const { status, body } = await get(port, `/auth/wechat/callback?code=${code}&state=${state}`, cookie);
  if (body !== `o-${code}`) throw new Error(`status ${status}: ${body}`);
}

export async function beRedirected(port) {
  const { status } = await get(port, '/auth/wechat');
  if (status !== 302) throw new Error(`status ${status}`);
}

/** Does something `count` times, `abreast` at a time. */
export async function often(count, abreast, action) {
  let left = count;
  const one = async () => {
    while (left-- > 0) await action();
  };
  await Promise.all(Array.from({ length: abreast }, one));
}
