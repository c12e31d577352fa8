import type { EmulatorApp, EmulatorUser } from '../../options/apps-and-users.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { LoginTrace } from '../../records/login-traces.js';
import { BoundedMap } from '../../shared/bounded-map.js';
import type { Clock } from '../../shared/clock.js';
import { newCode } from '../ids.js';

/** What an app asks of a user on the consent page inside WeChat. */
export interface ConsentRequest {
  app: EmulatorApp;
  redirectUri: string;
  state: string;
  scope: string;
  snapshot: boolean;
  /** The appid of the third-party platform that asks on behalf of the app. */
  component?: string;
  trace: LoginTrace;
}

const MAX_WAITING = 500;

/** The consent pages that wait for an answer, and the consents that are remembered. */
export class Consents {
  private readonly waiting = new BoundedMap<string, ConsentRequest>(MAX_WAITING);
  private readonly rememberedUntil = new Map<string, number>();
  private readonly clock: Clock;
  private readonly options: ResolvedOptions;

  constructor(clock: Clock, options: ResolvedOptions) {
    this.clock = clock;
    this.options = options;
  }

  /** Returns the ticket by which the page's form names the request. */
  ask(request: ConsentRequest): string {
    const ticket = newCode();
    this.waiting.set(ticket, request);
    return ticket;
  }

  /** The request behind a ticket, which can be answered once. */
  take(ticket: string): ConsentRequest | undefined {
    const request = this.waiting.get(ticket);
    this.waiting.delete(ticket);
    return request;
  }

  remember(app: EmulatorApp, user: EmulatorUser): void {
    this.rememberedUntil.set(consentKey(app, user), this.clock.now() + this.options.consentLife);
  }

  isRemembered(app: EmulatorApp, user: EmulatorUser): boolean {
    return (this.rememberedUntil.get(consentKey(app, user)) ?? 0) > this.clock.now();
  }

  clear(): void {
    this.waiting.clear();
    this.rememberedUntil.clear();
  }
}

function consentKey(app: EmulatorApp, user: EmulatorUser): string {
  return JSON.stringify([app.appid, user.name]);
}
