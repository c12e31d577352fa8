// The real timers and the real clock, taken when the module loads: fake timers that a test installs later would stop
// the deadlines of the calls to WeChat, and with them the calls.
export const { setTimeout, clearTimeout, setImmediate } = globalThis;

/** Milliseconds on a clock that is never set back. */
export const now = performance.now.bind(performance);

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * One whole turn of the event loop: what the system holds for a socket by now has been read when it ends, unless that
 * is more than libuv reads in one turn. https://docs.libuv.org/en/v1.x/design.html#the-i-o-loop
 */
export async function eventLoopTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
