/** Whether a value is a promise, of any library or realm: `instanceof Promise` knows this realm's own only. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * Calls a function that reports through a callback, as Passport's override points and stores do; any truthy error
 * rejects. The function may also be async: its rejection then rejects, too, and does not end the process.
 */
export function fromCallback<T>(
  call: (done: (error: unknown, value?: T) => void) => unknown,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, value?: T): void => {
      if (error) reject(error);
      else resolve(value);
    };
    Promise.resolve(call(done)).catch(reject);
  });
}
