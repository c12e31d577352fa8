// More logins in one moment than WeChat can answer in time.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const { WeChatStrategy } = createRequire(import.meta.url)('passport-wechat-oauth2');

const slowWeChat = new URL('../test/support/slow-wechat.cjs', import.meta.url);

/** How many logins of so many that come in one moment succeed, and how many codes are spent without one. */
export async function overload({ logins, latency, timeout }) {
  const wechat = new Worker(slowWeChat, { execArgv: [], workerData: { latency } });
  const answer = () => new Promise((resolve) => wechat.once('message', resolve));
  const strategy = new WeChatStrategy(
    {
      ...{ clientID: 'wxbench0000000000', clientSecret: 'a-secret-of-32-characters-length', timeout },
      ...{ platform: 'mobileApp', apiOrigin: `http://127.0.0.1:${await answer()}` },
    },
    async (_access, _refresh, profile) => ({ openid: profile.openid }),
  );
  const endings = await Promise.all(Array.from({ length: logins }, (_, i) => logIn(strategy, `code${i}`)));
  wechat.postMessage('how many?');
  const exchanges = await answer();
  await wechat.terminate();
  const succeeded = endings.filter((right) => right).length;
  return { succeeded, spent: exchanges - succeeded };
}

/** Whether the login ends as the person whose code it is. */
function logIn(strategy, code) {
  return new Promise((resolve, reject) => {
    const login = Object.create(strategy);
    login.success = ({ openid }) => (openid === code ? resolve(true) : reject(new Error('somebody else')));
    login.fail = login.error = () => resolve(false);
    login.authenticate({ headers: {}, query: {}, body: { code } });
  });
}
