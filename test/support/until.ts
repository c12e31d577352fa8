/** Polls until `look` gives a value that is neither undefined nor false. */
export async function until<T>(look: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
  for (let waited = 0; waited < 60_000; waited += 5) {
    const found = await look();
    if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`it did not happen: ${String(look)}`);
}
