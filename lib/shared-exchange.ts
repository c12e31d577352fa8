/**
 * WeChat is known to call a callback twice at once, with the same code, which it accepts only once. Requests that carry
 * the same code for the same login share one exchange; the answer is kept for a moment after it came.
 */
export type SharedExchange<T> = (key: string, exchange: () => Promise<T>) => Promise<T>;

const KEEP_MS = 5000;
const MAX_KEPT = 10_000;

export function sharedExchange<T>(): SharedExchange<T> {
  const running = new Map<string, Promise<T>>();
  return (key, exchange) => {
    const known = running.get(key);
    if (known) return known;
    const result = exchange();
    if (running.size >= MAX_KEPT) return result;
    running.set(key, result);
    const forget = (): void => {
      setTimeout(() => running.delete(key), KEEP_MS).unref();
    };
    result.then(forget, forget);
    return result;
  };
}
