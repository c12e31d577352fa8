import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** The IP addresses under which other machines of the local network reach this one. */
export function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** Whether only this machine itself can be meant by the `hostname` of a URL. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    // 127.example.com is a name like any other.
    (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}
