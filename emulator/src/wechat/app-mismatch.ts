import type { EmulatorApp, Platform } from '../options/apps-and-users.js';
import type { Fix } from './fix.js';
import { SCOPE_TEXT, type PageError } from './page-errors.js';

/** The pages of open.weixin.qq.com, each for apps of one platform and for its scopes. */
const PAGES = {
  qrconnect: {
    platform: 'website',
    scope: { en: 'snsapi_login alone', zh: 'scope 只能是 snsapi_login' },
  },
  'oauth2/authorize': {
    platform: 'officialAccount',
    scope: {
      en: 'either snsapi_base or snsapi_userinfo',
      zh: 'scope 只能是 snsapi_base 或 snsapi_userinfo 之一',
    },
  },
} satisfies Record<string, { platform: Platform; scope: Fix }>;

type Page = keyof typeof PAGES;

/** What an app of each platform is called, and the guide to its login in docs/. */
const KINDS: Record<Platform, Fix & { guide: string }> = {
  website: { en: 'a website application', zh: '网站应用', guide: 'website-qr' },
  officialAccount: { en: 'an official account', zh: '服务号', guide: 'inside-wechat' },
  mobileApp: { en: 'a mobile app', zh: '移动应用', guide: 'native-app' },
  miniProgram: { en: 'a mini program', zh: '小程序', guide: 'mini-program' },
};

/** Refuses an appid that is not of the kind that the page is for. */
export function wrongPlatform({ appid, platform }: EmulatorApp, page: Page): PageError {
  const [has, needs] = [KINDS[platform], KINDS[PAGES[page].platform]];
  return {
    text: SCOPE_TEXT,
    fix: lines(
      {
        en: `${appid} is the appid of ${has.en}; this page, ${page}, needs that of ${needs.en}.`,
        zh: `${appid} 是${has.zh}的 appid，而此页面（${page}）需要${needs.zh}的 appid。`,
      },
      {
        en: `In passport-wechat-oauth2 the option platform says what kind of app clientID belongs to: for this one, platform: '${platform}'.`,
        zh: `在 passport-wechat-oauth2 中，选项 platform 说明 clientID 属于哪类应用；这个 appid 对应 platform: '${platform}'。`,
      },
      {
        en: `Read, in its repository, docs/${has.guide}.md (${has.en}) and docs/${needs.guide}.md (${needs.en}).`,
        zh: `参见其仓库中的 docs/${has.guide}.zh-CN.md（${has.zh}）和 docs/${needs.guide}.zh-CN.md（${needs.zh}）。`,
      },
    ),
  };
}

/** Refuses a scope that apps of the page's platform do not have. */
export function wrongScope({ appid, platform }: EmulatorApp, page: Page, scope: string): PageError {
  const [kind, allowed] = [KINDS[platform], PAGES[page].scope];
  const wording =
    page === 'qrconnect' ? { text: SCOPE_TEXT } : { text: '此公众号并没有这些scope的权限', code: 10005 };
  return {
    ...wording,
    fix: lines(
      {
        en: `scope is ${scope}; ${appid} is the appid of ${kind.en}, for which it must be ${allowed.en}.`,
        zh: `scope 为 ${scope}，而 ${appid} 是${kind.zh}的 appid，${allowed.zh}。`,
      },
      {
        en: `In passport-wechat-oauth2, platform: '${platform}' without the option scope sends a right one. For another kind of app, change clientID and platform together.`,
        zh: `在 passport-wechat-oauth2 中，设 platform: '${platform}' 且不设 scope，就会发送正确的值。如果本想使用另一类应用，请同时更换 clientID 和 platform。`,
      },
      {
        en: `Read docs/${kind.guide}.md in its repository.`,
        zh: `参见其仓库中的 docs/${kind.guide}.zh-CN.md。`,
      },
    ),
  };
}

/** Refuses another browser than WeChat's on `oauth2/authorize`, and says which option may have led it there. */
export function notInWeChat(app: EmulatorApp | undefined): PageError {
  return {
    text: '请在微信客户端打开链接',
    textEn: 'Please open this link in WeChat',
    fix: lines(
      {
        en: "oauth2/authorize opens only in WeChat's own browser (User-Agent with MicroMessenger); other browsers use qrconnect.",
        zh: 'oauth2/authorize 只能在微信内置浏览器（UA 含 MicroMessenger）中打开，其他浏览器请使用 qrconnect。',
      },
      app && app.platform !== 'officialAccount' ? otherKind(app) : SCOPE_MEANS_ACCOUNT,
    ),
  };
}

function otherKind({ appid, platform }: EmulatorApp): Fix {
  return {
    en: `${appid} is the appid of ${KINDS[platform].en}: in passport-wechat-oauth2, set platform: '${platform}' and leave out scope.`,
    zh: `${appid} 是${KINDS[platform].zh}的 appid：在 passport-wechat-oauth2 中请设置 platform: '${platform}'，并去掉 scope。`,
  };
}

const SCOPE_MEANS_ACCOUNT = {
  en: "In passport-wechat-oauth2, a scope of snsapi_userinfo or snsapi_base means platform 'officialAccount'.",
  zh: "在 passport-wechat-oauth2 中，scope 为 snsapi_userinfo 或 snsapi_base 时，platform 即为 'officialAccount'。",
};

const FOREIGN = { text: 'redirect_uri 域名与后台配置不一致', code: 10003 };

/** Refuses a callback on a host that is none of the app's domains. */
export function foreignHost(app: EmulatorApp, host: string): PageError {
  const why = {
    en: 'WeChat wants one of them exactly; sub-domains do not count.',
    zh: '微信要求主机与其中之一完全一致，子域名不算。',
  };
  return { ...FOREIGN, fix: lines(cameFrom(host), domainsOf(app), why, add(host)) };
}

/** Refuses a callback with a port that the app's domains do not name. */
export function foreignPort(app: EmulatorApp, host: string): PageError {
  const why = {
    en: 'WeChat refuses every port; the emulator allows one that the domains name, for development.',
    zh: '微信不接受任何端口；仅供开发时，模拟器允许 domains 中写明的端口。',
  };
  return { ...FOREIGN, fix: lines(cameFrom(host), domainsOf(app), why, add(host)) };
}

function cameFrom(host: string): Fix {
  return { en: `The host of redirect_uri is ${host}.`, zh: `redirect_uri 的主机是 ${host}。` };
}

function domainsOf({ name, appid, domains = [] }: EmulatorApp): Fix {
  const list = domains.join(', ');
  return {
    en: list === '' ? `${name} (${appid}) has no domains.` : `The domains of ${name} (${appid}): ${list}.`,
    zh: list === '' ? `${name}（${appid}）没有配置 domains。` : `${name}（${appid}）的 domains：${list}。`,
  };
}

function add(host: string): Fix {
  return {
    en: `Open your app under one of these hosts, or add '${host}' to the app's domains: in createEmulator({ apps }), or in the file of --config.`,
    zh: `请用已配置的主机打开你的应用，或者把 '${host}' 加入该应用的 domains：在 createEmulator({ apps }) 或 --config 指定的文件中。`,
  };
}

function lines(...all: Fix[]): Fix {
  return { en: all.map(({ en }) => en).join('\n'), zh: all.map(({ zh }) => zh).join('\n') };
}
