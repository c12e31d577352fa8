interface Timer {
  at: number;
  callback: () => void;
  handle: NodeJS.Timeout | undefined;
}

/** setTimeout's longest delay; a longer one would fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** ISO dates change their form after 9999. */
const LAST_DATE = Date.UTC(9999, 11, 31);

/**
 * The emulator's time. It starts at the real time and runs; lifetimes, held polls, delays and rids go by it.
 *
 * @example
 * const code = wechat.phone.wxLogin({ appid, user: 'amei' }).code;
 * wechat.clock.advance(5 * 60_000); // now the code has expired
 */
export class Clock {
  private offset = 0;
  private readonly timers = new Set<Timer>();

  /**
   * The emulated time, in milliseconds since 1970.
   *
   * @example const at = wechat.requests[0]?.at; // by the same clock
   */
  now(): number {
    return Date.now() + this.offset;
  }

  /**
   * Moves the time forward by `ms` milliseconds. When this returns, what was due to expire has expired; held
   * polls and delayed calls that fell due are released, and are answered soon after.
   *
   * @throws TypeError when `ms` is negative or no number, or leads beyond the year 9999
   * @example wechat.clock.advance(2 * 60 * 60_000); // access tokens have expired
   */
  advance(ms: number): void {
    if (!(ms >= 0) || this.now() + ms > LAST_DATE) {
      throw new TypeError('clock.advance() takes a number of milliseconds, 0 or more, up to the year 9999');
    }
    this.offset += ms;
    const due = [...this.timers].sort((a, b) => a.at - b.at);
    for (const timer of due) this.check(timer);
  }

  /** @internal Calls back once `ms` have passed by this clock; returns the function that calls it off. */
  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.now() + ms, callback, handle: undefined };
    this.timers.add(timer);
    this.arm(timer);
    return () => {
      this.drop(timer);
    };
  }

  /** @internal Back to the real time; what was waiting waits no longer. */
  reset(): void {
    this.offset = 0;
    for (const timer of [...this.timers]) {
      this.drop(timer);
      timer.callback();
    }
  }

  private check(timer: Timer): void {
    if (!this.timers.has(timer)) return;
    if (timer.at > this.now()) {
      this.arm(timer);
      return;
    }
    this.drop(timer);
    timer.callback();
  }

  private arm(timer: Timer): void {
    clearTimeout(timer.handle);
    const wait = Math.min(Math.max(timer.at - this.now(), 0), LONGEST_TIMEOUT);
    timer.handle = setTimeout(() => {
      this.check(timer);
    }, wait);
  }

  private drop(timer: Timer): void {
    clearTimeout(timer.handle);
    this.timers.delete(timer);
  }
}
