'use strict';

const { WeChatStrategy } = require('passport-wechat-oauth2');
// NodeBB's own, not copies of them.
const nconf = require.main.require('nconf');
const passport = require.main.require('passport');
const db = require.main.require('./src/database');
const user = require.main.require('./src/user');

const { WECHAT_APP_ID, WECHAT_APP_SECRET, EMULATOR_URL } = process.env;

/** The forum's user for this person, made at the first login. */
async function uidFor(profile) {
  const existing = await db.getObjectField('wechatid:uid', profile.id);
  if (existing) return existing;
  // NodeBB takes no emoji in a username; of two users with the same one, it renames the second.
  const username = profile.displayName.replace(/[^\p{L}\p{N} _-]/gu, '').trim() || '微信用户';
  const uid = await user.create({ username });
  await db.setObjectField('wechatid:uid', profile.id, uid);
  if (profile.photos) await user.setUserField(uid, 'picture', profile.photos[0].value);
  return uid;
}

/** NodeBB's hook `filter:auth.init`. */
async function addStrategy(strategies) {
  const options = {
    clientID: WECHAT_APP_ID,
    clientSecret: WECHAT_APP_SECRET,
    callbackURL: `${nconf.get('url')}/auth/wechat/callback`,
    openOrigin: EMULATOR_URL, // unset in production: WeChat itself
    apiOrigin: EMULATOR_URL,
  };
  passport.use(
    new WeChatStrategy(options, async (_accessToken, _refreshToken, profile) => ({
      uid: await uidFor(profile),
    })),
  );
  return [
    ...strategies,
    {
      name: 'wechat',
      url: '/auth/wechat',
      callbackURL: '/auth/wechat/callback',
      icon: 'fa-weixin',
      checkState: false, // the strategy checks a state of its own
    },
  ];
}

module.exports = { addStrategy };
