import type { EmulatorApp } from './apps-and-users.js';
import { checkOptions } from './check-options.js';
import { DEFAULT_APPS, DEFAULT_COMPONENTS, DEFAULT_USERS } from './defaults.js';
import type { EmulatorOptions } from './options.js';

/** Options with every default filled in; `codeLife` has one per platform. */
export type ResolvedOptions = Required<Omit<EmulatorOptions, 'publicOrigin' | 'codeLife'>> &
  Pick<EmulatorOptions, 'publicOrigin' | 'codeLife'>;

const MINUTE = 60_000;

const DEFAULTS: ResolvedOptions = {
  apps: DEFAULT_APPS,
  users: DEFAULT_USERS,
  components: DEFAULT_COMPONENTS,
  pollHold: 25_000,
  qrLife: 5 * MINUTE,
  refreshLife: 30 * 24 * 60 * MINUTE,
  denial: 'stay',
  doubleCallback: false,
  strictOrder: false,
  requireUserAgent: true,
  requireState: false,
  checkOpenid: false,
  scopeTrailingComma: false,
  unionidOnBase: false,
  ridStyle: 'rid',
  expiredCodeErrcode: 40029,
  expiredTokenErrcode: 42001,
  expiredRefreshErrcode: 42002,
  wrongSecretErrcode: 40125,
  wrongSecretBurnsCode: false,
  consentLife: 0,
  snapshot: 'on-request',
  snapshotUserinfo: 'virtual',
};

/** @throws OptionsError, a TypeError that names each option that is wrong */
export function resolveOptions(options: unknown): ResolvedOptions {
  return { ...DEFAULTS, ...checkOptions(options, 'createEmulator(): these options are not valid') };
}

/**
 * Milliseconds that a code of this app lives: 10 minutes on the open platform, 5 in WeChat and in mini
 * programs.
 */
export function codeLife(app: EmulatorApp, { codeLife }: ResolvedOptions): number {
  if (codeLife !== undefined) return codeLife;
  return app.platform === 'website' || app.platform === 'mobileApp' ? 10 * MINUTE : 5 * MINUTE;
}
