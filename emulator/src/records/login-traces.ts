import type { EmulatorApp, Platform } from '../options/apps-and-users.js';
import type { Clock } from '../wechat/clock.js';
import type { Endpoint } from '../wechat/endpoints.js';
import type { Fix } from '../wechat/fix.js';
import type { PageError } from '../wechat/page-errors.js';

/** One thing that happened in a login. */
export interface TraceStep {
  /** Milliseconds since 1970, by the emulator's clock. */
  at: number;
  /** Which call of WeChat's, or that it happened on the phone. */
  endpoint: Endpoint | 'phone';
  /** What the client or the phone did, secrets masked: `GET /sns/userinfo?access_token=*** (107)&openid=…`. */
  sent: string;
  /** What WeChat answered: `QR page`, `errcode 40029: invalid code`. */
  answered: string;
  /** `false` for a refusal, an HTTP status other than 200, and no answer at all. */
  ok: boolean;
  /** What to do about a refusal. */
  fix?: Fix;
  /** Of a step that went well: what the real WeChat would not have accepted. */
  note?: Fix;
}

/** A login from its first page (or its first call) on, as the start page tells it. */
export interface LoginTrace {
  /** Counts from 1; the newest login has the highest. */
  id: number;
  /** As the client sent it; the emulator may not know it. */
  appid: string;
  /** Absent where no such app exists. */
  appName?: string;
  /** Absent where no such app exists. */
  platform?: Platform;
  /** The `name` of the person who approved. */
  user?: string;
  /** Milliseconds since 1970, by the emulator's clock. */
  startedAt: number;
  /** `'open'` until the app has exchanged the code; a refusal of userinfo turns `'done'` into `'failed'`. */
  outcome: 'open' | 'done' | 'cancelled' | 'failed';
  /** The oldest first; the first 40. */
  steps: TraceStep[];
}

/** Said of a callback that the emulator let pass because the app's `domains` name its port, or localhost. */
const NOT_WITH_REAL_WECHAT: Fix = {
  en: 'This callback will not do with the real WeChat: it takes neither a port nor localhost.',
  zh: '这个回调地址在真实的微信上行不通：微信不接受端口，也不接受 localhost。',
};

const MAX_TRACES = 50;
const MAX_STEPS = 40;

/** The last logins, the newest first. */
export class LoginTraces {
  readonly list: LoginTrace[] = [];
  private readonly clock: Clock;
  private lastId = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  start(appid: string, app?: EmulatorApp): LoginTrace {
    this.lastId += 1;
    const trace: LoginTrace = {
      id: this.lastId,
      appid,
      ...(app && { appName: app.name, platform: app.platform }),
      startedAt: this.clock.now(),
      outcome: 'open',
      steps: [],
    };
    this.list.unshift(trace);
    this.list.splice(MAX_TRACES);
    return trace;
  }

  /** Adds a step; a refusal makes the login a failed one; after the exchange only one of userinfo does, if none succeeds later. */
  add(trace: LoginTrace, step: Omit<TraceStep, 'at'>): void {
    if (trace.steps.length < MAX_STEPS) trace.steps.push({ at: this.clock.now(), ...step });
    if (!step.ok && (trace.outcome !== 'done' || step.endpoint === 'userinfo')) trace.outcome = 'failed';
    // A client that asked again and got what it wanted has logged the person in after all.
    if (step.ok && step.endpoint === 'userinfo') trace.outcome = 'done';
  }

  /** Adds the step of a page that was asked for: refused, or let through, or let through where WeChat would not. */
  addPage(
    trace: LoginTrace,
    page: { endpoint: Endpoint; sent: string; answered: string },
    verdict: PageError | { lax: boolean },
  ): void {
    if ('text' in verdict) {
      const code = verdict.code === undefined ? '' : ` (${verdict.code})`;
      this.add(trace, { ...page, answered: `page: ${verdict.text}${code}`, ok: false, fix: verdict.fix });
    } else {
      this.add(trace, { ...page, ok: true, ...(verdict.lax && { note: NOT_WITH_REAL_WECHAT }) });
    }
  }

  clear(): void {
    this.list.length = 0;
  }
}
