import { z } from 'zod';
import { PLATFORMS } from './apps-and-users.js';
import { DEFAULT_COMPONENTS } from './defaults.js';
import type { EmulatorOptions } from './options.js';

/**
 * Thrown for options, or a file of them, that cannot be used. The message has one line for each mistake: its
 * place and the reason.
 */
export class OptionsError extends TypeError {}

const text = z.string().min(1, 'must not be empty');
const token = z.string().regex(/^\S+$/, 'must be a string without spaces');

const domain = z
  .string()
  .regex(
    /^(\[[0-9a-f:]+\]|[^\s/:]+)(:(\d+|\*))?$/i,
    'must be a host alone, without scheme and path, such as login.example.com or localhost:*',
  );

const app = strict({
  appid: token,
  secret: token,
  platform: z.enum(PLATFORMS),
  name: text,
  nameEn: text.exactOptional(),
  domains: z.array(domain).exactOptional(),
  openPlatform: text.exactOptional(),
  components: z.array(token).exactOptional(),
});

const component = strict({
  appid: token,
  secret: token,
  name: text,
  nameEn: text.exactOptional(),
  domains: z.array(domain).exactOptional(),
});

const user = strict({
  name: text,
  nickname: z.string(),
  headimgurl: z.string().exactOptional(),
  unionKey: text,
});

const origin = z
  .string()
  .refine(
    (value) => /^https?:\/\/[^/?#\s]+\/?$/i.test(value) && URL.canParse(value),
    'must be an origin without a path, such as http://192.168.1.20:4810',
  )
  .transform((value) => new URL(value).origin);

const milliseconds = z.number().min(0, 'must be 0 or more').exactOptional();
const onOff = z.boolean().exactOptional();

/** Every option; the compiler finds one that is missing here, and one that is not of its type. */
const options = strict({
  apps: z.array(app).superRefine(unlike('apps', 'appid')).exactOptional(),
  users: z
    .array(user)
    .min(1, 'must name at least one person, or be left out')
    .superRefine(unlike('users', 'name'))
    .exactOptional(),
  components: z.array(component).superRefine(unlike('components', 'appid')).exactOptional(),
  publicOrigin: origin.exactOptional(),
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
  checkOpenid: onOff,
  scopeTrailingComma: onOff,
  unionidOnBase: onOff,
  ridStyle: z.enum(['rid', 'hints']).exactOptional(),
  expiredCodeErrcode: z.literal([40029, 42003]).exactOptional(),
  expiredTokenErrcode: z.literal([42001, 40001]).exactOptional(),
  expiredRefreshErrcode: z.literal([42002, 40030]).exactOptional(),
  wrongSecretErrcode: z.literal([40125, 40001]).exactOptional(),
  wrongSecretBurnsCode: onOff,
  snapshot: z.enum(['on-request', 'always']).exactOptional(),
  snapshotUserinfo: z.literal(['virtual', 48001]).exactOptional(),
} satisfies { [Name in keyof Required<EmulatorOptions>]: z.ZodType<EmulatorOptions[Name]> }).superRefine(
  namesComponents,
);

/**
 * The options in `value`, whether they come from code or from a file.
 *
 * @throws OptionsError that begins with `verdict`
 */
export function checkOptions(value: unknown, verdict: string): EmulatorOptions {
  const result = options.safeParse(value, { error: wording });
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? `  ${message}` : `  ${z.core.toDotPath(path)}: ${message}`,
  );
  throw new OptionsError([`${verdict}:`, ...mistakes].join('\n'));
}

/** An object with these members and no others; what is undefined counts as left out, also from JavaScript. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  const object = z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown option ${issue.keys.join(', ')}; those that exist are ${known}`
        : undefined,
  });
  return z.preprocess(withoutUndefined, object);
}

function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

/** Refuses apps that have authorized a platform which is not there. */
function namesComponents(
  { apps = [], components = DEFAULT_COMPONENTS }: EmulatorOptions,
  context: z.RefinementCtx,
): void {
  apps.forEach((each, index) => {
    each.components?.forEach((appid, place) => {
      if (components.some((known) => known.appid === appid)) return;
      const message = `${appid} is not the appid of one of components`;
      context.addIssue({ code: 'custom', path: ['apps', index, 'components', place], message });
    });
  });
}

/** Refuses entries that share what tells them apart. */
function unlike<Key extends string>(list: string, key: Key) {
  return (entries: Record<Key, string>[], context: z.RefinementCtx): void => {
    entries.forEach((entry, index) => {
      const first = entries.findIndex((other) => other[key] === entry[key]);
      if (first === index) return;
      const message = `${entry[key]} is that of ${list}[${first}] too`;
      context.addIssue({ code: 'custom', path: [index, key], message });
    });
  };
}

const TYPES: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

/** What zod would say in terms of its own. Values are left out: one of them may be a secret. */
function wording(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => JSON.stringify(value));
    return `must be ${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  }
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
}
