/**
 * Calls a hook of the app's, which answers through a callback as Passport's hooks do. An app may well have written it as
 * an async function: then its rejection is an answer, too, and not one that ends the process.
 */
export function callHook<T>(
  hook: (resolve: (value: T) => void, reject: (error: unknown) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    Promise.resolve(hook(resolve, reject)).catch(reject);
  });
}
