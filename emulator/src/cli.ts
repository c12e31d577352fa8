import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { storedCertificate } from './ca-file.js';
import { isLoopback, lanAddresses } from './shared/addresses.js';
import { cliText, describeEmulator, type CliText } from './cli-text.js';
import { createEmulator } from './index.js';
import { OptionsError } from './options/check-options.js';
import { readConfig } from './options/config-file.js';
import type { EmulatorOptions } from './options/options.js';
import { selfSignedCertificate, type Certificate } from './tls.js';

interface Flags {
  port: number;
  host: string | true;
  config?: string;
  tls?: boolean;
  caFile?: string;
}

const { version } = JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')) as {
  version: string;
};

const text = cliText(process.env);

const program = new Command()
  .name('wechat-login-emulator')
  .description(text.description)
  .option('--port <number>', text.port, parsePort, 4810)
  .option('--host [address]', text.host, '127.0.0.1')
  .option('--config <file>', text.config)
  .option('--tls', text.tls)
  .option('--ca-file <file>', text.caFile)
  .version(version, '-V, --version', text.version)
  .helpOption('-h, --help', text.help)
  .addHelpText('after', text.examples)
  .action((flags: Flags) => start(flags).catch(explain));

void program.parseAsync();

function parsePort(given: string): number {
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65535) throw new InvalidArgumentError(text.notAPort);
  return port;
}

async function start(flags: Flags): Promise<void> {
  const { port, tls = false } = flags;
  const host = flags.host === true ? '0.0.0.0' : flags.host;
  const options: EmulatorOptions = flags.config === undefined ? {} : readConfig(flags.config);
  // --host alone is for a phone. An address that is named may be a container's, which nobody outside can
  // reach.
  const phoneHost = flags.host === true ? lanAddresses()[0] : host;
  const phoneOrigin = options.publicOrigin ?? originForPhones(phoneHost, port, tls);
  const emulator = createEmulator({
    ...options,
    ...(phoneOrigin !== undefined && { publicOrigin: phoneOrigin }),
  });
  const { certificate, notes } = await findCertificate(flags, host);
  const { origin } = await emulator.listen({ host, port, ...(certificate && { tls: certificate }) });

  // Before it says how to stop it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void emulator.close().then(() => {
        console.log(text.stopped);
      });
    });
  }
  console.log(describeEmulator(text, { version, origin, phoneOrigin, options, caFile: flags.caFile }));
  for (const note of notes) console.warn(note(text));
}

async function findCertificate(
  { tls = false, caFile }: Flags,
  host: string,
): Promise<{ certificate?: Certificate; notes: ((text: CliText) => string)[] }> {
  if (caFile !== undefined) {
    if (!tls) throw new OptionsError('--ca-file goes with --tls.');
    return storedCertificate(caFile, host);
  }
  return { ...(tls && { certificate: await selfSignedCertificate(host) }), notes: [] };
}

/** A QR code with 127.0.0.1 would lead a phone to itself: it has to name an address of the network. */
function originForPhones(address: string | undefined, port: number, tls: boolean): string | undefined {
  if (port === 0 || address === undefined || address === '0.0.0.0' || address === '::') return undefined;
  const origin = `${tls ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  // What is no host is refused when it is to be bound, in terms of --host.
  if (!URL.canParse(origin)) return undefined;
  return isLoopback(new URL(origin).hostname) ? undefined : origin;
}

function explain(error: unknown): void {
  console.error(`error: ${reason(error)}`);
  process.exitCode = 1;
}

function reason(error: unknown): string {
  const { code, port, address, hostname, message } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
    hostname?: string;
  };
  if (code === 'EADDRINUSE') return text.inUse(port);
  if (code === 'EACCES') return text.notAllowed(port);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return text.notHere(address ?? hostname ?? text.address);
  if (error instanceof OptionsError) return message;
  return String(error instanceof Error ? error.stack : error);
}
