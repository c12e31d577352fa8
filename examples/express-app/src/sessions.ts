import { RedisStore } from 'connect-redis';
import type { RequestHandler } from 'express';
import session from 'express-session';
import { createClient } from 'redis';
import type { Config } from './config.js';

export interface Sessions {
  middleware: RequestHandler;
  close(): Promise<void>;
}

const week = 7 * 24 * 3600;
const halfAnHour = 30 * 60;

/** Sessions in this process's memory, or with REDIS_URL in Redis, where several processes share them. */
export function createSessions(config: Config): Sessions {
  if (!config.redisUrl) return { middleware: sessionMiddleware(config, undefined), close: async () => {} };

  const redis = connect(config.redisUrl);
  const store = new RedisStore({
    client: commandsOf(redis),
    // A visitor who looks at the login page has a session too, as it holds the state of the login that may follow.
    // Robots make many of those, so they last no longer than a login may take.
    ttl: (data) => ('passport' in data ? week : halfAnHour),
  });
  const middleware = sessionMiddleware(config, store);
  return {
    middleware: (req, res, next) => {
      // Without sessions no login can succeed. Say so now, rather than when the visitor comes back from WeChat.
      if (redis.isReady) middleware(req, res, next);
      else next(new NoSessionsError('Redis cannot be reached, so there are no sessions.'));
    },
    close: async () => redis.destroy(),
  };
}

class NoSessionsError extends Error {
  override name = 'NoSessionsError';
  /** What Express answers with. */
  readonly status = 503;
}

function sessionMiddleware(config: Config, store: session.Store | undefined): RequestHandler {
  const secure = config.publicUrl.startsWith('https:');
  return session({
    // Under this prefix no sibling domain can plant a session in a visitor's browser.
    name: secure ? '__Host-session' : 'session',
    secret: config.sessionSecret,
    resave: false,
    saveUninitialized: false,
    cookie: {
      httpOnly: true,
      // "strict" would keep the cookie back when WeChat sends the visitor here, and the login would not be recognised.
      sameSite: 'lax',
      secure,
    },
    ...(store && { store }),
  });
}

type Redis = ReturnType<typeof connect>;

function connect(url: string) {
  const redis = createClient({
    url,
    // Requests are not parked until Redis is back: their visitors would wait in front of a blank page.
    disableOfflineQueue: true,
    socket: { connectTimeout: 2000, reconnectStrategy: (tries) => Math.min(tries * 100, 2000) },
  });
  let reachable = true;
  redis.on('error', (error: Error) => {
    if (reachable)
      console.error(`Redis cannot be reached (${error.message}). Trying again until it is back.`);
    reachable = false;
  });
  redis.on('ready', () => {
    if (!reachable) console.error('Redis is back.');
    reachable = true;
  });
  // Never ends as long as Redis is away; "error" above tells about it.
  redis.connect().catch(() => {});
  return redis;
}

/** The commands that connect-redis needs, none of which waits for ever. */
function commandsOf(redis: Redis) {
  return {
    get: (...args: Parameters<Redis['get']>) => withTimeLimit(redis.get(...args)),
    set: (...args: Parameters<Redis['set']>) => withTimeLimit(redis.set(...args)),
    expire: (...args: Parameters<Redis['expire']>) => withTimeLimit(redis.expire(...args)),
    del: (...args: Parameters<Redis['del']>) => withTimeLimit(redis.del(...args)),
  };
}

/** A Redis that hangs must not make visitors hang. */
async function withTimeLimit<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer within 2 seconds')), 2000);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } catch (cause) {
    throw new NoSessionsError('Redis does not answer, so there are no sessions.', { cause });
  } finally {
    clearTimeout(timer);
  }
}
