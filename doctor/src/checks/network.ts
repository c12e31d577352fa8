import { Resolver } from 'node:dns/promises';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { observe, type Observation, type Rule } from '../finding.js';
import { SOURCES } from '../sources.js';
import { same } from '../text.js';
import { API_HOSTS } from '../wechat.js';

const HERE = {
  en: 'This is about the machine that the doctor runs on: run it on the server, too.',
  zh: '这里说的是运行本工具的机器：请在服务器上也运行一次。',
};

const RULES = {
  dns: {
    id: 'network.dns',
    level: 'ok',
    message: { en: "The names of WeChat's API hosts resolve.", zh: '微信 API 域名可以解析。' },
    confidence: 'document',
    source: SOURCES.hosts,
  },
  noDns: {
    id: 'network.dns-failed',
    level: 'unknown',
    message: { en: "A name of WeChat's API hosts does not resolve here.", zh: '本机无法解析微信 API 域名。' },
    why: HERE,
    cure: { en: 'See the resolver and the firewall of this machine.', zh: '请检查本机的 DNS 和防火墙。' },
    confidence: 'document',
    source: SOURCES.hosts,
  },
  connected: {
    id: 'network.connect',
    level: 'ok',
    message: { en: "WeChat's API can be connected to.", zh: '可以连接微信 API。' },
    confidence: 'document',
    source: SOURCES.hosts,
  },
  slow: {
    id: 'network.slow',
    level: 'warning',
    message: { en: "Connecting to WeChat's API takes long.", zh: '连接微信 API 很慢。' },
    why: {
      en: 'Each login waits for it, at least twice without connections that are kept.',
      zh: '每次登录都要等待，不复用连接时至少两次。',
    },
    cure: {
      en: 'Keep connections open, and use the nearest of the hosts that WeChat documents.',
      zh: '请复用连接，并使用微信文档中最近的接入点。',
    },
    confidence: 'document',
    source: SOURCES.hosts,
  },
  notConnected: {
    id: 'network.connect-failed',
    level: 'unknown',
    message: { en: "WeChat's API could not be connected to from here.", zh: '本机无法连接微信 API。' },
    why: HERE,
    cure: {
      en: 'See the firewall and the proxy of this machine: it needs port 443 of api.weixin.qq.com.',
      zh: '请检查本机的防火墙和代理：需要访问 api.weixin.qq.com 的 443 端口。',
    },
    confidence: 'document',
    source: SOURCES.hosts,
  },
  proxy: {
    id: 'network.proxy',
    level: 'warning',
    message: { en: 'The environment names a proxy.', zh: '环境变量中设置了代理。' },
    why: {
      en: 'Some clients use it, and others (Node’s own among them) do not: the app may go another way than this machine’s other programs.',
      zh: '有的客户端会使用它，有的（包括 Node 自带的）不会：应用的出口可能与其他程序不同。',
    },
    cure: {
      en: 'See which of both your app does; the IP address that WeChat sees follows from it.',
      zh: '请确认应用走哪条路；微信看到的 IP 由此决定。',
    },
    confidence: 'code',
    source: 'https://nodejs.org/api/http.html',
  },
  clock: {
    id: 'network.clock',
    level: 'ok',
    message: { en: 'The clock of this machine agrees with the server’s.', zh: '本机时钟与服务器一致。' },
    confidence: 'document',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1',
  },
  clockOff: {
    id: 'network.clock-off',
    level: 'warning',
    message: {
      en: 'The clock of this machine is wrong, or that of the server.',
      zh: '本机或服务器的时钟不准。',
    },
    why: {
      en: 'Signed states, sessions and tokens expire too early or too late.',
      zh: '签名的 state、会话和令牌会过早或过晚失效。',
    },
    cure: { en: 'Set the clock by NTP.', zh: '请用 NTP 校准时钟。' },
    confidence: 'document',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1',
  },
} satisfies Record<string, Rule>;

const SLOW = 1000;
const MAX_SKEW = 60;
const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

interface Network {
  /** Milliseconds until a name is resolved or a connection made. */
  patience: number;
  env: Record<string, string | undefined>;
}

/** DNS, connection and proxy of this machine, each within its time. */
export async function* checkNetwork({ patience, env }: Network): AsyncGenerator<Observation> {
  const names = await Promise.all(API_HOSTS.map((host) => resolve(host, patience)));
  const lines = same(names.map(({ host, text }) => `${host} ${text}`).join('; '));
  yield observe(names.every(({ found }) => found) ? RULES.dns : RULES.noDns, lines);
  yield await connect(API_HOSTS[0], patience);
  const proxies = PROXIES.filter((name) => (env[name] ?? '') !== '');
  // Its value may hold a password.
  if (proxies.length > 0) yield observe(RULES.proxy, same(proxies.join(', ')));
}

/** @param date the header of a response that has just arrived */
export function checkClock(date: string | undefined, host: string, now = Date.now()): Observation[] {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return [];
  const seconds = Math.round((now - theirs) / 1000);
  const seen = { en: `${seconds} s against ${host}`, zh: `与 ${host} 相差 ${seconds} 秒` };
  return [observe(Math.abs(seconds) > MAX_SKEW ? RULES.clockOff : RULES.clock, seen)];
}

async function resolve(
  host: string,
  patience: number,
): Promise<{ host: string; found: boolean; text: string }> {
  const resolver = new Resolver({ timeout: patience, tries: 1 });
  const ask = async (kind: 'A' | 'AAAA'): Promise<number> => {
    const addresses = kind === 'A' ? resolver.resolve4(host) : resolver.resolve6(host);
    return (await addresses.catch(() => [])).length;
  };
  const timer = setTimeout(() => {
    resolver.cancel();
  }, patience);
  const [four, six] = await Promise.all([ask('A'), ask('AAAA')]);
  clearTimeout(timer);
  return { host, found: four + six > 0, text: `A ${four}, AAAA ${six}` };
}

/** A connection and TLS, and nothing sent. */
async function connect(host: string, patience: number): Promise<Observation> {
  const start = performance.now();
  const since = (): number => Math.round(performance.now() - start);
  return new Promise((settle) => {
    let connected = 0;
    const tcp = connectTcp({ host, port: 443 });
    const end = (observation: Observation): void => {
      clearTimeout(timer);
      tcp.destroy();
      settle(observation);
    };
    const fail = (code: string): void => {
      end(observe(RULES.notConnected, same(`${host}: ${code}`)));
    };
    const timer = setTimeout(() => {
      fail('ETIMEDOUT');
    }, patience);
    tcp.once('error', (error: NodeJS.ErrnoException) => {
      fail(error.code ?? 'error');
    });
    tcp.once('connect', () => {
      connected = since();
      const tls = connectTls({ socket: tcp, servername: host });
      tls.once('error', (error: NodeJS.ErrnoException) => {
        fail(error.code ?? 'TLS');
      });
      tls.once('secureConnect', () => {
        const total = since();
        const seen = {
          en: `${host}: connection ${connected} ms, TLS ${total - connected} ms`,
          zh: `${host}：连接 ${connected} 毫秒，TLS ${total - connected} 毫秒`,
        };
        tls.destroy();
        end(observe(total > SLOW ? RULES.slow : RULES.connected, seen));
      });
    });
  });
}
