/** The codes of the warnings that `use` causes. Each is emitted once per process, so `use` gets fresh modules. */
export async function collectWarnings(use: () => Promise<void>): Promise<unknown[]> {
  const codes: unknown[] = [];
  const emit = jest.spyOn(process, 'emitWarning').mockImplementation((_text, options) => {
    codes.push((options as { code?: string }).code);
  });
  await jest.isolateModulesAsync(use);
  emit.mockRestore();
  return codes;
}
