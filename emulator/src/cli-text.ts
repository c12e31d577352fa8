import { authorizedComponents } from './options/apps-and-users.js';
import { DEFAULT_APPS, DEFAULT_COMPONENTS, DEFAULT_USERS } from './options/defaults.js';
import type { EmulatorOptions } from './options/options.js';

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
export function describeEmulator({ version, origin, phoneOrigin, options, caFile }: Started): string {
  const apps = options.apps ?? DEFAULT_APPS;
  const users = options.users ?? DEFAULT_USERS;
  // Names come last: a Chinese character takes two columns, which would push everything behind it aside.
  const components = authorizedComponents(apps, options.components ?? DEFAULT_COMPONENTS);
  const appRows = [...apps, ...components.map((each) => ({ ...each, platform: 'component' }))].map(
    ({ appid, secret, platform, name }) => {
      // Built-in credentials mean nothing to WeChat; a configuration may hold real ones.
      const isBuiltIn = [...DEFAULT_APPS, ...DEFAULT_COMPONENTS].some((app) => app.secret === secret);
      return [appid, isBuiltIn ? secret : '(as configured)', platform, name];
    },
  );
  return [
    `wechat-login-emulator ${version}. This is not WeChat; no real account is involved.`,
    '',
    `  Open   ${origin}   (apps, users, the last logins step by step)`,
    ...(phoneOrigin === undefined ? [] : [`  Phone  ${phoneOrigin}   (same network; QR codes lead here)`]),
    ...(caFile === undefined ? [] : [`  Trust  ${caFile}   (the root of its certificate)`]),
    '',
    ...table(['appid', 'secret', 'platform', 'app'], appRows),
    '',
    ...table(['user', 'nickname'], users.map(({ name, nickname }) => [name, nickname])), // prettier-ignore
    '',
    `Use ${origin} instead of https://open.weixin.qq.com and https://api.weixin.qq.com. Stop with Ctrl+C.`,
  ].join('\n');
}

function table(head: string[], rows: string[][]): string[] {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
