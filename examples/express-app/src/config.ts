/** What the environment says. README.md lists every variable. */
export interface Config {
  port: number;
  /**
   * The address that visitors use, to be put before a path. Empty on a developer's own machine: a callback address that
   * is only a path goes to wherever the browser is now.
   */
  publicUrl: string;
  /** Express's `trust proxy`: which proxies may say what the visitor's address and protocol are. */
  trustProxy: string | number | false;
  sessionSecret: string;
  isProduction: boolean;
  redisUrl: string | undefined;
  /** Where people are kept: the URL of a PostgreSQL, MySQL or MariaDB database, or the path of an SQLite file. */
  database: string;
  /** The apps at WeChat, or undefined for the emulator's own. */
  apps: WeChatApps | undefined;
  /** Address of an emulator that runs already. */
  emulatorUrl: string | undefined;
  emulatorPort: number;
}

export interface Credentials {
  clientID: string;
  clientSecret: string;
}

/** One pair of credentials for each way to log in; browsers need the website's or the service account's. */
export interface WeChatApps {
  website: Credentials | undefined;
  officialAccount: Credentials | undefined;
  mobileApp: Credentials | undefined;
  miniProgram: Credentials | undefined;
}

/** In characters. A shorter secret can be guessed, and whoever knows it can forge anybody's session. */
const SHORTEST_SECRET = 32;

type Environment = Record<string, string | undefined>;

/** Reads the settings, and refuses to start with ones that are wrong or unsafe. */
export function readConfig(env: Environment): Config {
  const isProduction = /^\s*prod(uction)?\s*$/i.test(env['NODE_ENV'] ?? '');
  const website = credentials(env, 'WECHAT_APP');
  const officialAccount = credentials(env, 'WECHAT_OA_APP');
  const mobileApp = credentials(env, 'WECHAT_MOBILE_APP');
  const miniProgram = credentials(env, 'WECHAT_MINI_APP');
  const isConfigured = website ?? officialAccount;
  const publicUrl = address(env, 'PUBLIC_URL', 'https://login.example.com') ?? '';
  const redisUrl = env['REDIS_URL'];
  const emulatorUrl = address(env, 'EMULATOR_URL', 'http://127.0.0.1:4810');
  const port = portNumber(env, 'PORT', 3000);

  if (isProduction && (!isConfigured || emulatorUrl)) {
    throw new Error(
      'In production the emulator would let anybody in as anybody: set WECHAT_APP_ID and WECHAT_APP_SECRET, or WECHAT_OA_APP_ID and WECHAT_OA_APP_SECRET, and no EMULATOR_URL.',
    );
  }
  if (!isConfigured && (mobileApp || miniProgram)) {
    throw new Error(
      'This app’s pages need a website application or a service account: set WECHAT_APP_ID and WECHAT_APP_SECRET, or WECHAT_OA_APP_ID and WECHAT_OA_APP_SECRET, too.',
    );
  }
  if (isConfigured && !emulatorUrl && !publicUrl) {
    const app = website ? 'WECHAT_APP' : 'WECHAT_OA_APP';
    throw new Error(
      `Set PUBLIC_URL to the address that visitors use, such as https://login.example.com: WeChat sends people back only to the domain that is registered for the app. Or unset ${app}_ID and ${app}_SECRET, to use the emulator.`,
    );
  }
  if (publicUrl.startsWith('https:') && !env['TRUST_PROXY']) {
    throw new Error(
      'PUBLIC_URL is https, so a proxy must stand before this app. Set TRUST_PROXY to its address, or to "loopback" when it runs on this machine; without it the session cookie would be refused.',
    );
  }
  const sessionSecret = env['SESSION_SECRET'] ?? '';
  if ((isProduction && sessionSecret.length < SHORTEST_SECRET) || (redisUrl && !sessionSecret)) {
    throw new Error(
      `Set SESSION_SECRET to a random string of ${SHORTEST_SECRET} characters or more, the same for every process: openssl rand -hex 32`,
    );
  }

  return {
    port,
    publicUrl,
    trustProxy: trustProxy(env['TRUST_PROXY']),
    // On a developer's machine a new secret per start will do: the sessions in memory are gone as well.
    sessionSecret: sessionSecret || crypto.randomUUID(),
    isProduction,
    redisUrl,
    database: databaseUrl(env) || env['DATABASE'] || 'people.sqlite',
    apps: isConfigured && { website, officialAccount, mobileApp, miniProgram },
    emulatorUrl,
    emulatorPort: portNumber(env, 'EMULATOR_PORT', port === 0 ? 0 : 4810),
  };
}

function address(env: Environment, name: string, example: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  const origin = /^https?:/.test(text) && URL.canParse(text) ? new URL(text).origin : undefined;
  if (!origin || text.replace(/\/$/, '') !== origin) {
    throw new Error(`${name} must be an address without a path, such as ${example}, not ${text}`);
  }
  return origin;
}

/** Never repeats the URL, which has a password in it. */
function databaseUrl(env: Environment): string | undefined {
  const url = env['DATABASE_URL'];
  if (!url || (/^(postgres(ql)?|mysql|mariadb):\/\//.test(url) && URL.canParse(url))) return url;
  throw new Error(
    'DATABASE_URL must look like postgres://user:password@host/database, or the same with mysql: or mariadb:. For an SQLite file set DATABASE to its path instead.',
  );
}

function credentials(env: Environment, name: string): Credentials | undefined {
  const clientID = env[`${name}_ID`];
  const clientSecret = env[`${name}_SECRET`];
  if (!clientID && !clientSecret) return undefined;
  if (!clientID || !clientSecret) throw new Error(`Set both ${name}_ID and ${name}_SECRET, or neither.`);
  return { clientID, clientSecret };
}

function portNumber(env: Environment, name: string, fallback: number): number {
  const text = env[name];
  if (!text) return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`${name} is not a port: ${text}`);
  return port;
}

/** A number is how many proxies there are; anything else is a list of addresses. */
function trustProxy(text: string | undefined): string | number | false {
  if (!text) return false;
  return /^\d+$/.test(text) ? Number(text) : text;
}
