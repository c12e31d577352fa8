import { Faults } from '../faults/fault-queue.js';
import type { EmulatorApp, EmulatorUser } from '../options/apps-and-users.js';
import type { Settings } from '../options/settings.js';
import { Journal } from '../records/journal.js';
import { LoginTraces } from '../records/login-traces.js';
import { Clock } from './clock.js';
import { Consents } from './consents.js';
import { Grants } from './grants.js';
import { QrLogins } from './qr-logins.js';

/** All that one emulator knows: what stands behind WeChat's pages, its API and the scripted phone. */
export class Backend {
  readonly settings: Settings;
  readonly clock = new Clock();
  readonly faults = new Faults();
  readonly journal = new Journal(this.clock);
  readonly traces = new LoginTraces(this.clock);
  readonly grants: Grants;
  readonly qrLogins: QrLogins;
  readonly consents: Consents;

  /** How often everything was forgotten. Whoever waits sees by it whether that has happened meanwhile. */
  resets = 0;

  constructor(settings: Settings) {
    this.settings = settings;
    this.grants = new Grants(this.clock, settings);
    this.qrLogins = new QrLogins(this.clock, settings);
    this.consents = new Consents(this.clock, settings);
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
    this.resets++;
    this.clock.reset();
    this.faults.clear();
    this.journal.clear();
    this.traces.clear();
    this.grants.clear();
    this.consents.clear();
    this.qrLogins.clear();
  }
}
