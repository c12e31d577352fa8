// Stands in for https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js. Options and the frame are documented at
// https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html; the order of the address
// and the option names that the document leaves out are those of the script that WeChat served in 2024.
(function (window, document) {
  'use strict';

  const self = document.currentScript || document.querySelector('script[src*="/js/wxLogin.js"]');
  const origin = new URL(self.src, document.baseURI).origin;

  function address(options) {
    const redirect = options.self_redirect;
    let url =
      `${origin}/connect/qrconnect?appid=${options.appid}&scope=${options.scope}` +
      `&redirect_uri=${options.redirect_uri}&state=${options.state}&login_type=jssdk` +
      `&self_redirect=${redirect === true || redirect === false ? redirect : 'default'}` +
      `&styletype=${options.styletype || ''}&sizetype=${options.sizetype || ''}` +
      `&bgcolor=${options.bgcolor || ''}&rst=${options.rst || ''}`;
    if (options.style) url += `&style=${options.style}`;
    if (options.href) url += `&href=${options.href}`;
    if (options.lang === 'en') url += '&lang=en';
    if (options.stylelite === 1) url += '&stylelite=1';
    if (options.fast_login === 0) url += '&fast_login=0';
    return url;
  }

  function statusOf(message) {
    try {
      const { type, status } = JSON.parse(message);
      return type === 'status' ? status : undefined;
    } catch {
      return undefined;
    }
  }

  function WxLogin(options) {
    const frame = document.createElement('iframe');
    frame.src = address(options);
    frame.frameBorder = '0';
    frame.setAttribute('allowTransparency', 'true');
    frame.scrolling = 'no';
    frame.width = '300px';
    frame.height = '400px';
    frame.allow = 'local-network-access';

    // WeChat documents no more of onReady than its name: calling it with true, once, is our reading of it.
    if (typeof options.onReady === 'function') {
      window.addEventListener('message', function listen(event) {
        if (event.source !== frame.contentWindow || event.origin !== origin) return;
        if (statusOf(event.data) !== 'wxReady') return;
        window.removeEventListener('message', listen);
        options.onReady(true);
      });
    }

    const container = document.getElementById(options.id);
    container.innerHTML = '';
    container.appendChild(frame);
  }

  window.WxLogin = WxLogin;
})(window, document);
