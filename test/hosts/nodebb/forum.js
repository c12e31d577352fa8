'use strict';

// NodeBB is not on npm: what it does with a plugin of `filter:auth.init`, in its own order
// (src/routes/authentication.js).
const express = require('express');
const session = require('express-session');
const passport = require('passport');
const users = require('./src/user.js');

const { PORT } = process.env;

async function start() {
  passport.serializeUser((user, done) => done(null, user.uid));
  passport.deserializeUser((uid, done) => done(null, { uid }));

  const app = express();
  app.use(session({ secret: 'test', resave: false, saveUninitialized: false }));
  app.use(passport.initialize());
  app.use(passport.session());
  app.get('/', async (req, res) => {
    res.json({ user: req.user ? await users.getUserData(req.user.uid) : null });
  });

  for (const strategy of await require('./plugin/library.js').addStrategy([])) {
    app.get(strategy.url, (req, res, next) => {
      const options = { scope: strategy.scope, prompt: strategy.prompt || undefined };
      if (strategy.checkState !== false) options.state = req.session.ssoState = 'a token of NodeBB';
      passport.authenticate(strategy.name, options)(req, res, next);
    });
    app.get(
      strategy.callbackURL,
      (req, res, next) => {
        if (strategy.checkState === false || req.query.state === req.session.ssoState) next();
        else next(new Error('[[error:csrf-invalid]]'));
      },
      (req, res, next) => {
        passport.authenticate(strategy.name, (error, user, info) => {
          if (error) return next(error);
          if (!user) return res.redirect(`/?register=${encodeURIComponent(info.message)}`);
          req.login(user, { keepSessionInfo: true }, (failed) => (failed ? next(failed) : res.redirect('/')));
        })(req, res, next);
      },
    );
  }
  app.listen(PORT, () => console.log('Open'));
}

start();
