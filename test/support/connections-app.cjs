// A website in its own process, on the built package: Node reads NODE_EXTRA_CA_CERTS only at start, and nothing else
// shares the connection pool. GET /login begins a login, GET /callback finishes it.
const axios = require('axios');
const express = require('express');
const session = require('express-session');
const passport = require('passport');
const { WeChatStrategy } = require('passport-wechat-oauth2');

const { ownAxios, ...options } = JSON.parse(process.env.STRATEGY);
passport.use(
  new WeChatStrategy(
    { callbackURL: '/callback', timeout: 15_000, ...options, ...(ownAxios && { axios: axios.create() }) },
    (_accessToken, _refreshToken, profile, done) => done(null, profile),
  ),
);
const app = express();
app.use(session({ secret: 'test', resave: false, saveUninitialized: false }));
app.get(['/login', '/callback'], passport.authenticate('wechat', { session: false }), (req, res) => {
  res.json(req.user);
});
const server = app.listen(0, '127.0.0.1', () => process.send(`http://localhost:${server.address().port}`));

// From here on, only the package could keep the process alive.
process.on('message', () => {
  server.close();
  server.closeAllConnections();
  process.disconnect();
});
