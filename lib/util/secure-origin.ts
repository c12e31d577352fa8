import { BlockList, isIP } from 'node:net';
import { assertBoolean } from './assert.js';
import { warnAbout } from './warnings.js';

const PRIVATE = new BlockList();
// RFC 1918, 1122, 3927, 6598 and 4193, 4291: these never leave a private network.
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** Whether a host is this machine or one of a private network, by its address or by a name that no public DNS has. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(host);
  if (family !== 0) return PRIVATE.check(host, family === 4 ? 'ipv4' : 'ipv6');
  return !host.includes('.') || /\.(localhost|local|internal|test|home\.arpa)$/.test(host);
}

/**
 * An origin of WeChat's, or of what stands for it. Plain http to a public host shows the AppSecret, codes and tokens to
 * everybody on the way.
 *
 * @param allowInsecureOrigins the app's option of that name
 * @throws TypeError unless the value is an http(s) origin; in production also for plain http, unless the app allows it
 */
export function assertSecureOrigin(option: string, value: unknown, allowInsecureOrigins: unknown): string {
  const allowInsecure = assertBoolean('allowInsecureOrigins', allowInsecureOrigins, false);
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new TypeError(
      `${option} must be an origin such as "https://example.com": with http:// or https://, without path, query or user; undefined for WeChat itself.`,
    );
  }
  const { origin, protocol, hostname } = url;
  if (protocol === 'https:' || allowInsecure || isPrivateHost(hostname)) return origin;
  if (process.env['NODE_ENV'] === 'production') {
    throw new TypeError(
      `${option} is plain http to a public host, which shows the AppSecret, codes and tokens to everybody on the way: use https, or ` +
        'set allowInsecureOrigins: true if the way is protected by other means, as inside WeChat’s cloud hosting.',
    );
  }
  warnAbout('WECHAT_ORIGIN_HTTP', `${option} ${origin}`);
  return origin;
}
