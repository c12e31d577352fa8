import type { Language } from './text.js';

/** How `examine` examines. */
export interface ExamineOptions {
  /** Language of the findings. Default `'en'`. */
  language?: Language;
  /** Also begin a login as WeChat's in-app browser. Default `true`. */
  wechat?: boolean;
  /** Also begin a login as a desktop browser. Default `true`. */
  desktop?: boolean;
  /** Look at DNS, connection, proxy and clock of this machine. Default `true`; `false` with an emulator. */
  network?: boolean;
  /** Origin of a wechat-login-emulator that the app is pointed at: real logins, and every fault. Default: none. */
  emulator?: string;
  /** URL of a page of the app that shows who is logged in. Default: the page after the login. */
  who?: string;
  /** Names of two of the emulator's users. Default `['amei', 'dawei']`. */
  users?: [string, string];
  /** Milliseconds in which the app must respond. Default 10 000. */
  patience?: number;
  /** Called before each step, for long waits. */
  onStep?: (step: string) => void;
}

/** The options with their defaults, checked. */
export interface ResolvedOptions {
  url: URL;
  language: Language;
  wechat: boolean;
  desktop: boolean;
  network: boolean;
  emulator: URL | undefined;
  who: URL | undefined;
  users: [string, string];
  patience: number;
  onStep: (step: string) => void;
}

/** @throws TypeError that names the option, and what it must be */
export function resolveOptions(url: string | URL, options: ExamineOptions = {}): ResolvedOptions {
  const { language = 'en', wechat = true, desktop = true, patience = 10_000 } = options;
  const users = options.users ?? ['amei', 'dawei'];
  // What a JavaScript program gives, types do not check.
  if (!['en', 'zh'].includes(language)) throw new TypeError('language must be "en" or "zh"');
  if (!wechat && !desktop) throw new TypeError('one of desktop and wechat must be true');
  if (!isPairOfNames(users)) throw new TypeError("users must be two names of the emulator's users");
  if (!Number.isFinite(patience) || patience <= 0)
    throw new TypeError('patience must be a number of milliseconds');
  const emulator = options.emulator === undefined ? undefined : asUrl(options.emulator, 'emulator');
  return {
    url: asUrl(url, 'url'),
    language,
    wechat,
    desktop,
    network: options.network ?? emulator === undefined,
    emulator: emulator && new URL(emulator.origin),
    who: options.who === undefined ? undefined : asUrl(options.who, 'who'),
    users,
    patience,
    onStep: options.onStep ?? (() => undefined),
  };
}

function isPairOfNames(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((name) => typeof name === 'string' && name !== '')
  );
}

function asUrl(value: string | URL, name: string): URL {
  const text = String(value);
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new TypeError(`${name} must be an http or https URL, such as https://shop.example.com/auth/wechat`);
  }
  return new URL(text);
}
