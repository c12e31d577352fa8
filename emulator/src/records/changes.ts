import type { RecordedRequest } from './journal.js';
import type { LoginTrace } from './login-traces.js';

/**
 * What has changed in the records. A request or login is published again, whole and under its `id`, when it
 * changes.
 */
export type RecordChange =
  | { type: 'request'; data: RecordedRequest }
  | { type: 'login'; data: LoginTrace }
  | { type: 'reset'; data: Record<string, never> };

type Listener = (change: RecordChange) => void;

/** Notifies its listeners of every change in the records. */
export class RecordChanges {
  private readonly listeners = new Set<Listener>();

  /** How many listeners there are. */
  get size(): number {
    return this.listeners.size;
  }

  publish(change: RecordChange): void {
    for (const listener of this.listeners) listener(change);
  }

  /** Calls `listener` for each change; returns the function that ends that. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
