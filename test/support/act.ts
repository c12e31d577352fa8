import type { WeChatStrategy } from 'passport-wechat-oauth2';

/** What a strategy told Passport to do, with its arguments. */
export type Action = [name: string, ...args: unknown[]];

/**
 * Runs one request as Passport does, on an object derived from the strategy, up to its first action.
 *
 * @param actions where this action and any that comes after it are noted
 */
export function act(
  strategy: WeChatStrategy,
  req: object,
  options?: object,
  actions: Action[] = [],
): Promise<Action> {
  return new Promise((resolve) => {
    const derived = Object.create(strategy) as WeChatStrategy;
    for (const name of ['success', 'fail', 'redirect', 'error', 'pass'] as const) {
      derived[name] = (...args: unknown[]) => {
        actions.push([name, ...args]);
        resolve([name, ...args]);
      };
    }
    derived.authenticate(req as never, options);
  });
}
