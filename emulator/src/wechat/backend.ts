import { BoundedMap } from './bounded-map.js';
import { Clock } from './clock.js';
import { Faults } from '../faults/faults.js';
import { Grants } from './grants.js';
import { Journal } from '../records/journal.js';
import type { Settings } from '../options/options.js';
import { QrLogins } from './qr-logins.js';
import { LoginTraces, type LoginTrace } from '../records/login-traces.js';
import type { EmulatorApp, EmulatorUser } from '../options/apps-and-users.js';

/** A consent page inside WeChat that waits for its answer. */
export interface Pending {
  app: EmulatorApp;
  redirectUri: string;
  state: string;
  scope: string;
  snapshot: boolean;
  trace: LoginTrace;
}

const MAX_PENDING = 500;

/** All that one emulator knows. */
export class Backend {
  readonly settings: Settings;
  readonly clock = new Clock();
  readonly faults = new Faults();
  readonly journal = new Journal(this.clock);
  readonly traces = new LoginTraces(this.clock);
  readonly grants: Grants;
  readonly qrLogins: QrLogins;
  readonly pending = new BoundedMap<string, Pending>(MAX_PENDING);
  /** Until when a person's consent to an app is remembered. */
  readonly consents = new Map<string, number>();

  constructor(settings: Settings) {
    this.settings = settings;
    this.grants = new Grants(this.clock, settings);
    this.qrLogins = new QrLogins(this.clock, settings);
  }

  app(appid: string): EmulatorApp | undefined {
    return this.settings.apps.find((app) => app.appid === appid);
  }

  user(name: string): EmulatorUser | undefined {
    return this.settings.users.find((user) => user.name === name);
  }

  /** Who the phone belongs to until somebody is chosen. */
  get firstUser(): EmulatorUser {
    const [first] = this.settings.users;
    if (!first) throw new Error('an emulator has at least one user');
    return first;
  }

  clear(): void {
    this.clock.reset();
    this.faults.clear();
    this.journal.clear();
    this.traces.clear();
    this.grants.clear();
    this.pending.clear();
    this.consents.clear();
    this.qrLogins.clear();
  }
}
