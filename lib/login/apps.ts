import type { Request } from 'express';
import type { Credentials, WeChatComponent } from '../api/endpoints.js';
import { isWeChatBrowser, PLATFORMS, SCOPES, type WeChatPlatform } from '../platform.js';
import { assertOneOf, inspectValue } from '../util/assert.js';
import { findMisnamed } from '../util/misnamed.js';
import { warnAbout } from '../util/warnings.js';

/** How the server proves to WeChat that it acts for an app: one of the two. */
export type WeChatProof =
  | {
      /** The AppSecret. */
      clientSecret: string;
      /** In place of `clientSecret`, not beside it. */
      component?: never;
    }
  | {
      /** In place of `component`, not beside it. */
      clientSecret?: never;
      /** The third-party platform that a service account or a mini program has authorized. */
      component: WeChatComponent;
    };

/**
 * A service account that stands in for the website app if the user is inside WeChat.
 *
 * @see https://developers.weixin.qq.com/doc/service/guide/h5/auth.html
 */
export type OfficialAccount = WeChatProof & {
  /** The AppID of the service account. */
  clientID: string;
  /** `snsapi_userinfo` (default) asks for consent, `snsapi_base` is silent and gives the ids only. */
  scope?: string | readonly string[] | undefined;
};

/** The credentials of one tenant. */
export type WeChatApp = WeChatProof & {
  /** Default `'website'`, or `'officialAccount'` if `scope` is one of its scopes, or with `component`. */
  platform?: WeChatPlatform | undefined;
  /** The AppID. */
  clientID: string;
  /** Default: `snsapi_login` on a website, otherwise `snsapi_userinfo`. A mini program has none. */
  scope?: string | readonly string[] | undefined;
  /** With `platform: 'website'`: what a request from WeChat's in-app browser logs in through. */
  officialAccount?: OfficialAccount | undefined;
};

/** One WeChat app, and what it asks for. */
export interface App extends Credentials {
  readonly platform: WeChatPlatform;
  /** Joined with commas. */
  readonly scope: string;
}

/** The apps that a request can log in through. */
export interface Apps {
  readonly main: App;
  readonly officialAccount?: App;
}

/** Whether the code of a login is posted by an app of yours, and does not come back through a browser. */
export function postsCode({ platform }: App): boolean {
  return platform === 'mobileApp' || platform === 'miniProgram';
}

/** Checks the credentials of the strategy or of a tenant. @throws TypeError that names the option and the cure */
export function parseApps(app: WeChatApp): Apps {
  const platform = app.platform ?? (app.component ? 'officialAccount' : platformForScope(app.scope));
  const main = parseApp(app, platform, '');
  if (!app.officialAccount) return { main };
  if (platform !== 'website') {
    throw new TypeError(
      `officialAccount is the second pair beside platform: 'website'; with platform: '${platform}' give one pair only.`,
    );
  }
  const officialAccount = parseApp(app.officialAccount, 'officialAccount', 'officialAccount.');
  if (officialAccount.clientID === main.clientID) {
    throw new TypeError(
      'officialAccount.clientID is the AppID of the website: the service account has one of its own.',
    );
  }
  return { main, officialAccount };
}

function parseApp(pair: OfficialAccount, platform: WeChatPlatform, prefix: string): App {
  const validated = assertOneOf('platform', PLATFORMS, platform);
  if (pair.component && validated !== 'officialAccount' && validated !== 'miniProgram') {
    throw new TypeError(
      `${prefix}component: only service accounts and mini programs can authorize a third-party platform, not platform: '${validated}'.`,
    );
  }
  return {
    ...parseCredentials(pair, prefix),
    platform: validated,
    scope: parseScope(validated, pair.scope),
  };
}

/** @throws TypeError that names the option and the cure, and shows no value */
export function parseCredentials(given: { clientID: string } & WeChatProof, prefix = ''): Credentials {
  const clientID = assertCredential(prefix, 'clientID', given);
  const { component } = given;
  if (component === undefined) {
    const clientSecret = assertCredential(prefix, 'clientSecret', given);
    return { clientID, proof: () => clientSecret };
  }
  if ((given.clientSecret as unknown) !== undefined) {
    throw new TypeError(
      `${prefix}clientSecret and ${prefix}component stand for each other: give one of them.`,
    );
  }
  const { accessToken } = Object(component) as Partial<WeChatComponent>;
  if (typeof accessToken !== 'function') {
    throw new TypeError(
      `${prefix}component.accessToken must be a function that gives the component_access_token of the platform.`,
    );
  }
  return {
    clientID,
    proof: {
      clientID: assertCredential(`${prefix}component.`, 'clientID', component),
      // As a method: it may be one of a class.
      accessToken: () => component.accessToken(),
    },
  };
}

