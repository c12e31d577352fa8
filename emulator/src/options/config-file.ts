import { readFileSync } from 'node:fs';
import { checkOptions, OptionsError } from './check-options.js';
import type { EmulatorOptions } from './options.js';

/**
 * Reads a configuration file: JSON with the options of `createEmulator`.
 *
 * @throws OptionsError when it cannot be read or is not valid
 */
export function readConfig(file: string): EmulatorOptions {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new OptionsError(`${file} cannot be read: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new OptionsError(`${file} is not valid JSON${describePosition(error as SyntaxError, text)}.`);
  }
  return checkOptions(value, `${file} is not a valid configuration`);
}

/**
 * Where JSON ends to be valid. Of the parser's message only the number is used: the rest quotes the file,
 * secrets too.
 */
function describePosition(error: SyntaxError, text: string): string {
  const position = /position (\d+)/.exec(error.message)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}
