import type { Backend } from '../../backend.js';
import type { EmulatorApp, Platform } from '../../options/apps-and-users.js';
import { joinHints, localizeName, type Hint } from '../../shared/hint.js';
import { explainAppid } from '../mix-ups.js';
import { ACCOUNT_SCOPE_TEXT, DOMAIN_TEXT, PAGE_ERRORS, SCOPE_TEXT, type PageError } from './page-errors.js';

/** The pages of open.weixin.qq.com, each for apps of one platform and for its scopes. */
const PAGES = {
  qrconnect: {
    platform: 'website',
    /** The scope that must be there, if one must. */
    requires: 'snsapi_login',
    allows: ['snsapi_login', 'snsapi_userinfo'],
    scope: { en: 'snsapi_login', zh: 'scope 必须是 snsapi_login' },
  },
  'oauth2/authorize': {
    platform: 'officialAccount',
    requires: undefined,
    allows: ['snsapi_base', 'snsapi_userinfo'],
    scope: { en: 'snsapi_base or snsapi_userinfo', zh: 'scope 必须是 snsapi_base 或 snsapi_userinfo' },
  },
} satisfies Record<
  string,
  { platform: Platform; requires: string | undefined; allows: string[]; scope: Hint }
>;

type Page = keyof typeof PAGES;

/** What an app of each platform is called. */
const KINDS: Record<Platform, Hint> = {
  website: { en: 'a website application', zh: '网站应用' },
  officialAccount: { en: 'an official account', zh: '服务号' },
  mobileApp: { en: 'a mobile app', zh: '移动应用' },
  miniProgram: { en: 'a mini program', zh: '小程序' },
};

/** Where each kind of app logs in, in WeChat's terms. */
const WAYS: Record<Platform, Hint> = {
  website: {
    en: 'A website application logs in at connect/qrconnect with scope snsapi_login.',
    zh: '网站应用使用 connect/qrconnect，scope 为 snsapi_login。',
  },
  officialAccount: {
    en: 'An official account logs in at connect/oauth2/authorize, inside WeChat, with scope snsapi_userinfo or snsapi_base.',
    zh: '服务号在微信内使用 connect/oauth2/authorize，scope 为 snsapi_userinfo 或 snsapi_base。',
  },
  mobileApp: {
    en: 'A mobile app has no page: the SDK on the phone gets the code (SendAuth), and the app posts it to its server.',
    zh: '移动应用没有网页：由手机上的 SDK（SendAuth）取得 code，再由 App 提交给服务器。',
  },
  miniProgram: {
    en: 'A mini program has no page: wx.login gives it a code, which its server exchanges at sns/jscode2session.',
    zh: '小程序没有网页：由 wx.login 取得 code，服务器再调用 sns/jscode2session。',
  },
};

/** Refuses an appid that is none of an app's. */
export function unknownApp(backend: Backend, appid: string): PageError {
  if (appid === '') return PAGE_ERRORS.noAppid;
  if (backend.components.component(appid)) return PAGE_ERRORS.platformAppid;
  const { unknownAppid } = PAGE_ERRORS;
  return { ...unknownAppid, hint: joinHints(explainAppid(backend, appid), unknownAppid.hint) };
}

/** Refuses an appid that is not of the kind that the page is for. */
export function wrongPlatform({ appid, platform }: EmulatorApp, page: Page): PageError {
  const [has, needs] = [KINDS[platform], KINDS[PAGES[page].platform]];
  return {
    text: SCOPE_TEXT,
    hint: joinHints(
      {
        en: `${appid} is the appid of ${has.en}; this page, ${page}, needs that of ${needs.en}.`,
        zh: `${appid} 是${has.zh}的 appid，而此页面（${page}）需要${needs.zh}的 appid。`,
      },
      WAYS[platform],
      platformOption(platform),
    ),
  };
}

/**
 * A comma-separated list is allowed if each of its scopes is one of the page's, as published captures show.
 */
export function isScopeOf(page: Page, scope: string): boolean {
  const { requires, allows } = PAGES[page];
  const scopes = scope.split(',');
  return (
    scopes.every((each) => allows.includes(each)) && (requires === undefined || scopes.includes(requires))
  );
}

