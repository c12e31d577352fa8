import { inspect } from 'node:util';

/** All text that a reader of logs, a heap dump or an error page could see of a value. */
export function everythingIn(value: unknown): string {
  const seen = new Set<unknown>();
  const parts: string[] = [inspect(value, { showHidden: true, depth: Infinity, maxStringLength: Infinity })];
  const walk = (thing: unknown): void => {
    if (typeof thing === 'string' || typeof thing === 'symbol') parts.push(String(thing));
    if (Buffer.isBuffer(thing)) parts.push(thing.toString('latin1'));
    if ((typeof thing !== 'object' && typeof thing !== 'function') || thing === null || seen.has(thing))
      return;
    seen.add(thing);
    if (thing instanceof Map || thing instanceof Set) for (const entry of thing) walk(entry);
    // Own keys only: Node keeps its internals in prototypes.
    for (const key of Reflect.ownKeys(thing)) {
      walk(key);
      try {
        walk((thing as Record<PropertyKey, unknown>)[key]);
      } catch {
        // A getter that throws, such as `arguments` of a function.
      }
    }
  };
  walk(value);
  if (value instanceof Error) parts.push(String(value), value.message, value.stack ?? '');
  return [...parts, toJSON(value)].join('\n');
}

function toJSON(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
