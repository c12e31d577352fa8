/**
 * WeChat is known to call a callback twice at once, with the same code, which it accepts only once. Requests that carry
 * the same code for the same login share one exchange; the answer is kept for a moment after it came.
 */
export type SharedExchange<T> = (key: string, exchange: () => Promise<T>) => Promise<T>;

const KEEP_MS = 5000;
const MAX_KEPT = 10_000;

interface Kept<T> {
  readonly result: Promise<T>;
  /** When it is forgotten, on the clock of `performance.now()`. */
  until: number;
}

export function sharedExchange<T>(): SharedExchange<T> {
  // In the order in which they began, which is nearly the one in which they end.
  const kept = new Map<string, Kept<T>>();
  let timer: NodeJS.Timeout | undefined;

  // One timer for all, since one for each costs more than the rest of this.
  const forgetIn = (ms: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      const now = performance.now();
      for (const [key, { until }] of kept) {
        if (until > now) {
          // One that still runs calls for the next round itself.
          if (until < Infinity) forgetIn(Math.ceil(until - now));
          return;
        }
        kept.delete(key);
      }
    }, ms).unref();
  };

  return (key, exchange) => {
    const known = kept.get(key);
    if (known && known.until > performance.now()) return known.result;
    const result = exchange();
    if (kept.size >= MAX_KEPT) return result;
    const entry: Kept<T> = { result, until: Infinity };
    kept.set(key, entry);
    const ended = (): void => {
      entry.until = performance.now() + KEEP_MS;
      forgetIn(KEEP_MS);
    };
    result.then(ended, ended);
    return result;
  };
}
