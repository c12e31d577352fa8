import { Faults } from './faults/fault-queue.js';
import type { EmulatorApp, EmulatorUser } from './options/apps-and-users.js';
import type { ResolvedOptions } from './options/resolve-options.js';
import { RecordChanges } from './records/changes.js';
import { Journal } from './records/journal.js';
import { LoginTraces } from './records/login-traces.js';
import { Masking } from './records/masking.js';
import { Clock } from './shared/clock.js';
import { Components } from './wechat/components.js';
import { Grants } from './wechat/grants.js';
import { ISSUED_SHAPES } from './wechat/ids.js';
import { Consents } from './wechat/open/consents.js';
import { QrLogins } from './wechat/open/qr-logins.js';

/** All that one emulator knows: what stands behind WeChat's pages, its API and the scripted phone. */
export class Backend {
  readonly options: ResolvedOptions;
  readonly clock = new Clock();
  readonly faults = new Faults();
  readonly changes = new RecordChanges();
  readonly grants: Grants;
  readonly components: Components;
  readonly qrLogins: QrLogins;
  readonly consents: Consents;
  readonly masking: Masking;
  readonly journal: Journal;
  readonly traces: LoginTraces;

  /** How often everything was forgotten. Whoever waits sees by it whether that has happened meanwhile. */
  resets = 0;

  constructor(options: ResolvedOptions) {
    this.options = options;
    this.grants = new Grants(this.clock, options);
    this.components = new Components(this.clock, options);
    this.qrLogins = new QrLogins(this.clock, options);
    this.consents = new Consents(this.clock, options);
    this.masking = new Masking(
      [...options.apps, ...options.components].map(({ secret }) => secret),
      (value) => this.grants.hasIssued(value) || this.components.hasIssued(value),
      ISSUED_SHAPES,
    );
    this.journal = new Journal(this.clock, this.masking, (data) =>
      this.changes.publish({ type: 'request', data }),
    );
    this.traces = new LoginTraces(this.clock, this.masking, (data) =>
      this.changes.publish({ type: 'login', data }),
    );
  }

  app(appid: string): EmulatorApp | undefined {
    return this.options.apps.find((app) => app.appid === appid);
  }

  user(name: string): EmulatorUser | undefined {
    return this.options.users.find((user) => user.name === name);
  }

  /** Who the phone belongs to until somebody is chosen. */
  get firstUser(): EmulatorUser {
    const [first] = this.options.users;
    if (!first) throw new Error('an emulator has at least one user');
    return first;
  }

  clear(): void {
    this.resets++;
    this.clock.reset();
    this.faults.clear();
    this.journal.clear();
    this.traces.clear();
    this.grants.clear();
    this.components.clear();
    this.consents.clear();
    this.qrLogins.clear();
    this.changes.publish({ type: 'reset', data: {} });
  }
}
