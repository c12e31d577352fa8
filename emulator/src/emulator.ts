import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ComponentControl } from './component.js';
import type { Faults } from './faults/fault-queue.js';
import { httpApp } from './http/server.js';
import type { EmulatorOptions } from './options/options.js';
import { resolveOptions } from './options/resolve-options.js';
import { Phone } from './phone.js';
import type { RecordedRequest } from './records/journal.js';
import type { LoginTrace } from './records/login-traces.js';
import { Backend } from './backend.js';
import type { Clock } from './shared/clock.js';

/** Where the emulator listens. */
export interface ListenOptions {
  /** Default 0: a free one. */
  port?: number;
  /** Default `127.0.0.1`: this machine only. `0.0.0.0` lets a phone in the same network in. */
  host?: string;
  /** Makes the origin https. `selfSignedCertificate()` makes one. Default: http. */
  tls?: {
    /** The private key, in PEM. */
    key: string | Buffer;
    /** The certificate, in PEM. */
    cert: string | Buffer;
  };
}

/** More connections than any test needs; each held poll is one. */
const MAX_CONNECTIONS = 2000;

/**
 * A WeChat of one's own: stands in for open.weixin.qq.com and api.weixin.qq.com.
 *
 * @example
 * const wechat = createEmulator();
 * const { origin } = await wechat.listen();
 * // ... the app under test uses `origin` for both hosts ...
 * await wechat.close();
 */
export class Emulator {
  /** The scripted phone: `scan`, `approve`, `cancel`, `open`, `sendAuth`, `wxLogin`. */
  readonly phone: Phone;
  /** The third-party platforms (第三方平台): `ticket`, `accessToken`, `authorize`, `revoke`. */
  readonly component: ComponentControl;
  /** One-shot faults: `wechat.faults.next('userinfo', { errcode: 40001 })`. */
  readonly faults: Faults;
  /** The emulated time: `wechat.clock.advance(5 * 60_000)`. */
  readonly clock: Clock;
  private readonly backend: Backend;
  private server: Server | undefined;

  /** @internal Made by `createEmulator`. */
  constructor(options: EmulatorOptions) {
    this.backend = new Backend(resolveOptions(options));
    this.phone = new Phone(this.backend);
    this.component = new ComponentControl(this.backend);
    this.faults = this.backend.faults;
    this.clock = this.backend.clock;
  }

  /**
   * What clients sent to WeChat's endpoints, the oldest first, secrets masked; the last 1000.
   *
   * @example expect(wechat.requests.map((request) => request.endpoint)).toEqual(['access_token', 'userinfo']);
   */
  get requests(): readonly RecordedRequest[] {
    return this.backend.journal.list;
  }

  /**
   * The last 50 logins step by step, the newest first, as the start page shows them.
   *
   * @example console.log(wechat.logins[0]?.steps.at(-1)?.hint?.en);
   */
  get logins(): readonly LoginTrace[] {
    return this.backend.traces.list;
  }

  /**
   * Starts to answer. One origin plays every host of WeChat's.
   *
   * @returns the origin, to be used as both `openOrigin` and `apiOrigin`
   * @throws Error when it listens already, or if the address is taken (`EADDRINUSE`) or not this machine's
   * @example const { origin } = await wechat.listen({ port: 4810 });
   */
  async listen({ port = 0, host = '127.0.0.1', tls }: ListenOptions = {}): Promise<{ origin: string }> {
    if (this.server) throw new Error('this emulator is listening already; close() it first');
    if (process.env['NODE_ENV'] === 'production') {
      process.emitWarning(
        'wechat-login-emulator lets anybody log in as anybody: it has no place in production',
      );
    }
    const app = httpApp(this.backend, { phone: this.phone, component: this.component });
    const server = tls ? createHttps(tls, app) : createHttp(app);
    server.maxConnections = MAX_CONNECTIONS;
    this.server = server;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
    } catch (error) {
      this.server = undefined;
      throw error;
    }
    const { port: bound } = server.address() as AddressInfo;
    return { origin: `${tls ? 'https' : 'http'}://${reachable(host)}:${bound}` };
  }

  /**
   * Forgets every login, code, token, fault, request and consent, and goes back to the real time. Pending
   * polls answer that their QR code has expired; calls that a fault delays are cut off.
   *
   * @example beforeEach(() => wechat.reset());
   */
  reset(): void {
    this.backend.clear();
  }

  /**
   * Stops at once: pending requests are cut off. It can listen again afterwards.
   *
   * @example afterAll(() => wechat.close());
   */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.backend.clear();
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  }
}

/** The address to connect to: one that means every address cannot be connected to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Makes an emulator; `listen()` starts it.
 *
 * @throws TypeError that names every option that is unknown or wrong, and what would be right
 * @example
 * const wechat = createEmulator({
 *   apps: [{ appid: 'wx0123456789abcdef', secret: 'hush', platform: 'website', name: 'My shop', domains: ['localhost:*'] }],
 *   users: [{ name: 'amei', nickname: '阿梅🌸', unionKey: 'amei' }],
 *   pollHold: 100,
 * });
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  return new Emulator(options);
}
