import cookie from '@fastify/cookie';
import { Authenticator } from '@fastify/passport';
import secureSession from '@fastify/secure-session';
import session from '@fastify/session';
import fastify, { type FastifyInstance } from 'fastify';
import { WeChatStrategy } from 'passport-wechat-oauth2';
import { optionsOf, serve, type Setup } from './serve.js';

serve(async (setup) => {
  const passport = new Authenticator();
  passport.use(new WeChatStrategy(optionsOf(setup), async (_a, _r, profile) => ({ id: profile.id })));
  passport.registerUserSerializer(async (user) => user);
  passport.registerUserDeserializer(async (user) => user);

  const app = fastify({ trustProxy: setup.trustProxy });
  app.setErrorHandler((error: Error, _request, reply) => reply.code(500).send({ error: error.name }));
  await addSessions(app, setup);
  await app.register(passport.initialize());
  if (setup.session) await app.register(passport.secureSession());
  const logIn = passport.authenticate('wechat', { session: setup.session });
  await app.register(
    async (login) => {
      login.get('/auth/wechat', logIn);
      login.get('/auth/wechat/callback', { preValidation: logIn }, (request) => request.user);
    },
    { prefix: setup.prefix },
  );
  app.get('/me', (request) => ({ user: request.user ?? null }));
  await app.listen({ port: 0 });
  return app.server;
});

async function addSessions(app: FastifyInstance, setup: Setup): Promise<void> {
  if (!setup.session) {
    app.decorateRequest('session');
    app.addHook('onRequest', async (request, reply) => {
      // Cookies of the app's own stay beside those of the login.
      reply.header('Set-Cookie', 'own=1');
      const setHeader = (name: string, value: string[]) => reply.header(name, value);
      Object.assign(request, { res: { getHeader: () => undefined, setHeader } });
    });
  } else if (process.env['SESSIONS'] === '@fastify/secure-session') {
    await app.register(secureSession, { key: Buffer.alloc(32), cookie: { path: '/' } });
  } else {
    await app.register(cookie);
    await app.register(session, {
      secret: 'x'.repeat(32),
      saveUninitialized: false,
      cookie: { secure: 'auto' },
    });
  }
}
