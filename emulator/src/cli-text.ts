import { authorizedComponents } from './options/apps-and-users.js';
import { DEFAULT_APPS, DEFAULT_COMPONENTS, DEFAULT_USERS } from './options/defaults.js';
import type { EmulatorOptions } from './options/options.js';

const EXAMPLES = (first: string, phone: string, config: string, tls: string): string => `
  wechat-login-emulator                        ${first}
  wechat-login-emulator --host                 ${phone}
  wechat-login-emulator --config wechat.json   ${config}
  wechat-login-emulator --tls --ca-file ca.pem ${tls}`;

const CONFIG = '{"apps": [...], "users": [...]}';

const TEXTS = {
  en: {
    description:
      'A WeChat for your laptop: stands in for open.weixin.qq.com and api.weixin.qq.com, to develop and test a WeChat login.',
    port: 'where to listen; 0 takes a free port',
    host: 'address to bind; alone: every address, so that a phone in your network can scan',
    config: 'JSON file with apps, users and switches',
    tls: 'https, with a certificate made at start',
    caFile: 'with --tls: keep the root of the certificate here, for clients to trust',
    version: 'output the version number',
    help: 'display help for command',
    examples: `
Examples:${EXAMPLES(
      'on http://127.0.0.1:4810, with built-in apps and users',
      'reachable by a phone in the same network',
      CONFIG,
      'on https://127.0.0.1:4810, valid for clients that trust ca.pem',
    )}`,
    title: (version: string) =>
      `wechat-login-emulator ${version}. This is not WeChat; no real account is involved.`,
    open: (origin: string) => `Open   ${origin}   (apps, users, the last logins step by step)`,
    phone: (origin: string) => `Phone  ${origin}   (same network; QR codes lead here)`,
    trust: (file: string) => `Trust  ${file}   (the root of its certificate)`,
    configured: '(as configured)',
    apps: ['appid', 'secret', 'platform', 'app'],
    users: ['user', 'nickname'],
    use: (origin: string) =>
      `Use ${origin} instead of https://open.weixin.qq.com and https://api.weixin.qq.com. Stop with Ctrl+C.`,
    stopped: 'Stopped.',
    notAPort: 'It must be a number from 0 to 65535.',
    inUse: (port: unknown) =>
      `port ${String(port)} is in use. Stop the program that uses it, or choose another port with --port, and tell your app (EMULATOR_URL).`,
    notAllowed: (port: unknown) =>
      `port ${String(port)} may not be opened by this user. Choose one above 1023 with --port.`,
    notHere: (address: string) =>
      `${address} is not an address of this machine. Give another one with --host.`,
    address: 'the address',
    caExpired: (file: string) => `${file} had expired: this is a new root, to be trusted again.`,
    caLacks: (file: string, name: string) =>
      `${file} is not valid for ${name}, which this machine did not have when it was made. Delete it and ${file}.server for a new one, to be trusted again.`,
  },
  zh: {
    description: '在本机模拟微信登录：代替 open.weixin.qq.com 和 api.weixin.qq.com，用于开发和测试微信登录。',
    port: '监听的端口；0 表示任选一个空闲端口',
    host: '监听的地址；不写地址表示监听所有地址，同一网络里的手机就能扫码',
    config: 'JSON 配置文件：应用、用户和开关',
    tls: '使用 https，启动时生成证书',
    caFile: '与 --tls 一起使用：把根证书保存到该文件，供客户端信任',
    version: '显示版本号',
    help: '显示帮助',
    examples: `
示例：${EXAMPLES(
      '监听 http://127.0.0.1:4810，使用内置的应用和用户',
      '同一网络里的手机可以访问',
      CONFIG,
      '监听 https://127.0.0.1:4810，信任 ca.pem 的客户端可以访问',
    )}`,
    title: (version: string) => `wechat-login-emulator ${version}。这不是微信，不涉及任何真实账号。`,
    open: (origin: string) => `打开  ${origin}   （应用、用户，以及最近登录的每一步）`,
    phone: (origin: string) => `手机  ${origin}   （同一网络；二维码指向这里）`,
    trust: (file: string) => `证书  ${file}   （根证书，供客户端信任）`,
    configured: '(见配置文件)',
    apps: ['appid', 'secret', 'platform', '应用'],
    users: ['user', '昵称'],
    use: (origin: string) =>
      `用 ${origin} 代替 https://open.weixin.qq.com 和 https://api.weixin.qq.com。按 Ctrl+C 停止。`,
    stopped: '已停止。',
    notAPort: '必须是 0 到 65535 的整数。',
    inUse: (port: unknown) =>
      `端口 ${String(port)} 已被占用。请停止占用它的程序，或用 --port 换一个端口，并告诉你的应用（EMULATOR_URL）。`,
    notAllowed: (port: unknown) =>
      `当前用户不能使用端口 ${String(port)}。请用 --port 选一个大于 1023 的端口。`,
    notHere: (address: string) => `${address} 不是本机的地址。请用 --host 换一个。`,
    address: '该地址',
    caExpired: (file: string) => `${file} 已过期，已生成新的根证书，需要重新信任。`,
    caLacks: (file: string, name: string) =>
      `${file} 不适用于 ${name}：生成证书时本机还没有这个地址。删除它和 ${file}.server 可生成新证书，之后需要重新信任。`,
  },
};

/** What the command line prints, in one language. */
export type CliText = (typeof TEXTS)['en'];

/**
 * In the language of the environment. An empty variable is as good as none (POSIX, 8.2). Where there are none, as on
 * Windows, Node asks the system.
 */
export function cliText(env: NodeJS.ProcessEnv): CliText {
  const locale =
    ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => env[name]).find(Boolean) ??
    Intl.DateTimeFormat().resolvedOptions().locale;
  return /^zh/i.test(locale) ? TEXTS.zh : TEXTS.en;
}

interface Started {
  version: string;
  origin: string;
  /** The URL for a phone in the same network, if there is one. */
  phoneOrigin: string | undefined;
  options: EmulatorOptions;
  /** Where the root of the certificate is, if it is kept. */
  caFile: string | undefined;
}

/** What the command line prints once the emulator listens. */
export function describeEmulator(
  text: CliText,
  { version, origin, phoneOrigin, options, caFile }: Started,
): string {
  const apps = options.apps ?? DEFAULT_APPS;
  const users = options.users ?? DEFAULT_USERS;
  // Names come last: a Chinese character takes two columns, which would push everything behind it aside.
  const components = authorizedComponents(apps, options.components ?? DEFAULT_COMPONENTS);
  const appRows = [...apps, ...components.map((each) => ({ ...each, platform: 'component' }))].map(
    ({ appid, secret, platform, name }) => {
      // Built-in credentials mean nothing to WeChat; a configuration may hold real ones.
      const isBuiltIn = [...DEFAULT_APPS, ...DEFAULT_COMPONENTS].some((app) => app.secret === secret);
      return [appid, isBuiltIn ? secret : text.configured, platform, name];
    },
  );
  return [
    text.title(version),
    '',
    `  ${text.open(origin)}`,
    ...(phoneOrigin === undefined ? [] : [`  ${text.phone(phoneOrigin)}`]),
    ...(caFile === undefined ? [] : [`  ${text.trust(caFile)}`]),
    '',
    ...table(text.apps, appRows),
    '',
    ...table(text.users, users.map(({ name, nickname }) => [name, nickname])), // prettier-ignore
    '',
    text.use(origin),
  ].join('\n');
}

function table(head: string[], rows: string[][]): string[] {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
