// An Express app as people write it, with sessions and one strategy; or, as `plain`, one whose login redirects by
// itself.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { beginOptions, STRATEGIES } from './subjects.mjs';

const [, , name] = process.argv;
// passport-weixin with the state that it leaves to the application kept in the session and compared, as ours is.
const checked = name === 'passport-weixin-checked';
const strategy = checked ? 'passport-weixin' : name;

function beginChecked(req, res, next) {
  req.session.state = randomBytes(16).toString('hex');
  passport.authenticate('wechat', { state: req.session.state })(req, res, next);
}

function check(req, res, next) {
  const { state } = req.session;
  delete req.session.state;
  if (state !== undefined && state === req.query.state) next();
  else res.sendStatus(403);
}

const app = express();
app.use(session({ secret: 'bench', resave: false, saveUninitialized: false }));

if (name === 'plain') {
  const url =
    'https://open.weixin.qq.com/connect/qrconnect?appid=wxbench0000000000&redirect_uri=https%3A%2F%2Fexample.com%2F';
  app.get('/auth/wechat', (_req, res) => res.redirect(url));
} else {
  passport.use('wechat', STRATEGIES[strategy]());
  passport.serializeUser((user, done) => done(null, user.openid));
  passport.deserializeUser((openid, done) => done(null, { openid }));
  app.use(passport.initialize(), passport.session());
  app.get('/auth/wechat', checked ? beginChecked : passport.authenticate('wechat', beginOptions(name)));
  app.get('/auth/wechat/callback', checked ? check : [], passport.authenticate('wechat'), (req, res) =>
    res.send(req.user.openid),
  );
}

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');

let before;
process.on('message', (message) => {
  if (message === 'start') {
    before = process.cpuUsage();
    process.send({});
  } else {
    const { user, system } = process.cpuUsage(before);
    process.send({ cpu: (user + system) / 1000 });
  }
});
process.on('disconnect', () => process.exit());
process.send({ port: server.address().port });
