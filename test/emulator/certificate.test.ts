import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmulator, selfSignedCertificate, type Certificate } from 'wechat-login-emulator';
import { storedCertificate } from '../../emulator/src/ca-file.js';
import { cliText } from '../../emulator/src/cli-text.js';

const english = cliText({ LC_ALL: 'C' });

const folder = mkdtempSync(path.join(tmpdir(), 'wechat-login-emulator-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
const newFile = (): string => path.join(folder, `ca-${(files += 1)}.pem`);

/** What a client that trusts only `ca` gets under one of the server's names. */
function get(origin: string, ca: string, servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    https
      .get(`${origin}/sns/auth`, { ca, servername, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => {
          resolve(body);
        });
      })
      .on('error', reject);
  });
}

async function serve(tls: Certificate, use: (origin: string) => Promise<void>): Promise<void> {
  const wechat = createEmulator();
  const { origin } = await wechat.listen({ tls });
  await use(origin);
  await wechat.close();
}

describe('selfSignedCertificate()', () => {
  test('makes a root that is no server’s, and a server’s certificate that is no root', async () => {
    const { key, cert, ca } = await selfSignedCertificate('my.test');
    const [root, leaf] = [new X509Certificate(ca), new X509Certificate(cert)];
    expect(root.ca).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(root.subjectAltName).toBeUndefined();
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.verify(root.publicKey)).toBe(true);
    for (const host of ['localhost', 'api.weixin.qq.com', 'open.weixin.qq.com', 'my.test']) {
      expect(leaf.checkHost(host)).toBe(host);
    }
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
    // The root's key is nowhere.
    expect(key.match(/PRIVATE KEY/g)).toHaveLength(2);
    const days = (Date.parse(leaf.validTo) - Date.now()) / (24 * 60 * 60_000);
    expect(days).toBeGreaterThan(390);
    expect(days).toBeLessThan(398);
  });

  test('is trusted by its root, and by the chain', async () => {
    const tls = await selfSignedCertificate();
    const stranger = await selfSignedCertificate();
    await serve(tls, async (origin) => {
      expect(await get(origin, tls.ca, 'api.weixin.qq.com')).toContain('errcode');
      expect(await get(origin, tls.cert, 'localhost')).toContain('errcode');
      await expect(get(origin, tls.ca, 'example.com')).rejects.toThrow('example.com');
      await expect(get(origin, stranger.ca, 'localhost')).rejects.toThrow(/self.signed|issuer|verify/i);
    });
  });
});

describe('--ca-file', () => {
  test('keeps root and server’s key over restarts, the key for its owner alone', async () => {
    const file = newFile();
    const first = await storedCertificate(file, 'localhost');
    const second = await storedCertificate(file, 'localhost');
    expect(second).toEqual({ certificate: first.certificate, notes: [] });
    const root = readFileSync(file, 'utf8');
    expect(root).toBe(first.certificate.ca);
    expect(root).not.toContain('PRIVATE KEY');
    expect(statSync(`${file}.server`).mode & 0o777).toBe(0o600);
    await serve(second.certificate, async (origin) => {
      expect(await get(origin, root, 'open.weixin.qq.com')).toContain('errcode');
    });
  });

  test('says so when it is not valid for the address to bind', async () => {
    const file = newFile();
    await storedCertificate(file, '127.0.0.1');
    const { notes } = await storedCertificate(file, '192.0.2.9');
    expect(notes.map((note) => note(english))).toEqual([
      expect.stringContaining('is not valid for 192.0.2.9'),
    ]);
    expect((await storedCertificate(file, '0.0.0.0')).notes).toEqual([]);
  });

  test('makes a new root when the old one has expired, and says so', async () => {
    const file = newFile();
    const { certificate } = await storedCertificate(file, 'localhost');
    jest.useFakeTimers({ now: Date.now() + 398 * 24 * 60 * 60_000, doNotFake: ['nextTick', 'setImmediate'] });
    const renewed = await storedCertificate(file, 'localhost');
    jest.useRealTimers();
    expect(renewed.notes.map((note) => note(english))).toEqual([
      expect.stringContaining('to be trusted again'),
    ]);
    expect(renewed.certificate.ca).not.toBe(certificate.ca);
    expect(readFileSync(file, 'utf8')).toBe(renewed.certificate.ca);
  });

  test('overwrites no file that it has not made', async () => {
    const file = newFile();
    writeFileSync(file, 'the CA of my company');
    await expect(storedCertificate(file, 'localhost')).rejects.toThrow(/was made by something else/);
    expect(readFileSync(file, 'utf8')).toBe('the CA of my company');
  });

  test('refuses halves that do not belong together, and a folder that is not there', async () => {
    const [one, other] = [newFile(), newFile()];
    await storedCertificate(one, 'localhost');
    await storedCertificate(other, 'localhost');
    writeFileSync(one, readFileSync(other));
    await expect(storedCertificate(one, 'localhost')).rejects.toThrow('do not belong together');
    writeFileSync(`${one}.server`, 'nonsense');
    await expect(storedCertificate(one, 'localhost')).rejects.toThrow('do not belong together');
    await expect(storedCertificate(path.join(folder, 'none', 'ca.pem'), 'localhost')).rejects.toThrow(
      /cannot be written: ENOENT/,
    );
  });
});
