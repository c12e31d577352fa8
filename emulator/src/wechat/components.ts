import type { EmulatorApp, EmulatorComponent } from '../options/apps-and-users.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { BoundedMap } from '../shared/bounded-map.js';
import type { Clock } from '../shared/clock.js';
import { newTicket, newToken } from './ids.js';

interface Issued {
  component: EmulatorComponent;
  expiresAt: number;
}

/** Seconds, as `expires_in` says. */
export const COMPONENT_TOKEN_LIFE = 7200;

/**
 * Milliseconds; see
 * https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html.
 */
const TICKET_LIFE = 12 * 60 * 60_000;

const MAX_ISSUED = 1000;

/**
 * The third-party platforms (第三方平台): their tickets and tokens, and which apps have authorized which platform.
 */
export class Components {
  private readonly tickets = new BoundedMap<string, Issued>(MAX_ISSUED);
  private readonly tokens = new BoundedMap<string, Issued>(MAX_ISSUED);
  private readonly authorizations = new Map<string, boolean>();
  private readonly clock: Clock;
  private readonly options: ResolvedOptions;

  constructor(clock: Clock, options: ResolvedOptions) {
    this.clock = clock;
    this.options = options;
  }

  component(appid: string): EmulatorComponent | undefined {
    return this.options.components.find((component) => component.appid === appid);
  }

  issueTicket(component: EmulatorComponent): string {
    const ticket = newTicket();
    this.tickets.set(ticket, { component, expiresAt: this.clock.now() + TICKET_LIFE });
    return ticket;
  }

  ticket(ticket: string): Issued | undefined {
    return this.tickets.get(ticket);
  }

  issueToken(component: EmulatorComponent): string {
    const token = newToken();
    this.tokens.set(token, { component, expiresAt: this.clock.now() + COMPONENT_TOKEN_LIFE * 1000 });
    return token;
  }

  token(token: string): Issued | undefined {
    return this.tokens.get(token);
  }

  /** Whether `value` is a ticket or a token that has been issued. */
  hasIssued(value: string): boolean {
    return this.tickets.has(value) || this.tokens.has(value);
  }

  setAuthorized(app: EmulatorApp, component: EmulatorComponent, authorized: boolean): void {
    this.authorizations.set(authorizationKey(app, component), authorized);
  }

  isAuthorized(app: EmulatorApp, component: EmulatorComponent): boolean {
    const configured = app.components?.includes(component.appid) ?? false;
    return this.authorizations.get(authorizationKey(app, component)) ?? configured;
  }

  clear(): void {
    this.tickets.clear();
    this.tokens.clear();
    this.authorizations.clear();
  }
}

function authorizationKey(app: EmulatorApp, component: EmulatorComponent): string {
  return JSON.stringify([app.appid, component.appid]);
}
