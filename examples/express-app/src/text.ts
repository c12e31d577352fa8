import type { Request } from 'express';

/** What visitors read, in the two languages of this app; failures.ts has what went wrong. */
export interface Text {
  /** The page's `lang`. */
  lang: 'en' | 'zh-CN';
  /** What WeChat calls the language. */
  wechatLang: 'zh_CN' | 'en';
  app: string;
  logIn: {
    title: string;
    scan: string;
    button: string;
    fullPage: string;
    inWeChat: string;
    onlyInWeChat: string;
    noScript: string;
    scriptBlocked: string;
    reload: string;
    onPhone: string;
    openInWeChat: string;
    copy: string;
    copied: string;
    onComputer: string;
    orOnComputer: string;
    otherPhone: string;
  };
  home: { greeting: (name: string) => string; nameless: string; intro: string };
  already: {
    title: (name: string) => string;
    what: string;
    stay: (name: string) => string;
    change: string;
  };
  account: {
    title: string;
    intro: string;
    link: string;
    linkHint: string;
    linked: string;
    alreadyLinked: string;
    unlink: string;
    leave: string;
    guest: string;
    guestLeave: string;
  };
  join: {
    title: string;
    question: string;
    you: (name: string) => string;
    other: (name: string) => string;
    after: string;
    warning: string;
    yes: string;
  };
  leave: { title: string; what: string; yes: string };
  guestLeave: { title: string; what: string; yes: string };
  cancel: string;
  nameless: string;
  platforms: Record<string, string>;
  logOut: string;
  toHome: string;
  toAccount: string;
  backToAccount: string;
  toLogIn: string;
  tryAgain: string;
}

const en: Text = {
  lang: 'en',
  wechatLang: 'en',
  app: 'WeChat login example',
  logIn: {
    title: 'Log in with WeChat',
    scan: 'Scan the QR code with WeChat',
    button: 'Log in with WeChat',
    fullPage: 'Open WeChat’s own page',
    inWeChat: 'You are in WeChat: one tap logs you in.',
    onlyInWeChat: 'You log in to this site inside WeChat on your phone, with one tap.',
    noScript:
      'WeChat’s QR code needs JavaScript, here and on WeChat’s own page. Turn it on, then reload this page.',
    scriptBlocked:
      'WeChat’s script could not be loaded: a content blocker or the network may be in the way. WeChat’s own page can do without it.',
    reload: 'Reload this page',
    onPhone: 'A phone can’t scan the QR code on its own screen.',
    openInWeChat: 'Copy this link, send it to any chat in WeChat, and tap it there:',
    copy: 'Copy',
    copied: 'Copied',
    onComputer: 'Open this site on a computer, and scan the QR code there with this phone.',
    orOnComputer: 'Or open this site on a computer, and scan the QR code with your phone.',
    otherPhone: 'Scan with another phone',
  },
  home: {
    greeting: (name) => `Hello, ${name}`,
    nameless: 'Hello, WeChat user',
    intro: 'You are logged in with WeChat.',
  },
  already: {
    title: (name) => `You are logged in as ${name}`,
    what: 'A second login from this browser was not carried out. If it was somebody else’s, log out first, then log in again.',
    stay: (name) => `Go on as ${name}`,
    change: 'Log out, use another WeChat',
  },
  account: {
    title: 'Your account',
    intro: 'You can log in to this account in these ways:',
    link: 'Link WeChat',
    linkHint:
      'Does the same WeChat open another account here? Join the two: log in with it once more. We ask before anything is joined.',
    linked: 'WeChat is linked to your account.',
    alreadyLinked: 'This WeChat was already linked to your account. Nothing has changed.',
    unlink: 'Unlink',
    leave: 'Delete account',
    guest:
      'Somebody else has linked your WeChat to their account. You can use it, but only its owner can link a WeChat or delete it.',
    guestLeave: 'Leave this account',
  },
  join: {
    title: 'Join two accounts?',
    question:
      'The WeChat that you have just used has an account of its own here. If you go on, the two become one:',
    you: (name) => `Your account: ${name}`,
    other: (name) => `The other one: ${name}`,
    after: 'Whoever logs in to one of them will be in the joined account from then on. This can’t be undone.',
    warning: 'Go on only if both are yours. If somebody else has sent you here, cancel.',
    yes: 'Join the accounts',
  },
  leave: {
    title: 'Delete your account?',
    what: 'Your name, your picture and all links to WeChat are deleted here. This can’t be undone.',
    yes: 'Delete my account',
  },
  guestLeave: {
    title: 'Leave this account?',
    what: 'Your WeChat will not open this account any more. The account stays with its owner.',
    yes: 'Leave',
  },
  cancel: 'Cancel',
  nameless: 'WeChat user',
  platforms: {
    website: 'Website (QR code)',
    officialAccount: 'Service account (inside WeChat)',
    mobileApp: 'Mobile app',
    miniProgram: 'Mini program',
  },
  logOut: 'Log out',
  toHome: 'Go to the home page',
  toAccount: 'Your account',
  backToAccount: 'Back to your account',
  toLogIn: 'To the login page',
  tryAgain: 'Try again',
};

