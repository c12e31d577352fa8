import { isIP } from 'node:net';
import { lanAddresses } from './shared/addresses.js';

/** WeChat's names, for clients that have them built in and whose name lookup points at the emulator. */
const WECHAT_HOSTS = [
  'open.weixin.qq.com',
  'long.open.weixin.qq.com',
  'lp.open.weixin.qq.com',
  'res.wx.qq.com',
  'api.weixin.qq.com',
  'api2.weixin.qq.com',
  'sh.api.weixin.qq.com',
  'sz.api.weixin.qq.com',
  'hk.api.weixin.qq.com',
];

/** A key and its certificate, as `https.createServer` takes them. */
export interface Certificate {
  /** The private key, in PEM. */
  key: string;
  /** The certificate, in PEM. */
  cert: string;
}

/**
 * A new certificate, signed by itself, for this machine's names and addresses, for WeChat's hosts and for `host`.
 * Browsers warn about it; a Node client trusts it with `NODE_EXTRA_CA_CERTS` or its `ca` option. For clients that have
 * WeChat's hosts built in and verify what answers there.
 *
 * @param host one more name or address
 * @example
 * const tls = await selfSignedCertificate();
 * await writeFile('emulator.pem', tls.cert);
 * await wechat.listen({ tls });
 */
export async function selfSignedCertificate(host?: string): Promise<Certificate> {
  // Slow to load, and most tests run without TLS.
  const { generate } = await import('selfsigned');
  const names = new Set(['localhost', '127.0.0.1', '::1', ...WECHAT_HOSTS, ...lanAddresses()]);
  if (host !== undefined) names.add(host);
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'wechat-login-emulator' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...names].map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  });
  return { key, cert };
}
