/**
 * Calls a function that reports through a callback, as Passport's override points and stores do; any truthy error rejects.
 * The function may also be async: its rejection then rejects, too, and does not end the process.
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