/**
 * Of an AppID and an AppSecret: where it is to be found, what the other one looks like, and the warning about blanks.
 */
const CREDENTIALS = {
  clientID: {
    origin:
      'it is the AppID of your app at https://open.weixin.qq.com or https://mp.weixin.qq.com (is the environment set?)',
    swapped: /^[\da-f]{32}$/i,
    blank: 'WECHAT_APPID_BLANK',
  },
  clientSecret: {
    origin: 'it is the AppSecret of the app, shown beside its AppID (is the environment set?)',
    swapped: /^wx[\da-f]{16}$/i,
    blank: 'WECHAT_SECRET_BLANK',
  },
} as const;

/** Of guides, this package's own among them. */
const PLACEHOLDER = /^(wx0123456789abcdef|your[ _-].*|<.*>|x{3,})$/i;

/** @throws TypeError that names the option and the cure, and shows no value */
export function assertCredential(prefix: string, option: keyof typeof CREDENTIALS, given: object): string {
  const value: unknown = Reflect.get(given, option);
  const { origin, swapped, blank } = CREDENTIALS[option];
  if (typeof value !== 'string' || value.trim() === '') {
    throw new TypeError(`${prefix}${option} is missing${findMisnamed(option, given)}: ${origin}.`);
  }
  if (/^["'].*["']$/.test(value))
    throw new TypeError(`${prefix}${option} is in quotation marks: leave them out.`);
  // In the place of the AppID, a secret would stand in the address bar of every user.
  if (swapped.test(value)) {
    throw new TypeError(
      `${prefix}${option} looks like its counterpart: are the AppID and the AppSecret swapped?`,
    );
  }
  if (/\s/.test(value)) warnAbout(blank);
  if (PLACEHOLDER.test(value)) warnAbout('WECHAT_PLACEHOLDER', prefix + option);
  return value;
}

export function platformForScope(scope: WeChatApp['scope']): WeChatPlatform {
  const [first] = splitScope(scope);
  return first !== undefined && SCOPES.officialAccount.includes(first) ? 'officialAccount' : 'website';
}

/** The scope of one login. @throws TypeError */
export function withScope(app: App, scope: unknown): App {
  return scope === undefined ? app : { ...app, scope: parseScope(app.platform, scope) };
}

export function parseScope(platform: WeChatPlatform, scope: unknown): string {
  const allowed = SCOPES[platform];
  const requested = splitScope(scope);
  if (requested.length === 0) return allowed[0] ?? '';
  const wrong = requested.find((name) => !allowed.includes(name));
  if (wrong === undefined) return requested.join(',');
  throw new TypeError(
    `scope ${inspectValue(wrong)} does not exist on platform '${platform}': ` +
      (allowed.length > 0 ? `use ${allowed.join(' or ')}.` : 'leave scope out.'),
  );
}

function splitScope(scope: unknown): string[] {
  const list = typeof scope === 'string' ? scope.split(',') : (scope ?? []);
  if (!Array.isArray(list) || list.some((name) => typeof name !== 'string')) {
    throw new TypeError('scope must be a string or a list of strings.');
  }
  return (list as string[]).map((name) => name.trim()).filter((name) => name !== '');
}

/**
 * The app that a login begins with: the one of the requested platform, or the one for the user's browser.
 *
 * @throws TypeError if no app of this strategy is of the requested platform
 */
export function selectApp(
  { main, officialAccount }: Apps,
  req: Request,
  platform: WeChatPlatform | undefined,
): App {
  if (platform === undefined) {
    return officialAccount && isWeChatBrowser(req.headers['user-agent']) ? officialAccount : main;
  }
  const requested = assertOneOf('platform', PLATFORMS, platform);
  const app = [main, officialAccount].find((candidate) => candidate?.platform === requested);
  if (app) return app;
  throw new TypeError(
    `platform: '${requested}' chooses among the apps of the strategy, and it has none of this kind: give each kind of app a strategy of its own.`,
  );
}

/** The app that a pending login was begun with, if it is one of these. */
export function appForLogin(
  { main, officialAccount }: Apps,
  login: Pick<App, 'clientID' | 'platform'>,
): App | undefined {
  return [main, officialAccount].find(
    (app) => app?.clientID === login.clientID && app.platform === login.platform,
  );
}
