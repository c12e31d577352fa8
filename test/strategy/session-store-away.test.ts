import { RedisStore } from 'connect-redis';
import express, { type ErrorRequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import { createClient } from 'redis';
import { describeRedis, startRedis, type Redis } from '../example/redis.js';
import { approve, beginLogin, browser, type Browser } from '../support/login.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { profileAsUser } from '../support/express-app.js';
import { until } from '../support/until.js';

const { wechat, origin } = startEmulator();

describeRedis('a login while Redis is away', () => {
  let redis: Redis;
  let client: ReturnType<typeof createClient>;
  beforeEach(async () => {
    redis = await startRedis();
    client = createClient({
      url: redis.url,
      disableOfflineQueue: true,
      socket: { reconnectStrategy: () => 50 },
    });
    client.on('error', () => undefined);
    await client.connect();
  });
  afterEach(async () => {
    client.destroy();
    await redis.stop();
  });

  /** @param tells whether the session store reports that it is disconnected, as some of them do */
  function visitorOf(tells: boolean): Browser {
    const store = new RedisStore({ client });
    if (tells) {
      client.on('error', () => store.emit('disconnect'));
      client.on('ready', () => store.emit('connect'));
    }
    const auth = new passport.Passport();
    auth.use('wechat', new WeChatStrategy(websiteOptions(origin()), profileAsUser));
    const app = express();
    app.use(session({ secret: 'test', resave: false, saveUninitialized: false, store }));
    app.get('/auth/wechat{/callback}', auth.authenticate('wechat', { session: false }), (req, res) => {
      res.json(req.user);
    });
    app.use(((error, _req, res, _next) => {
      res.status(error.status ?? 500).send(error.message);
    }) as ErrorRequestHandler);
    return browser(app);
  }

  it('is refused at its start with status 503, and works again when Redis is back', async () => {
    const visitor = visitorOf(false);
    await redis.stop();
    await until(() => !client.isReady);
    const response = await visitor.get('/auth/wechat');
    expect([response.status, response.text]).toEqual([
      503,
      'The session could not be saved: is its store away?',
    ]);
    await redis.start();
    await until(() => client.isReady);
    const callback = await approve(wechat, await beginLogin(visitor));
    expect((await visitor.get(callback)).status).toBe(200);
  });

  it('says that the store is away if express-session goes on without a session', async () => {
    const visitor = visitorOf(true);
    const callback = await approve(wechat, await beginLogin(visitor));
    await redis.stop();
    await until(() => !client.isReady);
    for (const path of ['/auth/wechat', callback]) {
      const response = await visitor.get(path);
      expect([response.status, response.text]).toEqual([
        503,
        expect.stringMatching(/store \(Redis, .*\) is away/),
      ]);
    }
  });
});
