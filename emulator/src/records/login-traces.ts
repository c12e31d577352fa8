import type { Platform } from '../options/apps-and-users.js';
import type { Clock } from '../shared/clock.js';
import type { Endpoint } from '../shared/endpoints.js';
import { joinHints, type Hint } from '../shared/hint.js';
import type { Masking } from './masking.js';

/** One thing that happened in a login. */
export interface TraceStep {
  /** Milliseconds since 1970, by the emulator's clock. */
  at: number;
  /** Which call of WeChat's, or that it happened on the phone. */
  endpoint: Endpoint | 'phone';
  /**
   * What the client or the phone did, secrets masked: `GET /sns/userinfo?access_token=*** (107)&openid=…`.
   */
  sent: string;
  /** What WeChat answered: `QR page`, `errcode 40029: invalid code`. */
  answered: string;
  /** `false` for a refusal, an HTTP status other than 200, and no response at all. */
  ok: boolean;
  /** What to do about a refusal. */
  hint?: Hint;
  /** Of a step that went well: what the real WeChat would not, or may not, have accepted. */
  note?: Hint;
}

/** A login from its first page (or its first call) on, as the start page tells it. */
export interface LoginTrace {
  /** Counts from 1; the newest login has the highest. */
  id: number;
  /** As the client sent it; the emulator may not know it. Masked if it is a secret. */
  appid: string;
  /** Absent if there is no such app. */
  appName?: string;
  /** Absent if there is no such app. */
  platform?: Platform;
  /** The `name` of the user who approved. */
  user?: string;
  /** Milliseconds since 1970, by the emulator's clock. */
  startedAt: number;
  /** `'open'` until the app has exchanged the code; a refusal of userinfo turns `'done'` into `'failed'`. */
  outcome: 'open' | 'done' | 'cancelled' | 'failed';
  /** The oldest first; the first 40. */
  steps: TraceStep[];
}

/** A page of WeChat's that was refused: its wording, its code and what to do about it. */
interface PageRefusal {
  text: string;
  code?: number;
  hint: Hint;
}

const MAX_TRACES = 50;
const MAX_STEPS = 40;

/** The last logins, the newest first. */
export class LoginTraces {
  readonly list: LoginTrace[] = [];
  private readonly clock: Clock;
  private readonly masking: Masking;
  private readonly publish: (changed: LoginTrace) => void;
  private lastId = 0;

  /** @param publish called with each login that is new or has changed */
  constructor(clock: Clock, masking: Masking, publish: (changed: LoginTrace) => void) {
    this.clock = clock;
    this.masking = masking;
    this.publish = publish;
  }

  start(appid: string, app?: { name: string; platform: Platform }): LoginTrace {
    this.lastId += 1;
    const trace: LoginTrace = {
      id: this.lastId,
      appid: this.masking.text(appid),
      ...(app && { appName: app.name, platform: app.platform }),
      startedAt: this.clock.now(),
      outcome: 'open',
      steps: [],
    };
    this.list.unshift(trace);
    this.list.splice(MAX_TRACES);
    return trace;
  }

  /**
   * Adds a step; a refusal makes the login a failed one; after the exchange only one of userinfo does, if none
   * succeeds later.
   */
  add(trace: LoginTrace, step: Omit<TraceStep, 'at'>): void {
    if (trace.steps.length < MAX_STEPS) trace.steps.push(this.masked(step));
    if (!step.ok && (trace.outcome !== 'done' || step.endpoint === 'userinfo')) trace.outcome = 'failed';
    // A client that asked again and got what it wanted has logged the user in after all.
    if (step.ok && step.endpoint === 'userinfo') trace.outcome = 'done';
    this.publish(trace);
  }

  /**
   * Adds the step of a page that was requested: refused, or accepted with notes on what WeChat would not
   * accept.
   */
  addPage(
    trace: LoginTrace,
    page: { endpoint: Endpoint; sent: string; answered: string },
    verdict: PageRefusal | { notes: Hint[] },
  ): void {
    if ('text' in verdict) {
      const code = verdict.code === undefined ? '' : ` (${verdict.code})`;
      this.add(trace, { ...page, answered: `page: ${verdict.text}${code}`, ok: false, hint: verdict.hint });
    } else {
      const { notes } = verdict;
      this.add(trace, { ...page, ok: true, ...(notes.length > 0 && { note: joinHints(...notes) }) });
    }
  }

  clear(): void {
    this.list.length = 0;
  }

  private masked({ hint, note, ...step }: Omit<TraceStep, 'at'>): TraceStep {
    const hide = ({ en, zh }: Hint): Hint => ({ en: this.masking.text(en), zh: this.masking.text(zh) });
    return {
      at: this.clock.now(),
      ...step,
      sent: this.masking.text(step.sent),
      answered: this.masking.text(step.answered),
      ...(hint && { hint: hide(hint) }),
      ...(note && { note: hide(note) }),
    };
  }
}
