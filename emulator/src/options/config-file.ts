import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { EmulatorOptions } from './options.js';
import { PLATFORMS } from './apps-and-users.js';

const domain = z
  .string()
  .regex(
    /^(\[[0-9a-f:]+\]|[^\s/:]+)(:(\d+|\*))?$/i,
    'must be a host alone, without scheme and path, such as login.example.com',
  );

const app = z.strictObject({
  appid: z.string().regex(/^wx[0-9a-f]{16}$/, 'must be wx and 16 hex digits'),
  secret: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits'),
  platform: z.enum(PLATFORMS),
  name: z.string().min(1, 'must not be empty'),
  domains: z.array(domain).exactOptional(),
  openPlatform: z.string().min(1, 'must not be empty').exactOptional(),
});

const user = z.strictObject({
  name: z.string().min(1, 'must not be empty'),
  nickname: z.string(),
  headimgurl: z.string().exactOptional(),
  unionKey: z.string().min(1, 'must not be empty'),
});

const milliseconds = z.number().min(0, 'must not be negative').exactOptional();
const onOff = z.boolean().exactOptional();

/** Every option of `createEmulator`; the compiler finds one that is missing here, and one that is not of its type. */
const options = {
  apps: z.array(app).exactOptional(),
  users: z.array(user).exactOptional(),
  publicOrigin: z
    .string()
    .regex(/^https?:\/\/[^/?#\s]+$/, 'must be an origin, without a path, such as http://192.168.1.20:4810')
    .exactOptional(),
  pollHold: milliseconds,
  qrLife: milliseconds,
  codeLife: milliseconds,
  refreshLife: milliseconds,
  consentLife: milliseconds,
  denial: z.enum(['stay', 'state-only', 'authdeny']).exactOptional(),
  doubleCallback: z.literal([false, 'two-codes', 'same-code']).exactOptional(),
  strictOrder: onOff,
  requireUserAgent: onOff,
  requireState: onOff,
  scopeTrailingComma: onOff,
  unionidOnBase: onOff,
  ridStyle: z.enum(['rid', 'hints']).exactOptional(),
  expiredCodeErrcode: z.literal([40029, 42003]).exactOptional(),
  expiredTokenErrcode: z.literal([42001, 40001]).exactOptional(),
  expiredRefreshErrcode: z.literal([42002, 40030]).exactOptional(),
  wrongSecretBurnsCode: onOff,
  snapshot: z.enum(['on-request', 'always']).exactOptional(),
  snapshotUserinfo: z.literal(['virtual', 48001]).exactOptional(),
} satisfies { [Name in keyof Required<EmulatorOptions>]: z.ZodType<EmulatorOptions[Name]> };

const config = z.strictObject(options);

/** A configuration file that cannot be read or is not valid; the message says where and why, a line for each mistake. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads a configuration file: JSON with the options of `createEmulator`.
 *
 * @throws ConfigError
 */
export function readConfig(file: string): EmulatorOptions {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ConfigError(`${file} is not valid JSON${placeOf(error as SyntaxError, text)}.`);
  }
  const result = config.safeParse(value);
  if (result.success) return result.data;
  const mistakes = result.error.issues.map((issue) => `  ${describe(issue)}`);
  throw new ConfigError(`${file} is not a valid configuration:\n${mistakes.join('\n')}`);
}

/** Where JSON ends to be valid. Of the parser's message only the number is used: the rest quotes the file, secrets too. */
function placeOf(error: SyntaxError, text: string): string {
  const position = /position (\d+)/.exec(error.message)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

function describe(issue: z.core.$ZodIssue): string {
  const place = issue.path.length === 0 ? '' : `${z.core.toDotPath(issue.path)}: `;
  if (issue.code === 'unrecognized_keys') return `${place}unknown key ${issue.keys.join(', ')}`;
  return `${place}${issue.message}`;
}
