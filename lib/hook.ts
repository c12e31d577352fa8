/**
 * Calls a hook of the app's, which answers through a callback as Passport's hooks do; anything true is an error. An app may
 * well have written it as an async function: then its rejection is an answer, too, and not one that ends the process.
 */
export function callHook<T>(hook: (done: (error: unknown, value?: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, value?: T): void => {
      if (error) reject(error);
      else resolve(value as T);
    };
    Promise.resolve(hook(done)).catch(reject);
  });
}
