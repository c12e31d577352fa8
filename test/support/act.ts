import type { WeChatStrategy } from 'passport-wechat-oauth2';

/** An action that a strategy called, with its arguments. */
export type Action = [name: string, ...args: unknown[]];

/**
 * Runs a request as Passport does, on an object derived from the strategy, and resolves with its first action.
 *
 * @param actions receives this action and any that follows
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