const zh: Text = {
  lang: 'zh-CN',
  wechatLang: 'zh_CN',
  app: '微信登录示例',
  logIn: {
    title: '微信登录',
    scan: '请使用微信扫描二维码',
    button: '微信登录',
    fullPage: '打开微信登录页面',
    inWeChat: '你正在微信里打开本页，点一下按钮即可登录。',
    onlyInWeChat: '请在手机微信里登录，只需点一下。',
    noScript: '本页和微信登录页面的二维码都需要 JavaScript，请启用后重新加载本页。',
    scriptBlocked: '微信的脚本无法加载，可能是被浏览器插件拦截，或网络有问题。你仍可以打开微信登录页面扫码。',
    reload: '重新加载本页',
    onPhone: '手机无法扫描自己屏幕上的二维码。',
    openInWeChat: '复制下面的链接，发到任意微信聊天，然后在微信中点开：',
    copy: '复制',
    copied: '已复制',
    onComputer: '请在电脑上打开本站，再用这部手机扫码登录。',
    orOnComputer: '也可以在电脑上打开本站，再用手机扫码。',
    otherPhone: '用另一部手机扫码',
  },
  home: {
    greeting: (name) => `你好，${name}`,
    nameless: '你好，微信用户',
    intro: '你已通过微信登录。',
  },
  already: {
    title: (name) => `当前登录的账号：${name}`,
    what: '此浏览器已经登录，刚才的登录没有生效。如果要换一个账号，请先退出，再重新登录。',
    stay: () => '继续使用当前账号',
    change: '退出并换一个微信登录',
  },
  account: {
    title: '我的账号',
    intro: '你可以通过以下方式登录本账号：',
    link: '绑定微信',
    linkHint: '同一个微信在本站还有另一个账号？用它再登录一次，即可合并到这里。合并前会先征求你的同意。',
    linked: '微信已绑定到你的账号。',
    alreadyLinked: '这个微信已经绑定了你的账号，无需重复绑定。',
    unlink: '解绑',
    leave: '注销账号',
    guest: '这个账号的主人绑定了你的微信。你可以使用本账号，但只有主人才能绑定微信或注销账号。',
    guestLeave: '解绑我的微信',
  },
  join: {
    title: '合并两个账号？',
    question: '刚才使用的微信在本站已有账号。继续操作会把这两个账号合并成一个：',
    you: (name) => `你的账号：${name}`,
    other: (name) => `另一个账号：${name}`,
    after: '合并之后，用其中任何一个登录，进入的都是合并后的账号。合并无法撤销。',
    warning: '只有两个账号都是你本人的，才可以继续。如果是别人让你这样操作的，请取消。',
    yes: '合并账号',
  },
  leave: {
    title: '注销账号？',
    what: '你在本站的昵称、头像和微信绑定关系都会被删除，且无法恢复。',
    yes: '确认注销',
  },
  guestLeave: {
    title: '解绑你的微信？',
    what: '解绑之后，你的微信不能再登录这个账号。账号仍归它的主人所有。',
    yes: '确认解绑',
  },
  cancel: '取消',
  nameless: '微信用户',
  platforms: {
    website: '网站（扫码）',
    officialAccount: '服务号（微信内网页）',
    mobileApp: '移动应用',
    miniProgram: '小程序',
  },
  logOut: '退出登录',
  toHome: '返回首页',
  toAccount: '我的账号',
  backToAccount: '返回我的账号',
  toLogIn: '前往登录页面',
  tryAgain: '重新登录',
};

/** The language that the visitor's browser asks for. */
export function textFor(req: Request): Text {
  return req.acceptsLanguages('en', 'zh') === 'zh' ? zh : en;
}
