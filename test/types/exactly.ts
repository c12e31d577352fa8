type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Takes a value of exactly this type: not of one that is narrower or wider, and not `any`. */
export function exactly<Expected>(): <Actual>(
  value: Actual & (Same<Actual, Expected> extends true ? unknown : never),
) => void {
  return () => undefined;
}

/** Takes a value that has this type, or a narrower one. */
export function is<Expected>(value: Expected): Expected {
  return value;
}

const anything: unknown = JSON.parse('0');
exactly<unknown>()(anything);
// @ts-expect-error it is not wider
exactly<string | number>()('text' as string);
// @ts-expect-error it is not any
exactly<string>()(JSON.parse('0'));
