// What is measured. Each has `visit()`, which begins a login and returns what has to come back with its code, and
// `login(code, visit)`, which ends it with the person's openid.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const OUR = 'passport-wechat-oauth2';
export const PEERS = ['passport-wechat', 'passport-weixin'];
export const SUBJECTS = [OUR, ...PEERS, 'better-auth', 'floor'];
/** A start of Node with nothing to do, beside which those that load a strategy are measured. */
export const BARE = 'bare Node';

const APP = { clientID: 'wxbench0000000000', clientSecret: 'a-secret-of-32-characters-length' };
const callbackURL = 'https://example.com/auth/wechat/callback';

/** The strategies, as the README of each has them for a website; the user is the person's openid. */
export const STRATEGIES = {
  [OUR]() {
    const { WeChatStrategy } = require('passport-wechat-oauth2');
    return new WeChatStrategy({ ...APP, callbackURL }, (_access, _refresh, profile, done) =>
      done(null, { openid: profile.openid }),
    );
  },
  'passport-wechat'() {
    const WeChatStrategy = require('passport-wechat');
    const options = {
      appID: APP.clientID,
      appSecret: APP.clientSecret,
      client: 'web',
      scope: 'snsapi_login',
    };
    return new WeChatStrategy({ ...options, callbackURL }, (_access, _refresh, profile, _expires, done) =>
      done(null, { openid: profile.openid }),
    );
  },
  'passport-weixin'() {
    const WeixinStrategy = require('passport-weixin');
    return new WeixinStrategy({ ...APP, callbackURL }, (_access, _refresh, profile, done) =>
      done(null, { openid: profile._json.openid }),
    );
  },
};

/** What `passport.authenticate()` is given to begin a login: the peers want a state from the application. */
export function beginOptions(name) {
  return name === OUR ? {} : { state: randomBytes(16).toString('hex') };
}

export async function makeSubject(name) {
  if (name === 'floor') return floor();
  if (name === 'better-auth') return betterAuth();
  return throughPassport(name, STRATEGIES[name]());
}

/** Both legs through Passport's middleware, without an HTTP server around them. */
function throughPassport(name, strategy) {
  const { Passport } = require('passport');
  const auth = new Passport();
  auth.use('wechat', strategy);
  const initialize = auth.initialize();
  const run = (req, options, res, next) =>
    initialize(req, res, () => auth.authenticate('wechat', { session: false, ...options })(req, res, next));
  const request = (session, query) => ({
    method: 'GET',
    url: '/auth/wechat',
    headers: {},
    get: () => undefined,
    session,
    query,
  });
  return {
    strategy,
    visit: () =>
      new Promise((resolve, reject) => {
        const session = {};
        const headers = new Map();
        const res = {
          setHeader: (header, value) => headers.set(header, value),
          end() {
            const state = new URL(headers.get('Location')).searchParams.get('state');
            resolve({ session, state });
          },
        };
        run(request(session, {}), beginOptions(name), res, reject);
      }),
    login: (code, { session, state }) =>
      new Promise((resolve, reject) => {
        const req = request(session, { code, state });
        const refused = () => reject(new Error('refused'));
        const res = { setHeader() {}, end: refused };
        run(req, {}, res, (error) => (error ? reject(error) : resolve(req.user.openid)));
      }),
  };
}

/** better-auth's WeChat calls, without its own sessions and database. */
async function betterAuth() {
  const { wechat } = await import('@better-auth/core/social-providers');
  const provider = wechat({ clientId: APP.clientID, clientSecret: APP.clientSecret });
  return {
    async visit() {
      const state = randomBytes(16).toString('hex');
      await provider.createAuthorizationURL({ state, redirectURI: callbackURL });
      return { state };
    },
    async login(code) {
      const tokens = await provider.validateAuthorizationCode({ code });
      const { data } = await provider.getUserInfo(tokens);
      return data.openid;
    },
  };
}

/** The two requests and nothing else: what no login can be faster than. */
function floor() {
  const https = require('node:https');
  const agent = new https.Agent({ keepAlive: true });
  const get = (path) =>
    new Promise((resolve, reject) => {
      https
        .get({ host: 'api.weixin.qq.com', path, agent }, (res) => {
          let text = '';
          res.setEncoding('utf8');
          res.on('data', (part) => (text += part));
          res.on('end', () => resolve(JSON.parse(text)));
        })
        .on('error', reject);
    });
  const { clientID, clientSecret } = APP;
  return {
    visit: async () => ({}),
    async login(code) {
      const query = `appid=${clientID}&secret=${clientSecret}&code=${code}&grant_type=authorization_code`;
      const { access_token, openid } = await get(`/sns/oauth2/access_token?${query}`);
      return (await get(`/sns/userinfo?access_token=${access_token}&openid=${openid}&lang=zh_CN`)).openid;
    },
  };
}
