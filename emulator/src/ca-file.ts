import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { CliText } from './cli-text.js';
import { OptionsError } from './options/check-options.js';
import { lanAddresses } from './shared/addresses.js';
import { selfSignedCertificate, type Certificate } from './tls.js';

/** A certificate out of a file, and what is to be said about it. */
interface StoredCertificate {
  certificate: Certificate;
  notes: ((text: CliText) => string)[];
}

/**
 * The certificate whose root is in `file`, made there if there is none yet, so that clients trust it once.
 * The key and the certificate of the server are kept beside it, in `file` with `.server` behind it.
 *
 * @param host one more name or address that it is to be valid for
 * @throws OptionsError when a file cannot be used
 */
export async function storedCertificate(file: string, host: string): Promise<StoredCertificate> {
  const serverFile = `${file}.server`;
  if (!existsSync(file) && !existsSync(serverFile)) return create(file, serverFile, host);
  if (!existsSync(serverFile)) {
    throw new OptionsError(
      `${file} is there, but not ${serverFile}, which belongs to it: it was made by something else, or its other half was lost. Name another file with --ca-file, or delete it.`,
    );
  }
  const certificate = read(file, serverFile);
  const leaf = new X509Certificate(certificate.cert);
  if (Date.parse(leaf.validTo) <= Date.now()) {
    const renewed = await create(file, serverFile, host);
    return { ...renewed, notes: [(text) => text.caExpired(file)] };
  }
  const missing = [...new Set([host, ...lanAddresses()])].filter((name) => !isValidFor(leaf, name));
  const notes = missing.map((name) => (text: CliText) => text.caLacks(file, name));
  return { certificate, notes };
}

async function create(file: string, serverFile: string, host: string): Promise<StoredCertificate> {
  const certificate = await selfSignedCertificate(host);
  write(serverFile, certificate.key + certificate.cert, 0o600);
  write(file, certificate.ca, 0o644);
  return { certificate, notes: [] };
}

function write(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { mode });
  } catch (error) {
    throw new OptionsError(`${file} cannot be written: ${(error as Error).message}`);
  }
}

function read(file: string, serverFile: string): Certificate {
  try {
    const ca = readFileSync(file, 'utf8');
    const server = readFileSync(serverFile, 'utf8');
    const begin = server.indexOf('-----BEGIN CERTIFICATE-----');
    const [key, cert] = [server.slice(0, begin), server.slice(begin)];
    const leaf = new X509Certificate(cert);
    const isPair =
      leaf.checkPrivateKey(createPrivateKey(key)) && leaf.verify(new X509Certificate(ca).publicKey);
    if (isPair) return { key, cert, ca };
  } catch {
    // Said below: what OpenSSL says of a broken file helps nobody.
  }
  throw new OptionsError(
    `${file} and ${serverFile} do not belong together, or cannot be read. Name another file with --ca-file, or delete both.`,
  );
}

function isValidFor(leaf: X509Certificate, name: string): boolean {
  if (name === '0.0.0.0' || name === '::') return true;
  return (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
}
