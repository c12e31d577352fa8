/**
 * Which kind of WeChat app a pair of credentials belongs to: `'website'` (网站应用), `'officialAccount'` (服务号),
 * `'mobileApp'` (移动应用) or `'miniProgram'` (小程序).
 */
export type Platform = (typeof PLATFORMS)[number];

export const PLATFORMS = ['website', 'officialAccount', 'mobileApp', 'miniProgram'] as const;

/** An app as it stands in WeChat's console. */
export interface EmulatorApp {
  /** WeChat's are `wx` and 16 hex digits; here any string without spaces. */
  appid: string;
  /** WeChat's are 32 hex digits; here any string without spaces. */
  secret: string;
  /** What the app may ask for, and on which page. */
  platform: Platform;
  /** The name that users read on the QR page and on the phone. */
  name: string;
  /** The name on English pages; `name` by default. */
  nameEn?: string;
  /**
   * Callback domains of a website or official account: exact hosts, without scheme, port or path, as WeChat's
   * console takes them.
   *
   * WeChat refuses a port and `localhost`. For development an entry may name them explicitly:
   * `localhost:3000` allows that port, `localhost:*` any port. This is the emulator's one deliberate laxness.
   *
   * @example ['login.example.com', 'localhost:*']
   */
  domains?: string[];
  /**
   * The open platform account that the app is bound to. Apps that share one see the same unionid; without one
   * there is none.
   */
  openPlatform?: string;
  /**
   * The appids of the third-party platforms (第三方平台) that this official account or mini program has
   * authorized.
   */
  components?: string[];
}

/** A third-party platform (第三方平台): software that many official accounts and mini programs have authorized. */
export interface EmulatorComponent {
  /** What clients send as `component_appid`. */
  appid: string;
  /** What the platform's own server sends as `component_appsecret`. */
  secret: string;
  /** The name on the start page. */
  name: string;
  /** The name on English pages; `name` by default. */
  nameEn?: string;
  /** Callback domains that the platform has registered, in the form of an app's `domains`. */
  domains?: string[];
}

/** A user who has WeChat on the emulated phone. */
export interface EmulatorUser {
  /** How scripts and forms name the user; unique. */
  name: string;
  /** The nickname that WeChat reports. It may be empty. */
  nickname: string;
  /**
   * The URL of the picture; `''` for a user without one. Left out: the emulator draws one and serves it
   * itself.
   */
  headimgurl?: string;
  /**
   * Identifies the user: the openid of each app and the unionid of each open platform account are derived
   * from it.
   */
  unionKey: string;
}

/**
 * The platforms that one of the apps has authorized; the built-in one means nothing to apps that do not name
 * it.
 */
export function authorizedComponents(
  apps: readonly EmulatorApp[],
  components: readonly EmulatorComponent[],
): EmulatorComponent[] {
  return components.filter(({ appid }) => apps.some((app) => app.components?.includes(appid)));
}
