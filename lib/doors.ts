import type { Request } from 'express';
import { checkedText, oneOf, quoted } from './checks.js';
import type { Credentials } from './endpoints.js';
import type { OfficialAccount, WeChatApp, WeChatAuthenticateOptions, AnyStrategyOptions } from './options.js';
import { isWeChatBrowser, PLATFORMS, SCOPES, type WeChatPlatform } from './platform.js';
import { keepsData, type KeptLogin } from './state/login-state.js';
import type { StateStore } from './state/store.js';
import { warnOnce } from './warnings.js';

/** One pair of credentials with what it may ask for. */
export interface Door extends Credentials {
  readonly platform: WeChatPlatform;
  readonly scope: string;
}

/** The doors that a request can come in through. */
export interface Doors {
  readonly main: Door;
  readonly officialAccount?: Door;
}

/** Checks a tenant's or the strategy's own credentials. @throws TypeError that names the option and the cure */
function doorsOf(app: WeChatApp, store: StateStore | undefined): Doors {
  const platform = app.platform ?? platformOf(app.scope);
  const main = doorOf(app, platform, '');
  if (!app.officialAccount) return { main };
  if (platform !== 'website') {
    throw new TypeError(
      `officialAccount is the second pair beside platform: 'website'; with platform: '${platform}' give one pair only.`,
    );
  }
  if (store && !keepsData(store)) {
    throw new TypeError(
      'officialAccount needs a store that keeps data, with store(req, state, meta, callback): the answer of WeChat does ' +
        'not say which of the two pairs it is for.',
    );
  }
  const officialAccount = doorOf(app.officialAccount, 'officialAccount', 'officialAccount.');
  if (officialAccount.clientID === main.clientID) {
    throw new TypeError(
      'officialAccount.clientID is the AppID of the website: the service account has one of its own.',
    );
  }
  return { main, officialAccount };
}

/** The same credentials asking for another scope, or as another kind of app. */
export function withScope(door: Door, platform: WeChatPlatform, scope: unknown): Door {
  if (scope === undefined && platform === door.platform) return door;
  const known = oneOf('platform', PLATFORMS, platform);
  return { ...door, platform: known, scope: checkedScope(known, scope) };
}

function doorOf(pair: OfficialAccount, platform: WeChatPlatform, prefix: string): Door {
  const clientID = checkedText(`${prefix}clientID`, pair.clientID);
  const clientSecret = checkedText(`${prefix}clientSecret`, pair.clientSecret);
  if (/\s/.test(clientID)) warnOnce('WECHAT_APPID_BLANK');
  if (/\s/.test(clientSecret)) warnOnce('WECHAT_SECRET_BLANK');
  const known = oneOf('platform', PLATFORMS, platform);
  return {
    clientID,
    clientSecret: () => clientSecret,
    platform: known,
    scope: checkedScope(known, pair.scope),
  };
}

function platformOf(scope: WeChatApp['scope']): WeChatPlatform {
  const [first] = scopesOf(scope);
  return first !== undefined && SCOPES.officialAccount.includes(first) ? 'officialAccount' : 'website';
}

function checkedScope(platform: WeChatPlatform, scope: unknown): string {
  const allowed = SCOPES[platform];
  const asked = scopesOf(scope);
  if (asked.length === 0) return allowed[0] ?? '';
  const wrong = asked.find((name) => !allowed.includes(name));
  if (wrong === undefined) return asked.join(',');
  throw new TypeError(
    `scope ${quoted(wrong)} does not exist on platform '${platform}': ` +
      (allowed.length > 0 ? `use ${allowed.join(' or ')}.` : 'leave scope out.'),
  );
}

function scopesOf(scope: unknown): string[] {
  const list = typeof scope === 'string' ? scope.split(',') : (scope ?? []);
  if (!Array.isArray(list) || list.some((name) => typeof name !== 'string')) {
    throw new TypeError('scope must be a text or a list of texts.');
  }
  return (list as string[]).map((name) => name.trim()).filter((name) => name !== '');
}

/** Where the doors of a request come from: the strategy's own credentials, or the tenant's. */
export function doorsFunction(
  options: AnyStrategyOptions,
  store: StateStore | undefined,
): (req: Request) => Doors | Promise<Doors> {
  const { resolveApp } = options;
  if (resolveApp === undefined) {
    const doors = doorsOf(options, store);
    return () => doors;
  }
  if (typeof resolveApp !== 'function') throw new TypeError('resolveApp must be a function of the request.');
  return async (req) => {
    const app: unknown = await resolveApp(req);
    if (typeof app !== 'object' || app === null) {
      throw new TypeError('resolveApp must return the credentials: { clientID, clientSecret }.');
    }
    return doorsOf(app as WeChatApp, store);
  };
}

/** The door that a login begins at: the one that is asked for, or the one that suits the visitor's browser. */
export function chosenDoor(doors: Doors, req: Request, options: WeChatAuthenticateOptions): Door {
  const { main, officialAccount } = doors;
  const { platform } = options;
  if (officialAccount && (platform ?? platformFor(req)) === 'officialAccount') return officialAccount;
  return platform === undefined ? main : withScope(main, platform, undefined);
}

function platformFor(req: Request): WeChatPlatform {
  return isWeChatBrowser(req.headers['user-agent']) ? 'officialAccount' : 'website';
}

/** The door that a kept login was started for, or nothing when it was for another strategy or app. */
export function doorOfLogin(doors: Doors, login: KeptLogin, strategy: string): Door | undefined {
  const door = [doors.main, doors.officialAccount].find(
    (candidate) => candidate?.clientID === login.clientID,
  );
  if (!door || login.strategy !== strategy) return undefined;
  return withScope(door, login.platform, login.scope);
}
