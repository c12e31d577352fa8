import { createPrivateKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type * as X509 from '@peculiar/x509';
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

/** A day less than browsers accept: 398. */
const DAYS = 397;

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A key and its certificate, as `https.createServer` takes them, and what a client has to trust. */
export interface Certificate {
  /** The private key of the server, in PEM. */
  key: string;
  /** The certificate of the server and the root that has signed it, in PEM. */
  cert: string;
  /** The root alone, in PEM: what clients trust. */
  ca: string;
}

/**
 * A certificate for this machine's names and addresses, for WeChat's hosts and for `host`, signed by a root
 * of its own. Clients that verify certificates trust the root, `ca`. The root's key is thrown away, so that
 * nobody can sign anything else with it.
 *
 * @param host one more name or address
 * @returns valid for 397 days
 * @example
 * const tls = await selfSignedCertificate();
 * await writeFile('wechat-ca.pem', tls.ca);
 * await wechat.listen({ tls });
 */
export async function selfSignedCertificate(host?: string): Promise<Certificate> {
  // Slow to load, and most tests run without TLS.
  const x509 = await import('@peculiar/x509');
  const rootKeys = await generateKeys();
  const keys = await generateKeys();
  const validity = {
    // Clocks of containers and of phones differ a little.
    notBefore: new Date(Date.now() - 60 * 60_000),
    notAfter: new Date(Date.now() + DAYS * 24 * 60 * 60_000),
  };
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=wechat-login-emulator root',
    signingAlgorithm: ALGORITHM,
    keys: rootKeys,
    // Critical, and with key identifiers: OpenSSL's strict mode, which Python 3.13 turns on, asks for both.
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=wechat-login-emulator',
    issuer: root.subject,
    signingAlgorithm: ALGORITHM,
    signingKey: rootKeys.privateKey,
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(alternativeNames(host)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const ca = `${root.toString('pem')}\n`;
  return { key: await exportKey(keys.privateKey), cert: `${leaf.toString('pem')}\n${ca}`, ca };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

function alternativeNames(host: string | undefined): X509.JsonGeneralNames {
  const names = new Set(['localhost', '127.0.0.1', '::1', ...WECHAT_HOSTS, ...lanAddresses()]);
  if (host !== undefined) names.add(host);
  return [...names].map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
}
