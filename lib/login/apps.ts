import type { Request } from 'express';
import type { Credentials } from '../api/endpoints.js';
import { isWeChatBrowser, PLATFORMS, SCOPES, type WeChatPlatform } from '../platform.js';
import { assertOneOf, inspectValue } from '../util/assert.js';
import { warnAbout } from '../util/warnings.js';

/**
 * A service account that stands in for the website app if the user is inside WeChat.
 *
 * @see https://developers.weixin.qq.com/doc/service/guide/h5/auth.html
 */
export interface OfficialAccount {
  /** The AppID of the service account. */
  clientID: string;
  /** Its AppSecret. */
  clientSecret: string;
  /** `snsapi_userinfo` (default) asks for consent, `snsapi_base` is silent and gives the ids only. */
  scope?: string | readonly string[] | undefined;
}

/** The credentials of one tenant. */
export interface WeChatApp {
  /** Default `'website'`, or `'officialAccount'` if `scope` is one of its scopes. */
  platform?: WeChatPlatform | undefined;
  /** The AppID. */
  clientID: string;
  /** The AppSecret. */
  clientSecret: string;
  /** Default: `snsapi_login` on a website, otherwise `snsapi_userinfo`. A mini program has none. */
  scope?: string | readonly string[] | undefined;
  /** With `platform: 'website'`: what a request from WeChat's in-app browser logs in through. */
  officialAccount?: OfficialAccount | undefined;
}

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

/** Checks the credentials of the strategy or of a tenant. @throws TypeError that names the option and the cure */
export function parseApps(app: WeChatApp): Apps {
  const platform = app.platform ?? platformForScope(app.scope);
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
  const clientID = assertCredential(prefix, 'clientID', pair.clientID);
  const clientSecret = assertCredential(prefix, 'clientSecret', pair.clientSecret);
  if (/\s/.test(clientID)) warnAbout('WECHAT_APPID_BLANK');
  if (/\s/.test(clientSecret)) warnAbout('WECHAT_SECRET_BLANK');
  const validated = assertOneOf('platform', PLATFORMS, platform);
  return {
    clientID,
    clientSecret: () => clientSecret,
    platform: validated,
    scope: parseScope(validated, pair.scope),
  };
}

const WHERE_TO_FIND = {
  clientID:
    'it is the AppID of your app at https://open.weixin.qq.com or https://mp.weixin.qq.com (is the environment set?)',
  clientSecret: 'it is the AppSecret of the app, shown beside its AppID (is the environment set?)',
} as const;

/** @throws TypeError unless the value is a string that is not blank */
export function assertCredential(prefix: string, option: keyof typeof WHERE_TO_FIND, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new TypeError(`${prefix}${option} is missing: ${WHERE_TO_FIND[option]}.`);
}

function platformForScope(scope: WeChatApp['scope']): WeChatPlatform {
  const [first] = splitScope(scope);
  return first !== undefined && SCOPES.officialAccount.includes(first) ? 'officialAccount' : 'website';
}

/** The scope of one login. @throws TypeError */
export function withScope(app: App, scope: unknown): App {
  return scope === undefined ? app : { ...app, scope: parseScope(app.platform, scope) };
}

function parseScope(platform: WeChatPlatform, scope: unknown): string {
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
