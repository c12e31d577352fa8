import { ENDPOINTS, type Endpoint } from '../shared/endpoints.js';
import { checkFault, type KnownFault } from './check-fault.js';
import type { Fault } from './fault.js';

const MAX_QUEUED = 1000;

/**
 * One-shot faults: each spoils one request to one endpoint, in the order in which they were queued.
 *
 * @example
 * wechat.faults.next('access_token', { drop: 'after' });
 * wechat.faults.next('userinfo', { errcode: 40001 });
 * wechat.faults.next('userinfo', { status: 502, body: 'Bad Gateway', delay: 200 });
 * wechat.faults.next('userinfo', { fields: { nickname: '' }, split: true });
 */
export class Faults {
  private readonly queues = new Map<Endpoint, KnownFault[]>();

  /**
   * Queues a fault for the next request to `endpoint` that has none yet.
   *
   * @throws TypeError when the endpoint or the fault means nothing; RangeError when 1000 are waiting
   * @example wechat.faults.next('access_token', { errcode: -1, after: true });
   */
  next(endpoint: Endpoint, fault: Fault): void {
    if (!ENDPOINTS.includes(endpoint)) {
      throw new TypeError(`faults.next(): endpoint must be one of ${ENDPOINTS.join(', ')}`);
    }
    const known = checkFault(fault);
    const queue = this.queues.get(endpoint) ?? [];
    if (queue.length >= MAX_QUEUED)
      throw new RangeError(`faults.next(): ${MAX_QUEUED} faults are waiting already`);
    queue.push(known);
    this.queues.set(endpoint, queue);
  }

  /** @internal */
  take(endpoint: Endpoint): KnownFault | undefined {
    return this.queues.get(endpoint)?.shift();
  }

  /**
   * Forgets the faults that have not happened yet.
   *
   * @example afterEach(() => wechat.faults.clear());
   */
  clear(): void {
    this.queues.clear();
  }
}
