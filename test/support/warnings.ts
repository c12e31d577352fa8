/** The codes of the warnings that come out of `use`. Each comes once in a process, so what `use` imports is loaded afresh. */
export async function warningsOf(use: () => Promise<void>): Promise<unknown[]> {
  const codes: unknown[] = [];
  const emit = jest.spyOn(process, 'emitWarning').mockImplementation((_text, options) => {
    codes.push((options as { code?: string }).code);
  });
  await jest.isolateModulesAsync(use);
  emit.mockRestore();
  return codes;
}
