import type { WeChatFailReason } from 'passport-wechat-oauth2';
import type { Text } from './text.js';

/** The reasons with which the strategy refuses a login, then this app's own. */
export type Failure =
  WeChatFailReason | 'otherWeChat' | 'lastWeChat' | 'guest' | 'otherSite' | 'busy' | 'broken' | 'notFound';

/** What went wrong, and what the visitor can do. */
interface Message {
  title: string;
  what: string;
  todo: string;
}

interface Failures {
  /** For all, in the words of a login. */
  any: Record<Failure, Message>;
  /** Of somebody who is logged in, and was about to link a WeChat or to change the account. */
  account: Partial<Record<Failure, Message>>;
}

const en: Failures = {
  any: {
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
      todo: 'Please log in again.',
    },
    refused: {
      title: 'This login was not accepted',
      what: 'This site does not let this WeChat account in.',
      todo: 'Log in with another WeChat account, or ask the people who run this site.',
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
    otherSite: {
      title: 'This was not carried out',
      what: 'Another site’s page asked for it, not one of this site.',
      todo: 'If you want to do it, do it on this site.',
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
      todo: 'You can go on from the home page.',
    },
  },
  account: {
    denied: {
      title: 'Nothing was linked',
      what: 'You did not allow it in WeChat.',
      todo: 'Your account is as it was. You can link a WeChat whenever you like.',
    },
    state: {
      title: 'Linking can’t be continued',
      what: 'It was started too long ago, was finished already, or was started in another browser.',
      todo: 'Your account is as it was. Start again from your account.',
    },
    request: {
      title: 'This does not work',
      what: 'What reached us is incomplete or damaged.',
      todo: 'Your account is as it was. Start again from your account.',
    },
    code: {
      title: 'Nothing was linked',
      what: 'WeChat’s permission works once and for a few minutes only. This one has been used or is too old.',
      todo: 'Start again from your account.',
    },
    blocked: {
      title: 'WeChat refused this WeChat account',
      what: 'WeChat restricts it at the moment, or considers the login a risk. Nothing was linked.',
      todo: 'WeChat’s customer service can tell you why. We can’t see the reason.',
    },
    snapshot: {
      title: 'Please open the full page',
      what: 'WeChat is showing this page in preview mode, in which nothing can be linked.',
      todo: 'Tap “Use full service” at the bottom right in WeChat, then link again.',
    },
  },
};

const zh: Failures = {
  any: {
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
    code: {
      title: '登录已过期',
      what: '微信授权只能使用一次，且几分钟内有效。本次授权已被使用或已过期。',
      todo: '请重新登录。',
    },
    refused: {
      title: '本站没有接受这次登录',
      what: '本站不允许这个微信账号登录。',
      todo: '请换一个微信账号登录，或联系本站。',
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
      todo: '你可以解绑自己的微信，或者用账号主人的微信登录。',
    },
    otherSite: {
      title: '操作没有执行',
      what: '这个请求来自其他网站的页面，而不是本站。',
      todo: '如果确实要这样做，请在本站操作。',
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
  account: {
    denied: {
      title: '没有绑定微信',
      what: '你在微信中没有允许这次操作。',
      todo: '你的账号没有任何变化，可以随时再绑定微信。',
    },
    state: {
      title: '本次绑定已失效',
      what: '可能是停留时间过长、已经绑定过，或绑定是在另一个浏览器中开始的。',
      todo: '你的账号没有任何变化，请返回我的账号重新操作。',
    },
    request: {
      title: '请求无效',
      what: '收到的内容不完整或有误。',
      todo: '你的账号没有任何变化，请返回我的账号重新操作。',
    },
    code: {
      title: '没有绑定微信',
      what: '微信授权只能使用一次，且几分钟内有效。本次授权已被使用或已过期。',
      todo: '请返回我的账号重新绑定。',
    },
    blocked: {
      title: '微信拒绝了这个微信账号',
      what: '这个微信账号目前受到限制，或微信认为本次登录存在风险，因此没有绑定。',
      todo: '具体原因请咨询微信客服，我们无法得知。',
    },
    snapshot: {
      title: '请打开完整页面',
      what: '当前是微信的快照页，无法绑定微信。',
      todo: '请点击微信页面右下角的“使用完整服务”，然后重新绑定。',
    },
  },
};

/** What the page says about a failure, to somebody who is logged in or not. */
export function messageFor(failure: Failure, { lang }: Text, isLoggedIn: boolean): Message {
  const { any, account } = lang === 'en' ? en : zh;
  return (isLoggedIn && account[failure]) || any[failure];
}
