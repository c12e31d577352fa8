/** Every sentence that people read, in both languages. */
const TEXTS = {
  en: {
    lang: 'en',
    hello: (name) => `Hello, ${name}`,
    loggedIn: 'You are logged in with WeChat.',
    scan: 'Scan to log in',
    scanWith: 'Open WeChat on your phone and scan this QR code.',
    sameNumber: 'Your phone must show the same number:',
    inWeChatTitle: 'Scan it with WeChat',
    inWeChat: 'This QR code works in WeChat only: open WeChat, and scan it from there.',
    question: (host) => `Log in to ${host} on a computer?`,
    numberOnComputer: 'The computer must show the same number:',
    onlyYou: (url) =>
      `Go on only if you have opened ${url} on a computer yourself. If somebody has sent you this QR code, close this page.`,
    goOn: 'Go on',
    yes: 'Log in',
    no: 'Cancel',
    confirmedTitle: 'Confirmed',
    confirmed: 'Go on at the computer. You can close this page.',
    cancelledTitle: 'Cancelled',
    cancelled: 'Nobody was logged in. You can close this page.',
    overTitle: 'This QR code has expired',
    over: 'It works once, and for two minutes. Scan the new one on the computer.',
    fullTitle: 'Too many people are logging in',
    full: 'Try again in two minutes.',
    again: 'Try again',
    noScript:
      'Without JavaScript this page can’t notice that you have logged in. Turn it on, then reload the page.',
    notFoundTitle: 'There is no such page',
    notFound: 'The address may be mistyped or out of date.',
    home: 'Go to the home page',
    brokenTitle: 'Please try again in a moment',
    broken:
      'WeChat can’t be reached, or something is broken here. Scan the QR code on the computer again in a minute.',
  },
  zh: {
    lang: 'zh-CN',
    hello: (name) => `你好，${name}`,
    loggedIn: '你已通过微信登录。',
    scan: '扫码登录',
    scanWith: '打开手机微信，扫描下面的二维码。',
    sameNumber: '手机上应显示同样的数字：',
    inWeChatTitle: '请用微信扫码',
    inWeChat: '这个二维码只能在微信里使用：请打开微信，用“扫一扫”扫描。',
    question: (host) => `在电脑上登录 ${host}？`,
    numberOnComputer: '电脑屏幕上应显示同样的数字：',
    onlyYou: (url) => `只有你自己正在电脑上打开 ${url} 时才可以继续。如果二维码是别人发给你的，请关闭本页。`,
    goOn: '继续',
    yes: '确认登录',
    no: '取消',
    confirmedTitle: '已确认',
    confirmed: '请回到电脑继续，本页可以关闭了。',
    cancelledTitle: '已取消',
    cancelled: '没有登录任何设备，本页可以关闭了。',
    overTitle: '二维码已失效',
    over: '二维码只能使用一次，两分钟内有效。请扫描电脑上的新二维码。',
    fullTitle: '正在排队登录的人太多',
    full: '请两分钟后再试。',
    again: '重试',
    noScript: '需要启用 JavaScript，本页才能得知你已登录。请启用后重新加载本页。',
    notFoundTitle: '页面不存在',
    notFound: '地址可能有误，或者已经失效。',
    home: '返回首页',
    brokenTitle: '请稍后再试',
    broken: '暂时无法连接微信，或者本站出了点问题。请一分钟后重新扫描电脑上的二维码。',
  },
};

/** The texts in the language that the browser asks for. */
export function textFor(req) {
  return req.acceptsLanguages('en', 'zh') === 'zh' ? TEXTS.zh : TEXTS.en;
}

/** Sends a page; its body is HTML, its title is not. */
export function sendPage(req, res, title, body) {
  res.vary('Accept-Language');
  res.send(`<!doctype html>
<html lang="${textFor(req).lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<main>
<h1>${escape(title)}</h1>
${body}
</main>
</html>`);
}

function escape(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
