/** Sets the date, and keeps it there until `jest.useRealTimers()`; timers go on as usual. */
export function setDate(now: number): void {
  jest.useFakeTimers({
    now,
    doNotFake: [
      'nextTick',
      'setImmediate',
      'setTimeout',
      'setInterval',
      'clearTimeout',
      'clearImmediate',
      'clearInterval',
      'performance',
      'queueMicrotask',
    ],
  });
}
