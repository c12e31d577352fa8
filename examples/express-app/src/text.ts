import type { Request } from 'express';
import type { WeChatFailReason } from 'passport-wechat-oauth2';

/** Every sentence that visitors read, in the two languages of this app. */
export interface Text {
  /** The page's `lang`. */
  lang: string;
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
  failures: Record<Failure, Message>;
}

/** What went wrong, and what the visitor can do. */
interface Message {
  title: string;
  what: string;
  todo: string;
}

/** The reasons with which the strategy refuses a login, then this app's own. */
export type Failure =
  WeChatFailReason | 'otherWeChat' | 'lastWeChat' | 'guest' | 'busy' | 'broken' | 'notFound';

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
    onlyInWeChat: 'Open this page in WeChat on your phone, where one tap logs you in.',
    noScript: 'WeChat’s QR code needs JavaScript, here and on WeChat’s own page. Turn it on and',
    scriptBlocked:
      'WeChat’s script could not be loaded: a content blocker or the network may be in the way. Use WeChat’s own page below, or',
    reload: 'reload this page',
    onPhone: 'A phone can’t scan the QR code on its own screen.',
    openInWeChat: 'Copy this link, send it to any chat in WeChat, and tap it there:',
    copy: 'Copy',
    copied: 'Copied',
    onComputer: 'Or open this site on a computer, and scan the QR code with your phone.',
    otherPhone: 'I have a second phone to scan with',
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
  toHome: 'Home',
  toAccount: 'Your account',
  backToAccount: 'Back to your account',
  toLogIn: 'To the login page',
  tryAgain: 'Try again',
  failures: {
    denied: {
      title: 'Login cancelled',
      what: 'You did not allow the login in WeChat.',
      todo: 'Nothing was shared with us. You can start again whenever you like.',
    },
    state: {
      title: 'This login can’t be continued',
      what: 'It was started too long ago, was finished already, or was started in another browser.',
      todo: 'Start again here. If it keeps happening, allow cookies for this site.',
    },
    request: {
      title: 'This link does not work',
      what: 'What came back from WeChat is damaged.',
      todo: 'Start the login again rather than reusing a link.',
    },
    code: {
      title: 'Login expired',
      what: 'WeChat’s permission works once and for a few minutes only. This one has been used or is too old.',
      todo: 'Log in again; it takes one scan.',
    },
    refused: {
      title: 'This login was not accepted',
      what: 'This site does not let this WeChat account in.',
      todo: 'Log in with another WeChat account, or ask the site.',
    },
    blocked: {
      title: 'WeChat refused this login',
      what: 'WeChat restricts your WeChat account at the moment, or considers the login a risk.',
      todo: 'WeChat’s customer service can tell you why. We can’t see the reason.',
    },
    snapshot: {
      title: 'Please open the full page',
      what: 'WeChat is showing this page in preview mode, in which nobody can log in.',
      todo: 'Tap “Use full service” at the bottom right in WeChat, then log in again.',
    },
    otherWeChat: {
      title: 'This is another WeChat account',
      what: 'Your account here belongs to a different WeChat user, or this WeChat is linked to another account.',
      todo: 'Link the WeChat that you usually log in with. To use the other one, log out first.',
    },
    lastWeChat: {
      title: 'This WeChat can’t be unlinked',
      what: 'It is the last one that your account belongs to; without it you could not log in any more.',
      todo: 'You can delete your account instead.',
    },
    guest: {
      title: 'Only the owner of the account can do this',
      what: 'Your WeChat was linked to this account, which belongs to somebody else.',
      todo: 'You can leave the account, or log in with the WeChat that it belongs to.',
    },
    busy: {
      title: 'Please try again in a moment',
      what: 'The login service can’t be reached just now.',
      todo: 'It is not your fault. Try again in a minute.',
    },
    broken: {
      title: 'Something is broken here',
      what: 'The mistake is ours, and it has been logged.',
      todo: 'Trying again later may help.',
    },
    notFound: {
      title: 'There is no such page',
      what: 'The address may be mistyped or out of date.',
      todo: 'The home page is a good place to go on.',
    },
  },
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
    onlyInWeChat: '请用手机在微信里打开本页，点一下按钮即可登录。',
    noScript: '微信的二维码需要 JavaScript，微信登录页面也一样。请启用后',
    scriptBlocked: '微信的脚本无法加载，可能是被浏览器插件拦截，或网络有问题。请打开下方的微信登录页面，或者',
    reload: '重新加载本页',
    onPhone: '手机无法扫描自己屏幕上的二维码。',
    openInWeChat: '复制下面的链接，发到任意微信聊天，然后在微信中点开：',
    copy: '复制',
    copied: '已复制',
    onComputer: '也可以在电脑上打开本站，再用手机扫码。',
    otherPhone: '我有另一部手机可以扫码',
  },
  home: {
    greeting: (name) => `你好，${name}`,
    nameless: '你好，微信用户',
    intro: '你已通过微信登录。',
  },
  already: {
    title: (name) => `你已登录为${name}`,
    what: '同一浏览器中的第二次登录没有执行。如果是其他人要登录，请先退出，再重新登录。',
    stay: (name) => `以${name}的身份继续`,
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
    guestLeave: '退出这个账号',
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
    title: '退出这个账号？',
    what: '退出之后，你的微信不能再登录这个账号。账号仍归它的主人所有。',
    yes: '确认退出',
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
  toHome: '首页',
  toAccount: '我的账号',
  backToAccount: '返回我的账号',
  toLogIn: '前往登录页面',
  tryAgain: '重新登录',
  failures: {
    denied: {
      title: '已取消登录',
      what: '你在微信中没有允许这次登录。',
      todo: '我们没有获得你的任何信息，你可以随时重新登录。',
    },
    state: {
      title: '本次登录已失效',
      what: '可能是停留时间过长、已经登录过，或登录是在另一个浏览器中开始的。',
      todo: '请在此重新登录。如果反复出现，请检查浏览器是否允许本站使用 Cookie。',
    },
    request: {
      title: '链接无效',
      what: '从微信返回的内容不完整或有误。',
      todo: '请重新登录，不要重复使用旧链接。',
    },
    refused: {
      title: '本站没有接受这次登录',
      what: '本站不允许这个微信账号登录。',
      todo: '请换一个微信账号登录，或联系本站。',
    },
    code: {
      title: '登录已过期',
      what: '微信授权只能使用一次，且几分钟内有效。本次授权已被使用或已过期。',
      todo: '请重新登录，再扫一次码就好。',
    },
    blocked: {
      title: '微信拒绝了本次登录',
      what: '你的微信账号目前受到限制，或微信认为本次登录存在风险。',
      todo: '具体原因请咨询微信客服，我们无法得知。',
    },
    snapshot: {
      title: '请打开完整页面',
      what: '当前是微信的快照页，无法登录。',
      todo: '请点击微信页面右下角的“使用完整服务”，然后重新登录。',
    },
    otherWeChat: {
      title: '这是另一个微信账号',
      what: '你在本站的账号属于另一个微信用户，或者这个微信已绑定到其他账号。',
      todo: '请绑定你平时用来登录的微信。如果想使用这个微信账号，请先退出登录。',
    },
    lastWeChat: {
      title: '无法解绑这个微信',
      what: '你的账号只剩这一个登录用的微信，解绑之后就无法登录了。',
      todo: '如果不再使用本站，可以注销账号。',
    },
    guest: {
      title: '只有账号的主人才能这样操作',
      what: '你的微信只是绑定到了这个账号，账号属于别人。',
      todo: '你可以退出这个账号，或者用账号主人的微信登录。',
    },
    busy: {
      title: '请稍后再试',
      what: '暂时无法连接登录服务。',
      todo: '这不是你的问题，请一分钟后再试。',
    },
    broken: {
      title: '出了点问题',
      what: '这是我们的错误，已经记录下来。',
      todo: '请稍后再试。',
    },
    notFound: {
      title: '页面不存在',
      what: '地址可能有误，或者已经失效。',
      todo: '请返回首页继续浏览。',
    },
  },
};

/** The language that the visitor's browser asks for. */
export function textFor(req: Request): Text {
  return req.acceptsLanguages('en', 'zh') === 'zh' ? zh : en;
}