/** Refuses a scope that apps of the page's platform do not have. */
export function wrongScope({ appid, platform }: EmulatorApp, page: Page, scope: string): PageError {
  const [kind, allowed] = [KINDS[platform], PAGES[page].scope];
  const wording = page === 'qrconnect' ? { text: SCOPE_TEXT } : { text: ACCOUNT_SCOPE_TEXT, code: 10005 };
  return {
    ...wording,
    hint: joinHints(
      {
        en: `scope is ${scope}; ${appid} is the appid of ${kind.en}, for which it must be ${allowed.en}. Several are separated by commas.`,
        zh: `scope 为 ${scope}，而 ${appid} 是${kind.zh}的 appid，${allowed.zh}；多个 scope 以逗号分隔。`,
      },
      {
        en: 'For another kind of app, change appid and scope together.',
        zh: '如果本想使用另一类应用，请同时更换 appid 和 scope。',
      },
    ),
  };
}

/** Refuses another browser than WeChat's on `oauth2/authorize`, and says what may have led it there. */
export function notInWeChat(app: EmulatorApp | undefined): PageError {
  return {
    text: '请在微信客户端打开链接',
    textEn: 'Please open this link in WeChat',
    hint: joinHints(
      {
        en: "oauth2/authorize opens only in WeChat's own browser (User-Agent with MicroMessenger); other browsers use qrconnect.",
        zh: 'oauth2/authorize 只能在微信内置浏览器（UA 含 MicroMessenger）中打开，其他浏览器请使用 qrconnect。',
      },
      ...(app && app.platform !== 'officialAccount' ? describeApp(app) : [SCOPE_LEADS_HERE]),
    ),
  };
}

function describeApp({ appid, platform }: EmulatorApp): Hint[] {
  const kind = KINDS[platform];
  return [
    { en: `${appid} is the appid of ${kind.en}.`, zh: `${appid} 是${kind.zh}的 appid。` },
    WAYS[platform],
    platformOption(platform),
  ];
}

/** Clients name the kind of app in an option of their own, and many call it `platform`. */
function platformOption(platform: Platform): Hint {
  return {
    en: `If your client has an option platform, set platform: '${platform}' for this appid, and leave out scope.`,
    zh: `如果你的客户端有 platform 选项，这个 appid 应设 platform: '${platform}'，并去掉 scope。`,
  };
}

const SCOPE_LEADS_HERE = {
  en: 'Clients come here for the scopes snsapi_userinfo and snsapi_base; snsapi_login, with the appid of a website application, belongs to qrconnect.',
  zh: 'scope 为 snsapi_userinfo 或 snsapi_base 时，客户端会打开此页面；qrconnect 使用 snsapi_login 和网站应用的 appid。',
};

const FOREIGN = { text: DOMAIN_TEXT, code: 10003 };

/** Refuses a callback on a host that is none of the app's domains. */
export function foreignHost(app: EmulatorApp, host: string): PageError {
  const why = {
    en: 'WeChat wants one of them exactly; sub-domains do not count.',
    zh: '微信要求主机与其中之一完全一致，子域名不算。',
  };
  return { ...FOREIGN, hint: joinHints(nameHost(host), listDomains(app), why, addDomain(host)) };
}

/** Refuses a callback with a port that the app's domains do not name. */
export function foreignPort(app: EmulatorApp, host: string): PageError {
  const why = {
    en: 'WeChat refuses every port; the emulator allows one that the domains name, for development.',
    zh: '微信不接受任何端口；仅供开发时，模拟器允许 domains 中写明的端口。',
  };
  return { ...FOREIGN, hint: joinHints(nameHost(host), listDomains(app), why, addDomain(host)) };
}

function nameHost(host: string): Hint {
  return { en: `The host of redirect_uri is ${host}.`, zh: `redirect_uri 的主机是 ${host}。` };
}

function listDomains(app: EmulatorApp): Hint {
  const { appid, domains = [] } = app;
  const { en, zh } = localizeName(app);
  const list = domains.join(', ');
  return {
    en: list === '' ? `${en} (${appid}) has no domains.` : `The domains of ${en} (${appid}): ${list}.`,
    zh: list === '' ? `${zh}（${appid}）没有配置 domains。` : `${zh}（${appid}）的 domains：${list}。`,
  };
}

function addDomain(host: string): Hint {
  return {
    en: `Open your app under one of these hosts, or add '${host}' to the app's domains: in createEmulator({ apps }), or in the file of --config.`,
    zh: `请用已配置的主机打开你的应用，或者把 '${host}' 加入该应用的 domains：在 createEmulator({ apps }) 或 --config 指定的文件中。`,
  };
}
