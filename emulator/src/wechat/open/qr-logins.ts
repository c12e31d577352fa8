import type { EmulatorApp } from '../../options/apps-and-users.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { LoginTrace } from '../../records/login-traces.js';
import { BoundedMap } from '../../shared/bounded-map.js';
import type { Destination } from './callback-address.js';
import type { Clock } from '../../shared/clock.js';
import { newUuid } from '../ids.js';

/** A QR code on a screen. */
export interface QrLogin {
  uuid: string;
  app: EmulatorApp;
  scope: string;
  redirectUri: string;
  state: string;
  expiresAt: number;
  status: 'waiting' | 'scanned' | 'cancelled' | 'confirmed';
  /** What the page receives with the new status. */
  result: { code: string; destination?: Destination };
  trace: LoginTrace;
}

/** The `wx_errcode` of each status, as WeChat's QR page knows them (undocumented; many clients agree). */
export const POLL_CODES = {
  waiting: 408,
  scanned: 404,
  cancelled: 403,
  confirmed: 405,
  expired: 402,
} as const;

const MAX_LOGINS = 1000;
const MAX_HELD = 1000;

/** The QR codes on screens, and the polls that wait for them. */
export class QrLogins {
  private readonly logins = new BoundedMap<string, QrLogin>(MAX_LOGINS);
  private readonly held = new Set<() => void>();
  private readonly clock: Clock;
  private readonly options: ResolvedOptions;

  constructor(clock: Clock, options: ResolvedOptions) {
    this.clock = clock;
    this.options = options;
  }

  create(login: Pick<QrLogin, 'app' | 'scope' | 'redirectUri' | 'state' | 'trace'>): QrLogin {
    const created: QrLogin = {
      ...login,
      uuid: newUuid(),
      expiresAt: this.clock.now() + this.options.qrLife,
      status: 'waiting',
      result: { code: '' },
    };
    this.logins.set(created.uuid, created);
    return created;
  }

  /** The login of a code that can still be used. */
  get(uuid: string): QrLogin | undefined {
    const login = this.logins.get(uuid);
    return login && login.expiresAt > this.clock.now() ? login : undefined;
  }

  /** Changes a login, and answers the polls that wait for it at once. */
  change(login: QrLogin, status: QrLogin['status'], result: QrLogin['result'] = { code: '' }): void {
    login.status = status;
    login.result = result;
    this.wake();
  }

  /**
   * The response to a poll, held until the status differs from `last` (404 and 403 are what the page knows
   * already), the code expires, or the hold is over.
   */
  async poll(uuid: string, last: string, signal: AbortSignal): Promise<{ errcode: number; login?: QrLogin }> {
    const until = this.clock.now() + this.options.pollHold;
    for (;;) {
      const login = this.get(uuid);
      if (!login) return { errcode: POLL_CODES.expired };
      const errcode = POLL_CODES[login.status];
      if (errcode !== POLL_CODES.waiting && String(errcode) !== last) return { errcode, login };
      const wait = Math.min(until, login.expiresAt) - this.clock.now();
      if (wait <= 0 || signal.aborted || this.held.size >= MAX_HELD) return { errcode: POLL_CODES.waiting };
      await this.hold(wait, signal);
    }
  }

  /** Forgets every code; pending polls answer so. */
  clear(): void {
    this.logins.clear();
    this.wake();
  }

  private hold(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.held.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.clock.after(ms, done);
      this.held.add(done);
      signal.addEventListener('abort', done);
    });
  }

  private wake(): void {
    for (const done of this.held) done();
  }
}
